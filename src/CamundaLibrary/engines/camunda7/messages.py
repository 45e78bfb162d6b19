"""Messages that instances wait for: `/message`."""

from CamundaLibrary.engines.camunda7.wire import given, read_variables, write_variables
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.engines.records import Correlation
from CamundaLibrary.http import Entry, HttpClient


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
        local_correlation_keys: Variables | None = None,
        variables: Variables | None = None,
        local_variables: Variables | None = None,
        to_all: bool = False,
        tenant_id: str | None = None,
        without_tenant: bool = False,
        with_variables: bool = False,
    ) -> list[Correlation]:
        """Gives a message to the one instance, or start event, that waits for it; RequestRefused if none or several."""
        body = given(
            messageName=name,
            businessKey=business_key,
            processInstanceId=process_instance_id,
            correlationKeys=write_variables(correlation_keys),
            localCorrelationKeys=write_variables(local_correlation_keys),
            processVariables=write_variables(variables),
            processVariablesLocal=write_variables(local_variables),
            all=to_all or None,
            tenantId=tenant_id,
            withoutTenantId=without_tenant or None,
            resultEnabled=True,
            variablesInResultEnabled=with_variables or None,
        )
        return self._client.post(f"Correlating message '{name}'", "message", body=body).build_each(_correlation)


def _correlation(entry: Entry) -> Correlation:
    started, execution = entry.get("processInstance"), entry.get("execution") or {}
    return Correlation(
        process_instance_id=started["id"] if started else execution["processInstanceId"],
        started=bool(started),
        execution_id=execution.get("id"),
        business_key=(started or {}).get("businessKey"),
        process_definition_id=(started or {}).get("definitionId"),
        tenant_id=(started or execution).get("tenantId"),
        variables=read_variables(entry.get("variables") or {}),
    )
