"""Who did what, what stopped, what was decided."""

from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypedDict

from CamundaLibrary.engines.records import (
    HistoricDecision,
    HistoricIncident,
    HistoricTaskLog,
    HistoricUserTask,
    UserOperation,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack


class TaskLogFilters(TypedDict, total=False):
    """Which entries; all that is given must match. `event` is created, failed, succeeded or deleted."""

    external_task_id: str | None
    process_instance_id: str | None
    process_definition_key: str | None
    topic: str | None
    worker_id: str | None
    activity_id: str | None
    event: str | None
    first_result: int | None
    max_results: int | None


class HistoricUserTaskFilters(TypedDict, total=False):
    """Which user tasks, open or done; all that is given must match."""

    task_id: str | None
    process_instance_id: str | None
    process_definition_key: str | None
    business_key: str | None
    task_definition_key: str | None
    name: str | None
    assignee: str | None
    involved_user: str | None
    finished: bool | None
    started_before: datetime | None
    started_after: datetime | None
    finished_before: datetime | None
    finished_after: datetime | None
    tenant_id: str | None
    first_result: int | None
    max_results: int | None


class UserOperationFilters(TypedDict, total=False):
    """Which operations; all that is given must match."""

    process_instance_id: str | None
    process_definition_key: str | None
    task_id: str | None
    user_id: str | None
    type: str | None
    entity: str | None
    before: datetime | None
    after: datetime | None
    first_result: int | None
    max_results: int | None


class HistoricIncidentFilters(TypedDict, total=False):
    """Which incidents; all that is given must match. `state` is open, resolved or deleted."""

    process_instance_id: str | None
    process_definition_key: str | None
    activity_id: str | None
    type: str | None
    message_like: str | None
    state: str | None
    started_before: datetime | None
    started_after: datetime | None
    tenant_id: str | None
    first_result: int | None
    max_results: int | None


class HistoricDecisionFilters(TypedDict, total=False):
    """Which evaluations of decisions; all that is given must match."""

    key: str | None
    process_instance_id: str | None
    process_definition_key: str | None
    activity_id: str | None
    evaluated_before: datetime | None
    evaluated_after: datetime | None
    tenant_id: str | None
    first_result: int | None
    max_results: int | None


class HistoryLog(Protocol):
    """Who did what, what stopped, what was decided. Lists are oldest first."""

    def external_task_log(self, **filters: "Unpack[TaskLogFilters]") -> list[HistoricTaskLog]: ...

    def external_task_error_details(self, log_id: str) -> str | None: ...

    def user_task(self, task_id: str) -> HistoricUserTask | None: ...

    def user_tasks(self, **filters: "Unpack[HistoricUserTaskFilters]") -> list[HistoricUserTask]: ...

    def user_operations(self, **filters: "Unpack[UserOperationFilters]") -> list[UserOperation]: ...

    def incidents(self, **filters: "Unpack[HistoricIncidentFilters]") -> list[HistoricIncident]: ...

    def decisions(self, **filters: "Unpack[HistoricDecisionFilters]") -> list[HistoricDecision]: ...
