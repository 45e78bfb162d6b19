"""External tasks: what is asked for, and what comes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.variables import TypedValue


@dataclass(frozen=True)
class Subscription:
    """What to fetch of one topic. `variables` None fetches all that the task sees, `()` none.

    The filters are those of the engine: several `process_variables` are OR-ed by Camunda 7, and only variables of the
    process instance itself are compared.
    """

    topic: str
    lock_duration: timedelta
    variables: tuple[str, ...] | None = None
    local_variables: bool = False
    business_key: str | None = None
    process_definition_ids: tuple[str, ...] = ()
    process_definition_keys: tuple[str, ...] = ()
    process_definition_version_tag: str | None = None
    process_variables: Mapping[str, object] = field(default_factory=dict)
    tenant_ids: tuple[str, ...] = ()
    without_tenant: bool = False


@dataclass(frozen=True)
class LockedTask:
    """A task that was just fetched and locked, with the variables it was fetched with."""

    task: ExternalTask
    variables: Mapping[str, TypedValue]
