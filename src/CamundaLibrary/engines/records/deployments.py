"""What was deployed."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Deployment:
    """One deployment. Which definitions it made is told only when it is made (none when nothing had changed)."""

    id: str
    name: str | None
    deployment_time: datetime | None
    process_definitions: tuple[str, ...] = ()
    decision_definitions: tuple[str, ...] = ()
    source: str | None = None
    tenant_id: str | None = None


@dataclass(frozen=True)
class Resource:
    """One file of a deployment; its name may have folders."""

    id: str
    name: str
    deployment_id: str
