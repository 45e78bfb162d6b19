"""Definitions and running instances."""

from typing import Protocol

from CamundaLibrary.engines.contract.variables import Variables
from CamundaLibrary.engines.records import Incident, ProcessDefinition, ProcessInstance


class Processes(Protocol):
    """Definitions and running instances."""

    def start(
        self,
        key: str | None = None,
        *,
        definition_id: str | None = None,
        business_key: str | None = None,
        variables: Variables | None = None,
        tenant_id: str | None = None,
    ) -> ProcessInstance: ...

    def definition(self, definition_id: str) -> ProcessDefinition: ...

    def xml(self, definition_id: str) -> str: ...

    def get(self, instance_id: str) -> ProcessInstance | None:
        """Returns None once it ended."""

    def suspend(self, instance_id: str) -> None: ...

    def activate(self, instance_id: str) -> None: ...

    def delete(self, instance_id: str, reason: str | None = None) -> None: ...

    def incidents(
        self, *, process_instance_id: str | None = None, process_definition_key: str | None = None
    ) -> list[Incident]: ...

    def list(
        self,
        *,
        business_key: str | None = None,
        process_definition_key: str | None = None,
        super_process_instance_id: str | None = None,
        sub_process_instance_id: str | None = None,
        active: bool | None = None,
    ) -> list[ProcessInstance]: ...
