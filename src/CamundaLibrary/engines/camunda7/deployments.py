"""Models and other resources: `/deployment`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from CamundaLibrary.engines.camunda7.filters import write_filters, write_page
from CamundaLibrary.engines.camunda7.wire import read_optional_time
from CamundaLibrary.engines.contract.deployments import DeploymentFilters
from CamundaLibrary.engines.records import Deployment, Resource
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.http import Entry, HttpClient, Part

if TYPE_CHECKING:
    from typing_extensions import Unpack

_NAMES = {"tenant_id": "tenantIdIn"}


class Camunda7Deployments:
    """Models and other resources."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def create(
        self,
        name: str,
        files: Sequence[Path],
        *,
        if_changed: bool = False,
        source: str | None = None,
        tenant_id: str | None = None,
    ) -> Deployment:
        """Deploys files; with `if_changed` only if one differs from the last deployment of that name.

        Then all of them: a form or model that was left out would be missing from the new version's deployment.
        """
        action = f"Deploying '{name}'"
        fields = {
            "deployment-name": name,
            "enable-duplicate-filtering": "true" if if_changed else None,
            "deployment-source": source,
            "tenant-id": tenant_id,
        }
        parts = [Part(field, value.encode()) for field, value in fields.items() if value is not None]
        parts += _file_parts(action, files)
        return self._client.upload(action, "deployment", "create", parts=parts).build(_deployment)

    def get(self, deployment_id: str) -> Deployment:
        """Reads one deployment."""
        return self._client.get(f"Reading deployment '{deployment_id}'", "deployment", deployment_id).build(_deployment)

    def resources(self, deployment_id: str) -> list[Resource]:
        """Lists the files of a deployment."""
        action = f"Listing the files of deployment '{deployment_id}'"
        found = self._client.get(action, "deployment", deployment_id, "resources").build_each(_resource)
        return sorted(found, key=lambda resource: resource.name)

    def content(self, resource: Resource) -> bytes:
        """Reads a file."""
        action = f"Downloading '{resource.name}' of deployment '{resource.deployment_id}'"
        return self._client.download(action, "deployment", resource.deployment_id, "resources", resource.id, "data")

    def delete(
        self, deployment_id: str, *, cascade: bool = False, skip_listeners: bool = False, skip_io_mappings: bool = False
    ) -> None:
        """Deletes a deployment."""
        action = f"Deleting deployment '{deployment_id}'"
        params = {"cascade": cascade, "skipCustomListeners": skip_listeners, "skipIoMappings": skip_io_mappings}
        self._client.delete(action, "deployment", deployment_id, params=params)

    def list(self, **filters: "Unpack[DeploymentFilters]") -> list[Deployment]:
        """Lists deployments."""
        query = write_filters(filters, DeploymentFilters, _NAMES)
        params = {**query, **write_page(filters), "sortBy": "deploymentTime", "sortOrder": "asc"}
        return self._client.get("Listing deployments", "deployment", params=params).build_each(_deployment)


def _file_parts(action: str, files: Sequence[Path]) -> list[Part]:
    """Returns a part for each; the engine forgets a part whose field name comes again, hence the numbers."""
    parts: list[Part] = []
    for number, (name, file) in enumerate(_named(files)):
        if name in [part.filename for part in parts]:
            raise ValueRefused(f"{action} failed: there are two files named '{name}'.")
        try:
            parts.append(Part(f"resource{number}", file.read_bytes(), name, "application/octet-stream"))
        except OSError as error:
            raise ValueRefused(f"{action} failed: '{file}' cannot be read: {error.strerror}.") from error
    if not parts:
        raise ValueRefused(f"{action} failed: there is no file to deploy.")
    return parts


def _named(files: Sequence[Path]) -> Iterator[tuple[str, Path]]:
    for file in files:
        if file.is_dir():
            yield from ((inner.relative_to(file).as_posix(), inner) for inner in _files_in(file))
        else:
            yield file.name, file


def _files_in(folder: Path) -> list[Path]:
    """Returns what a folder holds, also in folders of it; what is hidden in it, and caches of Python, are left out."""
    found = (file for file in folder.rglob("*") if file.is_file())
    return sorted(file for file in found if not any(_is_hidden(part) for part in file.relative_to(folder).parts))


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _deployment(entry: Entry) -> Deployment:
    return Deployment(
        id=entry["id"],
        name=entry.get("name"),
        deployment_time=read_optional_time(entry.get("deploymentTime")),
        process_definitions=tuple(entry.get("deployedProcessDefinitions") or ()),
        decision_definitions=tuple(entry.get("deployedDecisionDefinitions") or ()),
        source=entry.get("source"),
        tenant_id=entry.get("tenantId"),
    )


def _resource(entry: Entry) -> Resource:
    return Resource(id=entry["id"], name=entry["name"], deployment_id=entry["deploymentId"])
