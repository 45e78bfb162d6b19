"""Versions of process models: `/process-definition`."""

from datetime import datetime

from CamundaLibrary.engines.camunda7.wire import write_time
from CamundaLibrary.engines.records import ProcessDefinition
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Definitions:
    """Versions of process models."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def get(self, definition_id: str) -> ProcessDefinition:
        """Reads one definition."""
        action = f"Reading process definition '{definition_id}'"
        return self._client.get(action, "process-definition", definition_id).build(_definition)

    def list(
        self,
        *,
        key: str | None = None,
        name: str | None = None,
        version: int | None = None,
        version_tag: str | None = None,
        latest: bool = False,
        deployment_id: str | None = None,
        suspended: bool | None = None,
        tenant_id: str | None = None,
    ) -> list[ProcessDefinition]:
        """Lists definitions by key and version, oldest version first."""
        params = {
            "key": key,
            "name": name,
            "version": version,
            "versionTag": version_tag,
            "latestVersion": latest or None,
            "deploymentId": deployment_id,
            "suspended": suspended or None,
            "active": True if suspended is False else None,
            "tenantIdIn": tenant_id,
        }
        found = self._client.get("Listing process definitions", "process-definition", params=params)
        return sorted(found.build_each(_definition), key=lambda each: (each.key, each.tenant_id or "", each.version))

    def xml(self, definition_id: str) -> str:
        """Reads the model of a definition."""
        action = f"Reading the model of process definition '{definition_id}'"
        return self._client.get(action, "process-definition", definition_id, "xml").build(_xml)

    def diagram(self, definition_id: str) -> bytes | None:
        """Reads the picture that was deployed with the model."""
        action = f"Reading the diagram of process definition '{definition_id}'"
        return self._client.download(action, "process-definition", definition_id, "diagram") or None

    def suspend(self, definition_id: str, *, instances: bool = True, at: datetime | None = None) -> None:
        """Suspends a definition."""
        self._set_suspended(f"Suspending process definition '{definition_id}'", definition_id, True, instances, at)

    def activate(self, definition_id: str, *, instances: bool = True, at: datetime | None = None) -> None:
        """Activates a suspended definition."""
        self._set_suspended(f"Activating process definition '{definition_id}'", definition_id, False, instances, at)

    def _set_suspended(
        self, action: str, definition_id: str, suspended: bool, instances: bool, at: datetime | None
    ) -> None:
        body = {
            "suspended": suspended,
            "includeProcessInstances": instances,
            "executionDate": write_time(at) if at else None,
        }
        self._client.put(action, "process-definition", definition_id, "suspended", body=body)


def _definition(entry: Entry) -> ProcessDefinition:
    return ProcessDefinition(
        id=entry["id"],
        key=entry["key"],
        version=entry["version"],
        name=entry.get("name"),
        version_tag=entry.get("versionTag"),
        deployment_id=entry.get("deploymentId"),
        tenant_id=entry.get("tenantId"),
        suspended=bool(entry.get("suspended")),
        diagram=entry.get("diagram"),
    )


def _xml(entry: Entry) -> str:
    return str(entry["bpmn20Xml"])
