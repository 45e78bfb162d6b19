"""What stopped."""

from typing import Protocol

from CamundaLibrary.engines.records import Incident


class Incidents(Protocol):
    """What stopped and waits for somebody."""

    def get(self, incident_id: str) -> Incident: ...

    def list(
        self,
        *,
        process_instance_id: str | None = None,
        process_definition_key: str | None = None,
        activity_id: str | None = None,
        type: str | None = None,
        message_like: str | None = None,
        configuration: str | None = None,
        tenant_id: str | None = None,
    ) -> list[Incident]:
        """Returns open incidents, oldest first. In `message_like` % stands for anything."""

    def annotate(self, incident_id: str, annotation: str) -> None: ...

    def clear_annotation(self, incident_id: str) -> None: ...
