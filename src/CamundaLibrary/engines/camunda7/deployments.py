"""Models and other resources: `/deployment`."""

from collections.abc import Sequence
from pathlib import Path

from CamundaLibrary.engines.camunda7.wire import read_optional_time
from CamundaLibrary.engines.records import Deployment
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.http import Entry, HttpClient, Part


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
        Raises ValueRefused if one cannot be read, or two have the same name.
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

    def delete(self, deployment_id: str, *, cascade: bool = False) -> None:
        """Deletes a deployment; with `cascade` its instances and their history too, otherwise there may be none."""
        action = f"Deleting deployment '{deployment_id}'"
        self._client.delete(action, "deployment", deployment_id, params={"cascade": cascade})


def _file_parts(action: str, files: Sequence[Path]) -> list[Part]:
    """Returns a part for each; the engine forgets a part whose field name comes again, hence the numbers."""
    parts: list[Part] = []
    for number, file in enumerate(files):
        if file.name in [part.filename for part in parts]:
            raise ValueRefused(f"{action} failed: there are two files named '{file.name}'.")
        try:
            parts.append(Part(f"resource{number}", file.read_bytes(), file.name, "application/octet-stream"))
        except OSError as error:
            raise ValueRefused(f"{action} failed: '{file}' cannot be read: {error.strerror}.") from error
    return parts


def _deployment(entry: Entry) -> Deployment:
    return Deployment(
        id=entry["id"],
        name=entry.get("name"),
        deployment_time=read_optional_time(entry.get("deploymentTime")),
        process_definitions=tuple(entry.get("deployedProcessDefinitions") or ()),
        decision_definitions=tuple(entry.get("deployedDecisionDefinitions") or ()),
    )
