"""What all resources have in common on the wire: times, typed values, filters."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TypeVar

from CamundaLibrary.durations import to_milliseconds
from CamundaLibrary.errors import EngineError, EngineFailed, NotFound
from CamundaLibrary.http import Entry
from CamundaLibrary.variables import DateValue, TypedValue, decode

Kind = TypeVar("Kind", bound=EngineError)

SERIALIZED = {"deserializeValues": False}
"""Parameter of every call that reads variables: otherwise a Json is torn into beans and an Object needs its class."""


def read_time(text: str) -> datetime:
    """Returns a time of the engine (`2026-01-31T12:00:00.000+0100`)."""
    return datetime.fromisoformat(f"{text[:-2]}:{text[-2:]}")


def read_optional_time(text: str | None) -> datetime | None:
    """Returns a time of the engine, None where it gave none."""
    return read_time(text) if text else None


def read_variables(entry: Entry) -> dict[str, TypedValue]:
    """Returns typed values by name."""
    return {name: decode(value) for name, value in entry.items()}


def write_variables(variables: Mapping[str, TypedValue] | None) -> dict[str, object]:
    """Returns what a body holds for them. Raises ValueRefused for a file that cannot be read."""
    return {name: value.to_wire() for name, value in (variables or {}).items()}


def write_duration(duration: timedelta) -> int:
    """Returns milliseconds."""
    return to_milliseconds(duration)


def write_time(moment: datetime) -> object:
    """Returns a time as the engine reads it, everywhere but in URLs. Raises ValueRefused."""
    return DateValue.from_python(moment).to_wire()["value"]


def given(**filters: object) -> dict[str, object]:
    """Returns the filters that are neither None nor empty; False is kept."""
    return {name: value for name, value in filters.items() if value is not None and value not in ("", (), {})}


def sorted_by(*fields: str) -> list[dict[str, str]]:
    """Returns the sorting of a query by these times."""
    return [{"sortBy": field, "sortOrder": "asc"} for field in fields]


@contextmanager
def missing_is_not_found(id: str) -> Iterator[None]:
    """Turns the engine's 500 for a thing that does not exist into NotFound.

    Where a resource checks nothing itself, the engine says `execution x doesn't exist: execution is null`. Not for
    reports of external tasks: there the same words could be about what the process does next, and the task be there.
    """
    try:
        yield
    except EngineFailed as error:
        if not re.search(rf"(^|\W){re.escape(id)}\b.*\bis null$", error.reason):
            raise
        raise reworded(error, NotFound, error.reason.rpartition(": ")[0] or error.reason) from None


def reworded(error: EngineError, kind: type[Kind], reason: str) -> Kind:
    """Returns what an error really is, in better words."""
    return kind(error.action, reason, status=error.status, type=error.type, code=error.code)
