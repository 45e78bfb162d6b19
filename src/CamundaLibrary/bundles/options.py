"""The options of a topic, wherever they are given: in a manifest, in the model, in camunda-robot.toml."""

from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from CamundaLibrary.bundles.option_types import (
    Comparable,
    Contract,
    Count,
    Cycle,
    Duration,
    Flag,
    Inside,
    Name,
    OpeningHours,
    Pauses,
    VariableName,
)
from CamundaLibrary.engines.records import Subscription

DEFAULT_TIMEOUT = timedelta(hours=1)
"""Of a robot run, where nothing else is said."""

_WAYS_TO_RETRY = ("retries", "retry_time_cycle", "retry_timeout")


class _Strict(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, extra="forbid", frozen=True)


class OnFailure(_Strict):
    """What a failed run becomes."""

    bpmn_error: Name


class Filter(_Strict):
    """Which tasks of the topic are fetched: those for which all of this is true."""

    business_key: Name | None = None
    process_definition_keys: tuple[Name, ...] = ()
    process_definition_version_tag: Name | None = None
    tenant_ids: tuple[Name, ...] = ()
    without_tenant: Flag = False
    process_variables: dict[Name, Comparable] = Field(default_factory=dict)
    local_variables: Flag = False

    @model_validator(mode="after")
    def _check_tenants(self) -> "Filter":
        if self.tenant_ids and self.without_tenant:
            raise ValueError("has tenantIds beside withoutTenant: keep one of them")
        return self


class TaskOptions(_Strict):
    """The options of one topic. None, and for lists but `variables` also empty, is "not said here"."""

    topic: Name | None = None
    retries: Count | None = None
    retry_time_cycle: Cycle | None = None
    retry_timeout: Pauses | None = None
    timeout: Duration | None = None
    lock_duration: Duration | None = None
    max_tasks: Count | None = None
    resource: Name | None = None
    variables: tuple[Name, ...] | None = None
    filter: Filter | None = None
    keep: tuple[Inside, ...] = ()
    on_failure: OnFailure | None = None
    runner: Literal["fork", "process", "uv", "venv", "rcc", "control-room"] | None = None
    engine: Flag | None = None
    secrets: tuple[Name, ...] = ()
    environment: tuple[VariableName, ...] = ()
    hours: OpeningHours | None = None
    inputs: Contract | None = None
    outputs: Contract | None = None
    errors: Contract | None = None

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
    def time_limit(self) -> timedelta:
        """How long one run may take."""
        return self.timeout or DEFAULT_TIMEOUT

    @property
    def bpmn_error(self) -> str | None:
        """The code of the error that a failed run is to become."""
        return self.on_failure.bpmn_error if self.on_failure else None

    def over(self, other: "TaskOptions") -> "TaskOptions":
        """Returns what these options say, and where they say nothing the other ones.

        Tries and pauses are one: who says something about them leaves nothing of what others said.
        """
        lower = other._said
        if not lower:
            return self
        mine = self._said
        if mine.keys() & set(_WAYS_TO_RETRY):
            lower = {name: value for name, value in lower.items() if name not in _WAYS_TO_RETRY}
        return TaskOptions.model_construct(**{**lower, **mine})

    def subscription(self, topic: str, default_lock_duration: timedelta) -> Subscription:
        """Returns what to fetch of the topic."""
        chosen = self.filter or Filter()
        return Subscription(
            topic,
            self.lock_duration or default_lock_duration,
            self.variables,
            chosen.local_variables,
            chosen.business_key,
            (),
            chosen.process_definition_keys,
            chosen.process_definition_version_tag,
            chosen.process_variables,
            chosen.tenant_ids,
            chosen.without_tenant,
        )

    @property
    def _said(self) -> dict[str, Any]:
        fields = {name: getattr(self, name) for name in TaskOptions.model_fields}
        return {name: each for name, each in fields.items() if each is not None and (each != () or name == "variables")}
