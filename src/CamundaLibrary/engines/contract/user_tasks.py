"""Tasks for people."""

from typing import Protocol

from CamundaLibrary.engines.contract.variables import Variables, VariableScope
from CamundaLibrary.engines.records import UserTask


class UserTasks(Protocol):
    """Tasks for people."""

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
        """Returns open tasks, oldest first."""

    def get(self, task_id: str) -> UserTask: ...

    def claim(self, task_id: str, user_id: str) -> None: ...

    def complete(self, task_id: str, variables: Variables) -> None: ...

    def variables(self, task_id: str) -> VariableScope:
        """Returns what the task sees, for reading."""
