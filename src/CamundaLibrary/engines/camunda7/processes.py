"""Definitions and running instances: `/process-definition`, `/process-instance`, `/incident`."""

from CamundaLibrary.engines.camunda7.wire import given, read_optional_time, write_variables
from CamundaLibrary.engines.contract import Variables
from CamundaLibrary.engines.records import Incident, ProcessDefinition, ProcessInstance
from CamundaLibrary.errors import NotFound
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Processes:
    """Definitions and running instances."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def start(
        self,
        key: str | None = None,
        *,
        definition_id: str | None = None,
        business_key: str | None = None,
        variables: Variables | None = None,
        tenant_id: str | None = None,
    ) -> ProcessInstance:
        """Starts the newest version of a process, or the version of a definition. ValueError if neither is given."""
        if key is None and definition_id is None:
            raise ValueError("Give the key of the process or the id of a definition.")
        body = given(businessKey=business_key, variables=write_variables(variables))
        action = f"Starting process '{definition_id or key}'"
        path = _definition(key, definition_id, tenant_id)
        return self._client.post(action, *path, "start", body=body).build(_process_instance)

    def definition(self, definition_id: str) -> ProcessDefinition:
        """Reads one definition."""
        action = f"Reading process definition '{definition_id}'"
        return self._client.get(action, "process-definition", definition_id).build(_process_definition)

    def xml(self, definition_id: str) -> str:
        """Reads the model of a definition."""
        action = f"Reading the model of process definition '{definition_id}'"
        return self._client.get(action, "process-definition", definition_id, "xml").build(_xml)

    def get(self, instance_id: str) -> ProcessInstance | None:
        """Reads one running instance."""
        action = f"Reading process instance '{instance_id}'"
        try:
            return self._client.get(action, "process-instance", instance_id).build(_process_instance)
        except NotFound:
            return None

    def suspend(self, instance_id: str) -> None:
        """Suspends an instance."""
        self._set_suspended(f"Suspending process instance '{instance_id}'", instance_id, True)

    def activate(self, instance_id: str) -> None:
        """Activates a suspended instance."""
        self._set_suspended(f"Activating process instance '{instance_id}'", instance_id, False)

    def delete(self, instance_id: str, reason: str | None = None) -> None:
        """Deletes an instance. With a reason the engine does it soon, by a batch: its direct call takes none."""
        action = f"Deleting process instance '{instance_id}'"
        if reason is None:
            self._client.delete(action, "process-instance", instance_id)
            return
        body = {"processInstanceIds": [instance_id], "deleteReason": reason}
        self._client.post(action, "process-instance", "delete", body=body)

    def incidents(
        self, *, process_instance_id: str | None = None, process_definition_key: str | None = None
    ) -> list[Incident]:
        """Lists open incidents, oldest first."""
        params = {
            "processInstanceId": process_instance_id,
            "processDefinitionKeyIn": process_definition_key,
            "sortBy": "incidentTimestamp",
            "sortOrder": "asc",
        }
        return self._client.get("Listing incidents", "incident", params=params).build_each(_incident)

    def list(
        self,
        *,
        business_key: str | None = None,
        process_definition_key: str | None = None,
        super_process_instance_id: str | None = None,
        sub_process_instance_id: str | None = None,
        active: bool | None = None,
    ) -> list[ProcessInstance]:
        """Lists running instances, suspended ones included."""
        body = given(
            businessKey=business_key,
            processDefinitionKey=process_definition_key,
            superProcessInstance=super_process_instance_id,
            subProcessInstance=sub_process_instance_id,
            active=active or None,
            suspended=True if active is False else None,
        )
        action = "Listing process instances"
        return self._client.query(action, "process-instance", body=body).build_each(_process_instance)

    def _set_suspended(self, action: str, instance_id: str, suspended: bool) -> None:
        self._client.put(action, "process-instance", instance_id, "suspended", body={"suspended": suspended})


def _definition(key: str | None, definition_id: str | None, tenant_id: str | None) -> tuple[str, ...]:
    if definition_id is not None:
        return ("process-definition", definition_id)
    by_key = ("process-definition", "key", key or "")
    return by_key if tenant_id is None else (*by_key, "tenant-id", tenant_id)


def _process_instance(entry: Entry) -> ProcessInstance:
    return ProcessInstance(
        id=entry["id"],
        definition_id=entry["definitionId"],
        business_key=entry.get("businessKey"),
        ended=bool(entry.get("ended")),
        suspended=bool(entry.get("suspended")),
        tenant_id=entry.get("tenantId"),
    )


def _process_definition(entry: Entry) -> ProcessDefinition:
    return ProcessDefinition(
        id=entry["id"],
        key=entry["key"],
        version=entry["version"],
        name=entry.get("name"),
        version_tag=entry.get("versionTag"),
        deployment_id=entry.get("deploymentId"),
        tenant_id=entry.get("tenantId"),
        suspended=bool(entry.get("suspended")),
    )


def _xml(entry: Entry) -> str:
    return str(entry["bpmn20Xml"])


def _incident(entry: Entry) -> Incident:
    return Incident(
        id=entry["id"],
        type=entry["incidentType"],
        process_instance_id=entry.get("processInstanceId"),
        activity_id=entry.get("activityId"),
        message=entry.get("incidentMessage"),
        configuration=entry.get("configuration"),
        time=read_optional_time(entry.get("incidentTimestamp")),
    )
