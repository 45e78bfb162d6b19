"""Processes: their versions, their running instances, where these stand."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class ProcessDefinition:
    """One version of a process model. `diagram` is the name of the picture that was deployed with it."""

    id: str
    key: str
    version: int
    name: str | None = None
    version_tag: str | None = None
    deployment_id: str | None = None
    tenant_id: str | None = None
    suspended: bool = False
    diagram: str | None = None


@dataclass(frozen=True)
class ProcessInstance:
    """A process instance that was started or is running."""

    id: str
    definition_id: str
    business_key: str | None = None
    ended: bool = False
    suspended: bool = False
    tenant_id: str | None = None
    definition_key: str | None = None


@dataclass(frozen=True)
class ActivityInstance:
    """Where a process instance stands; the root is the process itself, `children` are what is open in it.

    With `is_transition` the activity waits to be entered or left (asynchronous continuation).
    """

    id: str
    activity_id: str
    activity_type: str | None
    name: str | None
    execution_ids: tuple[str, ...] = ()
    incident_ids: tuple[str, ...] = ()
    is_transition: bool = False
    children: tuple["ActivityInstance", ...] = ()

    def all_inside(self) -> Iterator["ActivityInstance"]:
        """Yields all below, outer ones first."""
        for child in self.children:
            yield child
            yield from child.all_inside()


@dataclass(frozen=True)
class MigrationInstruction:
    """Activity of the old version, and the one of the new version that takes its place."""

    source: str
    target: str
    update_event_trigger: bool = False


@dataclass(frozen=True)
class MigrationPlan:
    """How instances of one definition go on in another."""

    source_definition_id: str
    target_definition_id: str
    instructions: tuple[MigrationInstruction, ...] = ()
