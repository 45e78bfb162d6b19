"""What was deployed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Deployment:
    """One deployment; `process_definitions` are the ids of those it made (none when nothing had changed)."""

    id: str
    name: str | None
    deployment_time: datetime | None
    process_definitions: tuple[str, ...] = ()
    decision_definitions: tuple[str, ...] = ()
