"""Who did what, what stopped, what was decided."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from CamundaLibrary.variables import TypedValue


@dataclass(frozen=True)
class HistoricUserTask:
    """A task for a person, open or done. `delete_reason` is completed, deleted or what else ended it."""

    id: str
    name: str | None
    task_definition_key: str
    process_instance_id: str | None
    assignee: str | None
    owner: str | None
    start_time: datetime
    end_time: datetime | None = None
    delete_reason: str | None = None
    due: datetime | None = None
    priority: int = 0
    tenant_id: str | None = None


@dataclass(frozen=True)
class UserOperation:
    """What a user did; the engine keeps that only of users who had to log in.

    `type` is Claim, Complete, Assign, SetPriority, …; `entity` Task, ProcessInstance, Incident, …; `property` what was
    changed from `old_value` to `new_value`.
    """

    id: str
    time: datetime
    user_id: str | None
    type: str
    entity: str
    property: str | None = None
    old_value: str | None = None
    new_value: str | None = None
    task_id: str | None = None
    process_instance_id: str | None = None
    annotation: str | None = None


@dataclass(frozen=True)
class HistoricIncident:
    """Something that stopped. `state` is open, resolved or deleted (with its process instance, say)."""

    id: str
    type: str
    state: str
    message: str | None
    activity_id: str | None
    process_instance_id: str | None
    process_definition_key: str | None
    start_time: datetime
    end_time: datetime | None = None
    configuration: str | None = None
    annotation: str | None = None
    tenant_id: str | None = None


@dataclass(frozen=True)
class HistoricDecision:
    """One evaluation of a decision. `inputs` are by the names or ids of their columns, `rows` as it gave them."""

    id: str
    key: str
    name: str | None
    definition_id: str
    time: datetime
    inputs: Mapping[str, TypedValue]
    rows: tuple[Mapping[str, TypedValue], ...]
    activity_id: str | None = None
    process_instance_id: str | None = None
    user_id: str | None = None
    tenant_id: str | None = None
