"""Tasks for people."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypedDict

from CamundaLibrary.engines.contract.variables import Variables, VariableScope
from CamundaLibrary.engines.records import Attachment, Candidates, Comment, UserTask
from CamundaLibrary.variables import TypedValue

if TYPE_CHECKING:
    from typing_extensions import Unpack


class UserTaskFilters(TypedDict, total=False):
    """Which user tasks; all that is given must match.

    Those in `…_like` take `%` for any text. `active=False` asks for suspended ones, `unassigned=False` for assigned
    ones. The engine leaves out assigned tasks where it is asked for candidates, but with `include_assigned_tasks`.
    Variables are compared with a value, or by a pair of an operator (=, !=, >, >=, <, <=, like) and a value.
    """

    process_instance_id: str | None
    business_key: str | None
    business_key_like: str | None
    process_definition_id: str | None
    process_definition_key: str | None
    execution_id: str | None
    task_definition_key: str | None
    name: str | None
    name_like: str | None
    assignee: str | None
    owner: str | None
    unassigned: bool | None
    candidate_user: str | None
    candidate_group: str | None
    candidate_groups: Sequence[str] | None
    with_candidate_users: bool | None
    with_candidate_groups: bool | None
    include_assigned_tasks: bool | None
    involved_user: str | None
    delegation_state: str | None
    priority: int | None
    min_priority: int | None
    max_priority: int | None
    due_before: datetime | None
    due_after: datetime | None
    without_due_date: bool | None
    follow_up_before: datetime | None
    follow_up_after: datetime | None
    created_before: datetime | None
    created_after: datetime | None
    active: bool | None
    tenant_ids: Sequence[str] | None
    without_tenant: bool | None
    process_variables: Mapping[str, object] | None
    task_variables: Mapping[str, object] | None
    first_result: int | None
    max_results: int | None


class UserTaskNotes(Protocol):
    """Comments and attachments of user tasks. They stay in the history when the task is done."""

    def comments(self, task_id: str) -> list[Comment]:
        """Returns comments, oldest first."""

    def comment(self, task_id: str, message: str) -> Comment: ...

    def attachments(self, task_id: str) -> list[Attachment]:
        """Returns attachments, oldest first."""

    def attach_file(
        self, task_id: str, path: Path, *, name: str | None = None, description: str | None = None
    ) -> Attachment:
        """Attaches a file, under its base name if no other is given. ValueRefused if it cannot be read."""

    def attach_url(
        self, task_id: str, url: str, *, name: str | None = None, description: str | None = None
    ) -> Attachment: ...

    def file(self, attachment_id: str, task_id: str) -> bytes: ...

    def delete_attachment(self, attachment_id: str, task_id: str) -> None:
        """Deletes an attachment; not every engine can once the task is done (NotFound)."""


class UserTasks(Protocol):
    """Tasks for people. NotFound where a task is done or never was."""

    @property
    def notes(self) -> UserTaskNotes: ...

    def get(self, task_id: str) -> UserTask: ...

    def variables(self, task_id: str) -> VariableScope:
        """Returns what the task sees, for reading."""

    def form_variables(self, task_id: str) -> dict[str, TypedValue]:
        """Returns what the task sees, and the fields of its form that have no value yet, as typed nulls."""

    def form(self, task_id: str) -> bytes:
        """Returns the form that was deployed with the model. RequestRefused if there is none."""

    def candidates(self, task_id: str) -> Candidates: ...

    def add_candidate(self, task_id: str, *, user_id: str | None = None, group_id: str | None = None) -> None: ...

    def remove_candidate(self, task_id: str, *, user_id: str | None = None, group_id: str | None = None) -> None: ...

    def claim(self, task_id: str, user_id: str) -> None:
        """Makes a user the assignee; EngineFailed if somebody else is."""

    def unclaim(self, task_id: str) -> None: ...

    def assign(self, task_id: str, user_id: str | None) -> None:
        """Makes a user the assignee, whoever was before."""

    def delegate(self, task_id: str, user_id: str) -> None:
        """Has another user do the task; its assignee becomes its owner and gets it back by `resolve`."""

    def resolve(self, task_id: str, variables: Variables) -> None: ...

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
        """Changes what is given."""

    def complete(self, task_id: str, variables: Variables) -> None: ...

    def complete_and_read(self, task_id: str, variables: Variables) -> dict[str, TypedValue]:
        """Completes a task, and returns the variables that its process instance then has."""

    def submit_form(self, task_id: str, variables: Variables) -> None:
        """Completes a task by its form: the engine converts and validates the values as the form's fields say."""

    def bpmn_error(self, task_id: str, code: str, message: str | None, variables: Variables) -> None: ...

    def escalate(self, task_id: str, code: str, variables: Variables) -> None:
        """Throws a BPMN escalation. EngineFailed if nothing in the model catches it."""

    def count(self, **filters: "Unpack[UserTaskFilters]") -> int: ...

    def list(self, **filters: "Unpack[UserTaskFilters]") -> list[UserTask]:
        """Returns open tasks, oldest first."""
