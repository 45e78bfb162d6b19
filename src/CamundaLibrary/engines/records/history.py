"""What was."""

from dataclasses import dataclass
from datetime import datetime

from CamundaLibrary.variables import TypedValue


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
    """One passage through an activity. `called_process_instance_id` is set for call activities.

    `parent_id` is the passage through the scope around it: a sub-process, or the process instance itself.
    """

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
    parent_id: str | None = None


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
