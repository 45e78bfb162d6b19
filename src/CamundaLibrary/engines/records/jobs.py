"""What the engine does by itself: timers, asynchronous continuations, parts of batches."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Job:
    """One thing that the engine is to do; without `due` at once. At 0 `retries` it has given up."""

    id: str
    definition_id: str | None = None
    process_instance_id: str | None = None
    process_definition_id: str | None = None
    process_definition_key: str | None = None
    execution_id: str | None = None
    retries: int = 0
    due: datetime | None = None
    suspended: bool = False
    message: str | None = None
    failed_activity_id: str | None = None
    priority: int = 0
    tenant_id: str | None = None
    created: datetime | None = None


@dataclass(frozen=True)
class JobDefinition:
    """What jobs of a model have in common. `type` is the engine's word, as `timer-transition`.

    `configuration` says more: `DURATION: PT1H`, `async-before`.
    """

    id: str
    type: str
    activity_id: str | None = None
    configuration: str | None = None
    suspended: bool = False
