"""Tasks for people."""

from dataclasses import dataclass
from datetime import datetime


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
