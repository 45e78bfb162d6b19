"""Models and other resources."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypedDict

from CamundaLibrary.engines.records import Deployment, Resource

if TYPE_CHECKING:
    from typing_extensions import Unpack


class DeploymentFilters(TypedDict, total=False):
    """Which deployments; all that is given must match. In `name_like` % stands for any text."""

    name: str | None
    name_like: str | None
    source: str | None
    before: datetime | None
    after: datetime | None
    tenant_id: str | None
    without_tenant: bool | None
    first_result: int | None
    max_results: int | None


class Deployments(Protocol):
    """Models and other resources."""

    def create(
        self,
        name: str,
        files: Sequence[Path],
        *,
        if_changed: bool = False,
        source: str | None = None,
        tenant_id: str | None = None,
    ) -> Deployment:
        """Deploys files under their base names, and folders: all in them, under their paths there.

        Hidden files are left out. With `if_changed` nothing is deployed if all are as before. Raises ValueRefused if
        one cannot be read, there is none, or two would have the same name.
        """

    def get(self, deployment_id: str) -> Deployment: ...

    def resources(self, deployment_id: str) -> list[Resource]:
        """Returns the files of a deployment, by name."""

    def content(self, resource: Resource) -> bytes: ...

    def delete(
        self, deployment_id: str, *, cascade: bool = False, skip_listeners: bool = False, skip_io_mappings: bool = False
    ) -> None:
        """Deletes a deployment; with `cascade` its instances and their history too, otherwise there may be none."""

    def list(self, **filters: "Unpack[DeploymentFilters]") -> list[Deployment]:
        """Returns deployments, oldest first."""
