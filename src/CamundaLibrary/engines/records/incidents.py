"""What stopped."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Incident:
    """Something that stopped. `type` is the engine's word: `failedJob`, `failedExternalTask`.

    `configuration` is the id of that job or external task.

    A process that called the one with the trouble has an incident, too: there `root_cause_id` is that of the trouble
    itself, and there is no configuration.
    """

    id: str
    type: str
    process_instance_id: str | None
    activity_id: str | None
    message: str | None
    configuration: str | None = None
    time: datetime | None = None
    process_definition_id: str | None = None
    execution_id: str | None = None
    root_cause_id: str | None = None
    annotation: str | None = None
    tenant_id: str | None = None
