"""Messages that instances wait for."""

from typing import Protocol

from CamundaLibrary.engines.contract.variables import Variables


class Messages(Protocol):
    """Messages that instances wait for."""

    def correlate(
        self,
        name: str,
        *,
        business_key: str | None = None,
        process_instance_id: str | None = None,
        correlation_keys: Variables | None = None,
        variables: Variables | None = None,
        to_all: bool = False,
        tenant_id: str | None = None,
    ) -> None: ...
