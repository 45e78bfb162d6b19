"""What engines answer: frozen records, times as aware datetimes, variables as `TypedValue`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

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


@dataclass(frozen=True)
class Deployment:
    """One deployment; `process_definitions` are the ids of those it made (none when nothing had changed)."""

    id: str
    name: str | None
    deployment_time: datetime | None
    process_definitions: tuple[str, ...] = ()
    decision_definitions: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcessDefinition:
    """One version of a process model."""

    id: str
    key: str
    version: int
    name: str | None = None
    version_tag: str | None = None
    deployment_id: str | None = None
    tenant_id: str | None = None
    suspended: bool = False


@dataclass(frozen=True)
class ProcessInstance:
    """A process instance that was started or is running."""

    id: str
    definition_id: str
    business_key: str | None = None
    ended: bool = False
    suspended: bool = False
    tenant_id: str | None = None


@dataclass(frozen=True)
class UserTask:
    """A task for a person."""

    id: str
    name: str | None
    assignee: str | None
    task_definition_key: str
    process_instance_id: str | None
    process_definition_id: str | None
    execution_id: str | None = None
    created: datetime | None = None
    due: datetime | None = None
    priority: int = 0
    form_key: str | None = None
    tenant_id: str | None = None


@dataclass(frozen=True)
class Incident:
    """Something that stopped; for external tasks `configuration` is the task's id and `type` `failedExternalTask`."""

    id: str
    type: str
    process_instance_id: str | None
    activity_id: str | None
    message: str | None
    configuration: str | None = None
    time: datetime | None = None


@dataclass(frozen=True)
class HistoricProcessInstance:
    """A process instance, running or ended. `state` is the engine's word: ACTIVE, SUSPENDED, COMPLETED, …"""

    id: str
    business_key: str | None
    process_definition_id: str
    process_definition_key: str
    state: str
    start_time: datetime
    end_time: datetime | None = None
    super_process_instance_id: str | None = None
    delete_reason: str | None = None
    tenant_id: str | None = None


@dataclass(frozen=True)
class HistoricActivity:
    """One passage through an activity. `called_process_instance_id` is set for call activities."""

    id: str
    activity_id: str
    activity_type: str
    name: str | None
    process_instance_id: str
    execution_id: str | None
    start_time: datetime
    end_time: datetime | None = None
    canceled: bool = False
    called_process_instance_id: str | None = None


@dataclass(frozen=True)
class HistoricVariable:
    """The last value of a variable, also after its scope ended. Content of files: `History.variable_file`."""

    id: str
    name: str
    value: TypedValue
    process_instance_id: str
    activity_instance_id: str | None
    execution_id: str | None
    state: str
    create_time: datetime | None = None


@dataclass(frozen=True)
class HistoricVariableUpdate:
    """One value that a variable had (history level full). `revision` counts from 0."""

    id: str
    variable_name: str
    variable_id: str
    value: TypedValue
    revision: int
    time: datetime


@dataclass(frozen=True)
class HistoricTaskLog:
    """One entry in the life of an external task; `event` is created, failed, succeeded or deleted."""

    id: str
    external_task_id: str
    topic: str
    event: str
    time: datetime
    retries: int | None
    worker_id: str | None
    error_message: str | None
    activity_id: str | None
    process_instance_id: str | None
