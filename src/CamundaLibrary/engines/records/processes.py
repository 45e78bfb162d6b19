"""Processes: their versions, their running instances."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessDefinition:
    """One version of a process model."""

    id: str
    key: str
    version: int
    name: str | None = None
    version_tag: str | None = None
    deployment_id: str | None = None
    tenant_id: str | None = None
    suspended: bool = False


@dataclass(frozen=True)
class ProcessInstance:
    """A process instance that was started or is running."""

    id: str
    definition_id: str
    business_key: str | None = None
    ended: bool = False
    suspended: bool = False
    tenant_id: str | None = None
