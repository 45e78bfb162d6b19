"""Who did what, what stopped, what was decided: more of `/history`. Lists are oldest first."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeVar

from CamundaLibrary.engines.camunda7 import history_entries
from CamundaLibrary.engines.camunda7.filters import Filters, write_filters, write_page
from CamundaLibrary.engines.camunda7.wire import missing_is_not_found
from CamundaLibrary.engines.contract.history_log import (
    HistoricDecisionFilters,
    HistoricIncidentFilters,
    HistoricUserTaskFilters,
    TaskLogFilters,
    UserOperationFilters,
)
from CamundaLibrary.engines.records import (
    HistoricDecision,
    HistoricIncident,
    HistoricTaskLog,
    HistoricUserTask,
    UserOperation,
)
from CamundaLibrary.http import Entry, HttpClient

if TYPE_CHECKING:
    from typing_extensions import Unpack

T = TypeVar("T")

_TASK_LOG = {"topic": "topicName", "activity_id": "activityIdIn"}
_USER_TASKS = {
    "business_key": "processInstanceBusinessKey",
    "involved_user": "taskInvolvedUser",
    "name": "taskName",
    "assignee": "taskAssignee",
    "tenant_id": "tenantIdIn",
}
_OPERATIONS = {"type": "operationType", "entity": "entityType", "before": "beforeTimestamp", "after": "afterTimestamp"}
_INCIDENTS = {
    "process_definition_key": "processDefinitionKeyIn",
    "type": "incidentType",
    "message_like": "incidentMessageLike",
    "started_before": "createTimeBefore",
    "started_after": "createTimeAfter",
    "tenant_id": "tenantIdIn",
}
_DECISIONS = {"key": "decisionDefinitionKey", "activity_id": "activityIdIn", "tenant_id": "tenantIdIn"}


class Camunda7HistoryLog:
    """Who did what, what stopped, what was decided."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def external_task_log(self, **filters: "Unpack[TaskLogFilters]") -> list[HistoricTaskLog]:
        """Lists what happened to external tasks."""
        query = write_filters({**filters, "event": None}, TaskLogFilters, _TASK_LOG)
        flag = history_entries.TASK_EVENTS.get(filters.get("event") or "")
        action, sorting = "Listing the log of external tasks", [{"sortBy": "timestamp", "sortOrder": "asc"}]
        body = {**_as_lists(query, "activityIdIn"), **({flag: True} if flag else {}), "sorting": sorting}
        reply = self._client.query(action, "history", "external-task-log", body=body, params=write_page(filters))
        return reply.build_each(history_entries.task_log)

    def external_task_error_details(self, log_id: str) -> str | None:
        """Reads the details of a failure."""
        action = f"Reading the error details of log entry '{log_id}'"
        with missing_is_not_found(log_id):
            return self._client.read_text(action, "history", "external-task-log", log_id, "error-details")

    def user_task(self, task_id: str) -> HistoricUserTask | None:
        """Reads one user task, open or done."""
        return next(iter(self.user_tasks(task_id=task_id)), None)

    def user_tasks(self, **filters: "Unpack[HistoricUserTaskFilters]") -> list[HistoricUserTask]:
        """Lists user tasks, open and done."""
        query = write_filters(filters, HistoricUserTaskFilters, _USER_TASKS)
        body = {**_as_lists(query, "tenantIdIn"), "sorting": [{"sortBy": "startTime", "sortOrder": "asc"}]}
        action, params = "Listing user tasks of the history", write_page(filters)
        reply = self._client.query(action, "history", "task", body=body, params=params)
        return reply.build_each(history_entries.user_task)

    def user_operations(self, **filters: "Unpack[UserOperationFilters]") -> list[UserOperation]:
        """Lists what users did."""
        query = write_filters(filters, UserOperationFilters, _OPERATIONS)
        return self._get("user-operation", filters, query, "timestamp", history_entries.user_operation)

    def incidents(self, **filters: "Unpack[HistoricIncidentFilters]") -> list[HistoricIncident]:
        """Lists incidents, open and past."""
        state = filters.get("state")
        query = write_filters({**filters, "state": None}, HistoricIncidentFilters, _INCIDENTS)
        query = {**query, state: True} if state else query
        return self._get("incident", filters, query, "createTime", history_entries.incident)

    def decisions(self, **filters: "Unpack[HistoricDecisionFilters]") -> list[HistoricDecision]:
        """Lists evaluations of decisions."""
        query = write_filters(filters, HistoricDecisionFilters, _DECISIONS)
        query |= {"includeInputs": True, "includeOutputs": True, "disableCustomObjectDeserialization": True}
        return self._get("decision-instance", filters, query, "evaluationTime", history_entries.decision)

    def _get(
        self, resource: str, filters: Filters, query: Mapping[str, object], sort_by: str, build: Callable[[Entry], T]
    ) -> list[T]:
        params = {**query, **write_page(filters), "sortBy": sort_by, "sortOrder": "asc"}
        action = f"Listing {resource.replace('-', ' ')}s of the history"
        return self._client.get(action, "history", resource, params=params).build_each(build)


def _as_lists(query: Mapping[str, object], *names: str) -> dict[str, object]:
    """Returns a query whose filters of these names, where given, are lists as bodies have them."""
    return {name: [value] if name in names else value for name, value in query.items()}
