"""Messages and signals: who waits for one, and who got one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from CamundaLibrary.variables import TypedValue


@dataclass(frozen=True)
class Correlation:
    """One receiver of a message: an execution that waited, or (`started`) a process instance that it started.

    `variables` are those of the process instance, where they were asked for.
    """

    process_instance_id: str
    started: bool
    execution_id: str | None = None
    business_key: str | None = None
    process_definition_id: str | None = None
    tenant_id: str | None = None
    variables: Mapping[str, TypedValue] = field(default_factory=dict)


@dataclass(frozen=True)
class EventSubscription:
    """Something that waits for an event. `event_type` is message, signal, compensate or conditional.

    A start event waits, too: then there is no process instance, and no execution.
    """

    id: str
    event_type: str
    event_name: str | None
    activity_id: str | None
    process_instance_id: str | None = None
    execution_id: str | None = None
    created: datetime | None = None
    tenant_id: str | None = None
