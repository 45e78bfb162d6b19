"""Tasks for people."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class UserTask:
    """A task for a person. `delegation_state` is PENDING while somebody else does it for its owner, then RESOLVED."""

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
    description: str | None = None
    owner: str | None = None
    delegation_state: str | None = None
    follow_up: datetime | None = None
    suspended: bool = False


@dataclass(frozen=True)
class Candidates:
    """Users and groups who may claim a task."""

    users: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Comment:
    """What somebody wrote to a task. `user_id` is None where the engine did not know who it was."""

    id: str
    task_id: str | None
    message: str
    time: datetime | None
    user_id: str | None = None


@dataclass(frozen=True)
class Attachment:
    """What is attached to a task: a file of the engine (`url` None; content by `UserTaskNotes.file`) or an address."""

    id: str
    task_id: str | None
    name: str | None
    description: str | None = None
    type: str | None = None
    url: str | None = None
    time: datetime | None = None
