"""Messages that instances wait for: `/message`."""

from CamundaLibrary.engines.camunda7.wire import given, write_variables
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.http import HttpClient


class Camunda7Messages:
    """Messages that instances wait for."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

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
    ) -> None:
        """Gives a message to the one instance, or start event, that waits for it; RequestRefused if none or several."""
        body = given(
            messageName=name,
            businessKey=business_key,
            processInstanceId=process_instance_id,
            correlationKeys=write_variables(correlation_keys),
            processVariables=write_variables(variables),
            all=to_all or None,
            tenantId=tenant_id,
        )
        self._client.post(f"Correlating message '{name}'", "message", body=body)
