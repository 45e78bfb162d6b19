"""The kinds of values that options have, whether they come as text (robot.yaml, models) or typed (toml)."""

import re
from datetime import timedelta
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BeforeValidator, Field

from CamundaLibrary.bundles.hours import parse_hours
from CamundaLibrary.durations import parse_duration
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables import from_task_file

_CYCLE = re.compile(r"R(?P<tries>\d+)/(?P<pause>P.+)", re.IGNORECASE)


class RetryCycle(NamedTuple):
    """The engine's way to write tries and pauses."""

    tries: int
    pauses: tuple[timedelta, ...]


def _is_number(given: object) -> bool:
    return isinstance(given, (int, float)) and not isinstance(given, bool)


def _parse_positive(given: object) -> timedelta:
    """Reads text, or a number of seconds; a duration stays as it is."""
    if isinstance(given, timedelta):
        duration = given
    elif isinstance(given, str) or _is_number(given):
        duration = parse_duration(str(given))
    else:
        raise ValueError("must be a duration like '90s', '5 minutes', '1:30' or 'PT5M'")
    if duration <= timedelta():
        raise ValueError("must be longer than nothing")
    return duration


def _parse_pauses(given: object) -> tuple[timedelta, ...]:
    parts: object = [given] if _is_number(given) or isinstance(given, timedelta) else given
    if isinstance(parts, str):
        parts = parts.split(",")
    if not isinstance(parts, (list, tuple)) or not parts:
        raise ValueError("must be a duration or a list of durations")
    return tuple(_parse_positive(part) for part in parts)


def _parse_cycle(given: object) -> RetryCycle:
    """Reads `R3/PT5M` (three tries in all) and `PT1M,PT10M` (one try more than pauses), as the engine does for jobs."""
    if isinstance(given, RetryCycle):
        return given
    text = str(given).strip()
    match = _CYCLE.fullmatch(text)
    if match and int(match["tries"]) > 0:
        return RetryCycle(int(match["tries"]), (_parse_positive(match["pause"]),))
    if match or not text.upper().startswith("P"):
        raise ValueError("must be a cycle like 'R3/PT5M' or a list like 'PT1M,PT10M'")
    pauses = _parse_pauses(text)
    return RetryCycle(len(pauses) + 1, pauses)


def _refuse_truth(given: object) -> object:
    """True is no number."""
    if isinstance(given, bool):
        raise ValueError("must be a whole number")
    return given


def _refuse_number(given: object) -> object:
    """1 is neither true nor false; the text `1` of a robot.yaml is not looked at more closely."""
    if _is_number(given):
        raise ValueError("must be true or false")
    return given


def _check_inside(text: str) -> str:
    """Nothing that a manifest names may lie outside of its bundle."""
    parts = (*PurePosixPath(text).parts, *PureWindowsPath(text).parts)
    if ".." in parts or PurePosixPath(text).is_absolute() or PureWindowsPath(text).anchor:
        raise ValueError(f"leads out of the bundle: '{text}'")
    return text


def _check_variable(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", text):
        raise ValueError(f"must hold names of environment variables, not '{text}'")
    if text.upper().startswith(("CAMUNDA_API_", "CAMUNDA_ROBOT_")):
        raise ValueError(f"must not hold '{text}', which is the worker's own")
    return text


def _check_hours(text: str) -> str:
    parse_hours(text)
    return text


def _parse_comparable(given: object) -> object:
    """Reads what the engine can compare a variable with, in the forms of a task file."""
    try:
        value = from_task_file(given, Path()).value
    except ValueRefused as error:
        raise ValueError(str(error)) from None
    if not isinstance(value, (str, bool, int, float)):
        raise ValueError("must be text, a number, true or false, or like {type: Integer, value: 3}")
    return value


Duration = Annotated[timedelta, BeforeValidator(_parse_positive)]
Pauses = Annotated[tuple[timedelta, ...], BeforeValidator(_parse_pauses)]
Cycle = Annotated[RetryCycle, BeforeValidator(_parse_cycle)]
Number = Annotated[int, Field(ge=0), BeforeValidator(_refuse_truth)]
Count = Annotated[int, Field(ge=1), BeforeValidator(_refuse_truth)]
Flag = Annotated[bool, BeforeValidator(_refuse_number)]
Name = Annotated[str, Field(min_length=1)]
Inside = Annotated[Name, AfterValidator(_check_inside)]
VariableName = Annotated[str, AfterValidator(_check_variable)]
OpeningHours = Annotated[str, AfterValidator(_check_hours)]
Comparable = Annotated[Any, AfterValidator(_parse_comparable)]
Contract = dict[str, Any]
