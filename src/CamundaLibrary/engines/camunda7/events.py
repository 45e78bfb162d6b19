"""Signals, and who waits for an event: `/signal`, `/execution/…/signal` and `/event-subscription`."""

from CamundaLibrary.engines.camunda7.wire import given, missing_is_not_found, read_optional_time, write_variables
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.engines.records import EventSubscription
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Signals:
    """Signals for whoever waits."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def send(
        self,
        name: str,
        *,
        execution_id: str | None = None,
        variables: Variables | None = None,
        tenant_id: str | None = None,
        without_tenant: bool = False,
    ) -> None:
        """Gives a signal to all that wait, or to one execution."""
        body = given(
            name=name,
            executionId=execution_id,
            variables=write_variables(variables),
            tenantId=tenant_id,
            withoutTenantId=without_tenant or None,
        )
        with missing_is_not_found(execution_id or "no execution"):
            self._client.post(f"Sending signal '{name}'", "signal", body=body)

    def trigger(self, execution_id: str, variables: Variables) -> None:
        """Has an execution go on."""
        action = f"Triggering execution '{execution_id}'"
        with missing_is_not_found(execution_id):
            self._client.post(
                action, "execution", execution_id, "signal", body={"variables": write_variables(variables)}
            )

    def executions(self, process_instance_id: str, activity_id: str) -> list[str]:
        """Lists executions that are at an activity."""
        action = f"Listing the executions of process instance '{process_instance_id}'"
        body = {"processInstanceId": process_instance_id, "activityId": activity_id}
        return self._client.query(action, "execution", body=body).build_each(lambda entry: str(entry["id"]))


class Camunda7EventSubscriptions:
    """Who waits for an event."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def list(
        self,
        *,
        event_type: str | None = None,
        event_name: str | None = None,
        process_instance_id: str | None = None,
        activity_id: str | None = None,
        execution_id: str | None = None,
        tenant_id: str | None = None,
        max_results: int | None = None,
    ) -> list[EventSubscription]:
        """Lists subscriptions."""
        params = given(
            eventType=event_type,
            eventName=event_name,
            processInstanceId=process_instance_id,
            activityId=activity_id,
            executionId=execution_id,
            tenantIdIn=tenant_id,
            maxResults=max_results,
            sortBy="created",
            sortOrder="asc",
        )
        action = "Listing event subscriptions"
        return self._client.get(action, "event-subscription", params=params).build_each(_event_subscription)


def _event_subscription(entry: Entry) -> EventSubscription:
    return EventSubscription(
        id=entry["id"],
        event_type=entry["eventType"],
        event_name=entry.get("eventName"),
        activity_id=entry.get("activityId"),
        process_instance_id=entry.get("processInstanceId"),
        execution_id=entry.get("executionId"),
        created=read_optional_time(entry.get("createdDate")),
        tenant_id=entry.get("tenantId"),
    )
