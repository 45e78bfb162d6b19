"""Decisions: their versions."""

from dataclasses import dataclass


@dataclass(frozen=True)
class DecisionDefinition:
    """One version of a decision."""

    id: str
    key: str
    version: int
    name: str | None = None
    version_tag: str | None = None
    deployment_id: str | None = None
    resource: str | None = None
    tenant_id: str | None = None
