"""Decisions and their tables: `/decision-definition`."""

from typing import TYPE_CHECKING

from CamundaLibrary.engines.camunda7.filters import write_filters, write_page
from CamundaLibrary.engines.camunda7.wire import read_variables, write_variables
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.engines.contract.decisions import DecisionFilters
from CamundaLibrary.engines.records import DecisionDefinition
from CamundaLibrary.http import Entry, HttpClient
from CamundaLibrary.variables import TypedValue

if TYPE_CHECKING:
    from typing_extensions import Unpack

_NAMES = {"tenant_id": "tenantIdIn", "without_tenant": "withoutTenantId", "latest": "latestVersion"}


class Camunda7Decisions:
    """Decisions and their tables."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def evaluate(
        self,
        key: str | None = None,
        *,
        definition_id: str | None = None,
        tenant_id: str | None = None,
        variables: Variables | None = None,
    ) -> list[dict[str, TypedValue]]:
        """Evaluates the latest version, or the one of that id."""
        path = ["decision-definition", definition_id] if definition_id else ["decision-definition", "key", key or ""]
        if tenant_id is not None and definition_id is None:
            path += ["tenant-id", tenant_id]
        body = {"variables": write_variables(variables)}
        action = f"Evaluating decision '{definition_id or key}'"
        return self._client.query(action, *path, "evaluate", body=body).build_each(read_variables)

    def get(self, definition_id: str) -> DecisionDefinition:
        """Reads one definition."""
        action = f"Reading decision definition '{definition_id}'"
        return self._client.get(action, "decision-definition", definition_id).build(_definition)

    def xml(self, definition_id: str) -> str:
        """Reads the DMN of a definition."""
        action = f"Reading the DMN of decision definition '{definition_id}'"
        return self._client.get(action, "decision-definition", definition_id, "xml").build(_xml)

    def list(self, **filters: "Unpack[DecisionFilters]") -> list[DecisionDefinition]:
        """Lists definitions."""
        query = write_filters(filters, DecisionFilters, _NAMES)
        params = {**query, **write_page(filters), "sortBy": "key", "sortOrder": "asc"}
        reply = self._client.get("Listing decision definitions", "decision-definition", params=params)
        return sorted(
            reply.build_each(_definition), key=lambda found: (found.key, found.tenant_id or "", found.version)
        )


def _definition(entry: Entry) -> DecisionDefinition:
    return DecisionDefinition(
        id=entry["id"],
        key=entry["key"],
        version=entry["version"],
        name=entry.get("name"),
        version_tag=entry.get("versionTag"),
        deployment_id=entry.get("deploymentId"),
        resource=entry.get("resource"),
        tenant_id=entry.get("tenantId"),
    )


def _xml(entry: Entry) -> str:
    return str(entry["dmnXml"])
