"""What stopped: `/incident`."""

from CamundaLibrary.engines.camunda7.wire import read_optional_time, reworded
from CamundaLibrary.engines.records import Incident
from CamundaLibrary.errors import NotFound, RequestRefused
from CamundaLibrary.http import Entry, HttpClient


class Camunda7Incidents:
    """What stopped and waits for somebody."""

    def __init__(self, client: HttpClient) -> None:
        self._client = client

    def get(self, incident_id: str) -> Incident:
        """Reads one incident."""
        return self._client.get(f"Reading incident '{incident_id}'", "incident", incident_id).build(_incident)

    def list(
        self,
        *,
        process_instance_id: str | None = None,
        process_definition_key: str | None = None,
        activity_id: str | None = None,
        type: str | None = None,
        message_like: str | None = None,
        configuration: str | None = None,
        tenant_id: str | None = None,
    ) -> list[Incident]:
        """Lists open incidents, oldest first."""
        params = {
            "processInstanceId": process_instance_id,
            "processDefinitionKeyIn": process_definition_key,
            "activityId": activity_id,
            "incidentType": type,
            "incidentMessageLike": message_like,
            "configuration": configuration,
            "tenantIdIn": tenant_id,
            "sortBy": "incidentTimestamp",
            "sortOrder": "asc",
        }
        return self._client.get("Listing incidents", "incident", params=params).build_each(_incident)

    def annotate(self, incident_id: str, annotation: str) -> None:
        """Writes a note to an incident, in place of the one it has."""
        action, path = f"Annotating incident '{incident_id}'", ("incident", incident_id, "annotation")
        try:
            self._client.put(action, *path, body={"annotation": annotation})
        except RequestRefused as error:
            raise _missing(error) from None

    def clear_annotation(self, incident_id: str) -> None:
        """Takes the note of an incident away."""
        action = f"Clearing the annotation of incident '{incident_id}'"
        try:
            self._client.delete(action, "incident", incident_id, "annotation")
        except RequestRefused as error:
            raise _missing(error) from None


def _missing(error: RequestRefused) -> RequestRefused | NotFound:
    """Returns NotFound where the engine says that there is no such incident by a 400."""
    if error.reason != "incident is null":
        return error
    return reworded(error, NotFound, "there is no such incident")


def _incident(entry: Entry) -> Incident:
    return Incident(
        id=entry["id"],
        type=entry["incidentType"],
        process_instance_id=entry.get("processInstanceId"),
        activity_id=entry.get("activityId"),
        message=entry.get("incidentMessage"),
        configuration=entry.get("configuration"),
        time=read_optional_time(entry.get("incidentTimestamp")),
        process_definition_id=entry.get("processDefinitionId"),
        execution_id=entry.get("executionId"),
        root_cause_id=entry.get("rootCauseIncidentId"),
        annotation=entry.get("annotation"),
        tenant_id=entry.get("tenantId"),
    )
