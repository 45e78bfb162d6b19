"""The options of a topic: what stands under `camunda:` in robot.yaml."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from CamundaLibrary.durations import parse_duration

WITHOUT_EFFECT = ("resource", "keep", "on_failure", "engine", "secrets", "environment", "hours")
"""Options that are checked and otherwise not looked at yet."""

_CYCLE = re.compile(r"R(?P<tries>\d+)/(?P<pause>P.+)", re.IGNORECASE)


class RetryCycle(NamedTuple):
    """The engine's way to write tries and pauses."""

    tries: int
    pauses: tuple[timedelta, ...]


def _parse_positive(text: object) -> timedelta:
    if not isinstance(text, str):
        raise ValueError("must be a duration like '90s', '5 minutes', '1:30' or 'PT5M'")
    duration = parse_duration(text)
    if duration <= timedelta():
        raise ValueError("must be longer than nothing")
    return duration


def _parse_pauses(given: object) -> tuple[timedelta, ...]:
    texts = given.split(",") if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts:
        raise ValueError("must be a duration or a list of durations")
    return tuple(_parse_positive(text) for text in texts)


def _parse_cycle(text: object) -> RetryCycle:
    """Reads `R3/PT5M` (three tries in all) and `PT1M,PT10M` (one try more than pauses), as the engine does for jobs."""
    match = _CYCLE.fullmatch(str(text).strip())
    if match and int(match["tries"]) > 0:
        return RetryCycle(int(match["tries"]), (_parse_positive(match["pause"]),))
    if match or not str(text).strip().upper().startswith("P"):
        raise ValueError("must be a cycle like 'R3/PT5M' or a list like 'PT1M,PT10M'")
    pauses = _parse_pauses(str(text))
    return RetryCycle(len(pauses) + 1, pauses)


Duration = Annotated[timedelta, BeforeValidator(_parse_positive)]
Pauses = Annotated[tuple[timedelta, ...], BeforeValidator(_parse_pauses)]
Cycle = Annotated[RetryCycle, BeforeValidator(_parse_cycle)]
Count = Annotated[int, Field(ge=1)]
Name = Annotated[str, Field(min_length=1)]
Contract = dict[str, Any] | None


class _Strict(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class OnFailure(_Strict):
    """What a failed run becomes."""

    bpmn_error: Name


class TaskOptions(_Strict):
    """The options of one topic; None is "not said here"."""

    topic: Name | None = None
    retries: Count | None = None
    retry_time_cycle: Cycle | None = None
    retry_timeout: Pauses | None = None
    timeout: Duration = timedelta(hours=1)
    lock_duration: Duration | None = None
    max_tasks: Count | None = None
    resource: Name | None = None
    variables: tuple[Name, ...] | None = None
    keep: tuple[Name, ...] = ()
    on_failure: OnFailure | None = None
    runner: Literal["fork", "process", "uv", "venv", "rcc", "control-room"] | None = None
    engine: bool = False
    secrets: tuple[Name, ...] = ()
    environment: tuple[Name, ...] = ()
    hours: Name | None = None
    inputs: Contract = None
    outputs: Contract = None
    errors: Contract = None

    @model_validator(mode="after")
    def _check_one_way_to_retry(self) -> "TaskOptions":
        if self.retry_time_cycle and (self.retries or self.retry_timeout):
            raise ValueError("has retryTimeCycle beside retries or retryTimeout: keep one of them")
        return self

    @property
    def tries(self) -> int | None:
        """Tries in all, the first included."""
        return self.retry_time_cycle.tries if self.retry_time_cycle else self.retries

    @property
    def pauses(self) -> tuple[timedelta, ...] | None:
        """The pause after the first failed try, the second, …; the last for all others."""
        return self.retry_time_cycle.pauses if self.retry_time_cycle else self.retry_timeout

    @property
    def without_effect(self) -> tuple[str, ...]:
        """The given options that have no effect yet, as they are written."""
        return tuple(to_camel(name) for name in WITHOUT_EFFECT if name in self.model_fields_set)
