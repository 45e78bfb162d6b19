"""Tasks for people: `/task`."""

from CamundaLibrary.engines.camunda7.variables import Camunda7Scope
from CamundaLibrary.engines.camunda7.wire import (
    given,
    missing_is_not_found,
    read_optional_time,
    sorted_by,
    write_variables,
)
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.engines.records import UserTask
from CamundaLibrary.http import Entry, HttpClient


class Camunda7UserTasks:
    """Tasks for people."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def list(
        self,
        *,
        process_instance_id: str | None = None,
        business_key: str | None = None,
        task_definition_key: str | None = None,
        name: str | None = None,
        assignee: str | None = None,
        process_definition_key: str | None = None,
        unassigned: bool | None = None,
    ) -> list[UserTask]:
        """Lists open tasks."""
        body = given(
            processInstanceId=process_instance_id,
            processInstanceBusinessKey=business_key,
            taskDefinitionKey=task_definition_key,
            name=name,
            assignee=assignee,
            processDefinitionKey=process_definition_key,
            unassigned=unassigned or None,
            assigned=True if unassigned is False else None,
            sorting=sorted_by("created"),
        )
        return self._client.query("Listing user tasks", "task", body=body).build_each(_task)

    def get(self, task_id: str) -> UserTask:
        """Reads one task."""
        return self._client.get(f"Reading user task '{task_id}'", "task", task_id).build(_task)

    def claim(self, task_id: str, user_id: str) -> None:
        """Makes a user the task's assignee; EngineFailed if somebody else is."""
        action = f"Claiming user task '{task_id}' for '{user_id}'"
        with missing_is_not_found(task_id):
            self._client.post(action, "task", task_id, "claim", body={"userId": user_id})

    def complete(self, task_id: str, variables: Variables) -> None:
        """Completes a task."""
        body = {"variables": write_variables(variables)}
        with missing_is_not_found(task_id):
            self._client.post(f"Completing user task '{task_id}'", "task", task_id, "complete", body=body)

    def variables(self, task_id: str) -> Camunda7Scope:
        """Returns what the task sees."""
        return Camunda7Scope(self._client, f"user task '{task_id}'", "task", task_id, "variables")


def _task(entry: Entry) -> UserTask:
    return UserTask(
        id=entry["id"],
        name=entry.get("name"),
        assignee=entry.get("assignee"),
        task_definition_key=entry["taskDefinitionKey"],
        process_instance_id=entry.get("processInstanceId"),
        process_definition_id=entry.get("processDefinitionId"),
        execution_id=entry.get("executionId"),
        created=read_optional_time(entry.get("created")),
        due=read_optional_time(entry.get("due")),
        priority=entry.get("priority") or 0,
        form_key=entry.get("formKey"),
        tenant_id=entry.get("tenantId"),
    )
