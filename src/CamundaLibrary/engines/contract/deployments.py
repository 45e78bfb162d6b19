"""Models and other resources."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from CamundaLibrary.engines.records import Deployment


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
        """Deploys the files under their base names; with `if_changed` not if all are as before."""

    def delete(self, deployment_id: str, *, cascade: bool = False) -> None: ...
