"""Tasks for people: `/task`."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from CamundaLibrary.engines.camunda7.filters import write_filters, write_page
from CamundaLibrary.engines.camunda7.user_task_notes import Camunda7UserTaskNotes
from CamundaLibrary.engines.camunda7.user_task_presence import task_is_there
from CamundaLibrary.engines.camunda7.variables import Camunda7Scope
from CamundaLibrary.engines.camunda7.wire import (
    SERIALIZED,
    given,
    read_optional_time,
    read_variables,
    sorted_by,
    write_time,
    write_variables,
)
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.engines.contract.user_tasks import UserTaskFilters
from CamundaLibrary.engines.records import Candidates, UserTask
from CamundaLibrary.http import Entry, HttpClient
from CamundaLibrary.variables import TypedValue

if TYPE_CHECKING:
    from typing_extensions import Unpack

_NAMES = {
    "business_key": "processInstanceBusinessKey",
    "business_key_like": "processInstanceBusinessKeyLike",
    "tenant_ids": "tenantIdIn",
}


class Camunda7UserTasks:
    """Tasks for people."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client
        self.notes = Camunda7UserTaskNotes(client)

    def get(self, task_id: str) -> UserTask:
        """Reads one task."""
        return self._client.get(f"Reading user task '{task_id}'", "task", task_id).build(_task)

    def variables(self, task_id: str) -> Camunda7Scope:
        """Returns what the task sees."""
        return Camunda7Scope(self._client, f"user task '{task_id}'", "task", task_id, "variables")

    def form_variables(self, task_id: str) -> dict[str, TypedValue]:
        """Reads the variables of the form."""
        action = f"Reading the form variables of user task '{task_id}'"
        with task_is_there(task_id):
            return self._client.get(action, "task", task_id, "form-variables", params=SERIALIZED).build(read_variables)

    def form(self, task_id: str) -> bytes:
        """Reads the form."""
        with task_is_there(task_id):
            return self._client.download(f"Reading the form of user task '{task_id}'", "task", task_id, "deployed-form")

    def candidates(self, task_id: str) -> Candidates:
        """Reads who may claim a task."""
        action = f"Reading the candidates of user task '{task_id}'"
        with task_is_there(task_id):
            params = {"type": "candidate"}
            links = self._client.get(action, "task", task_id, "identity-links", params=params).build_each(dict)
        users, groups = (tuple(link[key] for link in links if link.get(key)) for key in ("userId", "groupId"))
        return Candidates(users, groups)

    def add_candidate(self, task_id: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
        """Lets a user or a group claim a task."""
        self._post(f"Adding a candidate to user task '{task_id}'", task_id, _candidate(user_id, group_id), *_LINKS)

    def remove_candidate(self, task_id: str, *, user_id: str | None = None, group_id: str | None = None) -> None:
        """Takes that away again."""
        action = f"Removing a candidate from user task '{task_id}'"
        self._post(action, task_id, _candidate(user_id, group_id), *_LINKS, "delete")

    def claim(self, task_id: str, user_id: str) -> None:
        """Makes a user the task's assignee; EngineFailed if somebody else is."""
        self._post(f"Claiming user task '{task_id}' for '{user_id}'", task_id, {"userId": user_id}, "claim")

    def unclaim(self, task_id: str) -> None:
        """Takes a task from its assignee."""
        self._post(f"Unclaiming user task '{task_id}'", task_id, {}, "unclaim")

    def assign(self, task_id: str, user_id: str | None) -> None:
        """Makes a user the task's assignee."""
        self._post(f"Assigning user task '{task_id}' to '{user_id}'", task_id, {"userId": user_id}, "assignee")

    def delegate(self, task_id: str, user_id: str) -> None:
        """Has another user do a task."""
        self._post(f"Delegating user task '{task_id}' to '{user_id}'", task_id, {"userId": user_id}, "delegate")

    def resolve(self, task_id: str, variables: Variables) -> None:
        """Gives a delegated task back to its owner."""
        body = {"variables": write_variables(variables)}
        self._post(f"Resolving user task '{task_id}'", task_id, body, "resolve")

    def update(
        self,
        task_id: str,
        *,
        priority: int | None = None,
        due: datetime | None = None,
        follow_up: datetime | None = None,
        name: str | None = None,
        description: str | None = None,
    ) -> None:
        """Changes a task; the engine wants all of it, so the rest is sent as it was."""
        changes = given(
            priority=priority,
            due=write_time(due) if due else None,
            followUp=write_time(follow_up) if follow_up else None,
            name=name,
            description=description,
        )
        action = f"Changing user task '{task_id}'"
        before = self._client.get(action, "task", task_id).build(dict)
        self._client.put(action, "task", task_id, body={**before, **changes})

    def complete(self, task_id: str, variables: Variables) -> None:
        """Completes a task."""
        body = {"variables": write_variables(variables)}
        self._post(f"Completing user task '{task_id}'", task_id, body, "complete")

    def complete_and_read(self, task_id: str, variables: Variables) -> dict[str, TypedValue]:
        """Completes a task and reads the variables of its process instance."""
        body = {"variables": write_variables(variables), "withVariablesInReturn": True}
        with task_is_there(task_id):
            reply = self._client.post(f"Completing user task '{task_id}'", "task", task_id, "complete", body=body)
        return reply.build(read_variables)

    def submit_form(self, task_id: str, variables: Variables) -> None:
        """Completes a task by its form."""
        body = {"variables": write_variables(variables)}
        self._post(f"Submitting the form of user task '{task_id}'", task_id, body, "submit-form")

    def bpmn_error(self, task_id: str, code: str, message: str | None, variables: Variables) -> None:
        """Ends a task with a BPMN error."""
        body = {"errorCode": code, "errorMessage": message, "variables": write_variables(variables)}
        self._post(f"Throwing BPMN error '{code}' for user task '{task_id}'", task_id, body, "bpmnError")

    def escalate(self, task_id: str, code: str, variables: Variables) -> None:
        """Throws a BPMN escalation."""
        body = {"escalationCode": code, "variables": write_variables(variables)}
        self._post(f"Escalating user task '{task_id}' by '{code}'", task_id, body, "bpmnEscalation")

    def count(self, **filters: "Unpack[UserTaskFilters]") -> int:
        """Counts open tasks."""
        body = write_filters(filters, UserTaskFilters, _NAMES)
        return self._client.query("Counting user tasks", "task", "count", body=body).build(_count)

    def list(self, **filters: "Unpack[UserTaskFilters]") -> list[UserTask]:
        """Lists open tasks."""
        body = {**write_filters(filters, UserTaskFilters, _NAMES), "sorting": sorted_by("created")}
        return self._client.query("Listing user tasks", "task", body=body, params=write_page(filters)).build_each(_task)

    def _post(self, action: str, task_id: str, body: Mapping[str, Any], *path: str) -> None:
        with task_is_there(task_id):
            self._client.post(action, "task", task_id, *path, body=body)


_LINKS = ("identity-links",)


def _candidate(user_id: str | None, group_id: str | None) -> dict[str, object]:
    return {**given(userId=user_id, groupId=group_id), "type": "candidate"}


def _count(entry: Entry) -> int:
    return int(entry["count"])


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
        description=entry.get("description"),
        owner=entry.get("owner"),
        delegation_state=entry.get("delegationState"),
        follow_up=read_optional_time(entry.get("followUp")),
        suspended=bool(entry.get("suspended")),
    )
