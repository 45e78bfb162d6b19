"""What stopped."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Incident:
    """Something that stopped; for external tasks `configuration` is the task's id and `type` `failedExternalTask`."""

    id: str
    type: str
    process_instance_id: str | None
    activity_id: str | None
    message: str | None
    configuration: str | None = None
    time: datetime | None = None
