"""Versions of process models."""

from datetime import datetime
from typing import Protocol

from CamundaLibrary.engines.records import ProcessDefinition


class Definitions(Protocol):
    """Versions of process models."""

    def get(self, definition_id: str) -> ProcessDefinition: ...

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
        """Returns definitions by key and version, oldest version first; of all tenants if none is given."""

    def xml(self, definition_id: str) -> str: ...

    def diagram(self, definition_id: str) -> bytes | None:
        """Returns the picture that was deployed with the model; None if there is none."""

    def suspend(self, definition_id: str, *, instances: bool = True, at: datetime | None = None) -> None:
        """Lets no new instance be started; with `instances` the running ones are suspended, too. At once, or later."""

    def activate(self, definition_id: str, *, instances: bool = True, at: datetime | None = None) -> None: ...
