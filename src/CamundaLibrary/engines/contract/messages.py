"""Messages that instances wait for, or that start them."""

from typing import Protocol

from CamundaLibrary.engines.contract.variables import Variables
from CamundaLibrary.engines.records import Correlation


class Messages(Protocol):
    """Messages that instances wait for, or that start them."""

    def correlate(
        self,
        name: str,
        *,
        business_key: str | None = None,
        process_instance_id: str | None = None,
        correlation_keys: Variables | None = None,
        local_correlation_keys: Variables | None = None,
        variables: Variables | None = None,
        local_variables: Variables | None = None,
        to_all: bool = False,
        tenant_id: str | None = None,
        without_tenant: bool = False,
        with_variables: bool = False,
    ) -> list[Correlation]:
        """Gives a message to the one instance, or start event, that waits for it; RequestRefused if none or several.

        With `to_all` to all that wait, none included. `correlation_keys` are compared with variables of the process
        instance, `local_correlation_keys` with those of the waiting execution; so are `local_variables` set.
        """
