"""Signals, and who waits for an event."""

from typing import Protocol

from CamundaLibrary.engines.contract.variables import Variables
from CamundaLibrary.engines.records import EventSubscription


class Signals(Protocol):
    """Signals for whoever waits."""

    def send(
        self,
        name: str,
        *,
        execution_id: str | None = None,
        variables: Variables | None = None,
        tenant_id: str | None = None,
        without_tenant: bool = False,
    ) -> None:
        """Gives a signal to all that wait for it, start events too; with `execution_id` to that one.

        That nobody waits is no error.
        """

    def trigger(self, execution_id: str, variables: Variables) -> None:
        """Has an execution go on that waits in a receive task, or in an event."""

    def executions(self, process_instance_id: str, activity_id: str) -> list[str]:
        """Returns the ids of the executions that are at an activity."""


class EventSubscriptions(Protocol):
    """Who waits for an event."""

    def list(
        self,
        *,
        event_type: str | None = None,
        event_name: str | None = None,
        process_instance_id: str | None = None,
        activity_id: str | None = None,
        execution_id: str | None = None,
        tenant_id: str | None = None,
        max_results: int | None = None,
    ) -> list[EventSubscription]:
        """Returns subscriptions, oldest first."""
