"""What was: `/history`. Lists are oldest first."""

from typing import TYPE_CHECKING

from CamundaLibrary.engines.camunda7.filters import to_camel_case, write_filters, write_page
from CamundaLibrary.engines.camunda7.history_log import Camunda7HistoryLog
from CamundaLibrary.engines.camunda7.wire import (
    SERIALIZED,
    given,
    read_optional_time,
    read_time,
    sorted_by,
)
from CamundaLibrary.engines.contract.history import HistoricInstanceFilters
from CamundaLibrary.engines.records import (
    HistoricActivity,
    HistoricProcessInstance,
    HistoricVariable,
    HistoricVariableUpdate,
)
from CamundaLibrary.errors import NotFound
from CamundaLibrary.http import Entry
from CamundaLibrary.variables import decode

if TYPE_CHECKING:
    from typing_extensions import Unpack

_NAMES = {
    "business_key": "processInstanceBusinessKey",
    "business_key_like": "processInstanceBusinessKeyLike",
    "passed_activity_ids": "executedActivityIdIn",
    "active_activity_ids": "activeActivityIdIn",
}


class Camunda7History(Camunda7HistoryLog):
    """What was."""

    def process_instance(self, instance_id: str) -> HistoricProcessInstance | None:
        """Reads one instance, running or ended."""
        action = f"Reading the history of process instance '{instance_id}'"
        try:
            return self._client.get(action, "history", "process-instance", instance_id).build(_process_instance)
        except NotFound:
            return None

    def process_instances(
        self, *, newest_first: bool = False, **filters: "Unpack[HistoricInstanceFilters]"
    ) -> list[HistoricProcessInstance]:
        """Lists instances, running and ended."""
        order = "desc" if newest_first else "asc"
        body = {**_instance_filters(filters), "sorting": [{"sortBy": "startTime", "sortOrder": order}]}
        action, params = "Listing process instances of the history", write_page(filters)
        reply = self._client.query(action, "history", "process-instance", body=body, params=params)
        return reply.build_each(_process_instance)

    def count_process_instances(self, **filters: "Unpack[HistoricInstanceFilters]") -> int:
        """Counts instances, running and ended."""
        action, body = "Counting process instances of the history", _instance_filters(filters)
        reply = self._client.query(action, "history", "process-instance", "count", body=body)
        return reply.build(lambda entry: int(entry["count"]))

    def activities(
        self,
        process_instance_id: str,
        *,
        activity_id: str | None = None,
        activity_type: str | None = None,
        finished: bool | None = None,
        canceled: bool | None = None,
    ) -> list[HistoricActivity]:
        """Lists passages through activities of one instance."""
        body = given(
            processInstanceId=process_instance_id,
            activityId=activity_id,
            activityType=activity_type,
            finished=finished or None,
            unfinished=True if finished is False else None,
            canceled=canceled or None,
            sorting=sorted_by("startTime", "occurrence"),
        )
        action = f"Listing the activities of process instance '{process_instance_id}'"
        return self._client.query(action, "history", "activity-instance", body=body).build_each(_activity)

    def activity_instance(self, activity_instance_id: str) -> HistoricActivity | None:
        """Reads one passage through an activity."""
        action = f"Reading the history of activity instance '{activity_instance_id}'"
        try:
            return self._client.get(action, "history", "activity-instance", activity_instance_id).build(_activity)
        except NotFound:
            return None

    def variables(
        self, process_instance_id: str, *, name: str | None = None, activity_instance_id: str | None = None
    ) -> list[HistoricVariable]:
        """Lists variables of all scopes of one instance, ended scopes included. Deleted variables are not there."""
        body = given(
            processInstanceId=process_instance_id,
            variableName=name,
            activityInstanceIdIn=[activity_instance_id] if activity_instance_id else None,
        )
        action = f"Listing the variables of process instance '{process_instance_id}' in the history"
        reply = self._client.query(action, "history", "variable-instance", body=body, params=SERIALIZED)
        return sorted(reply.build_each(_variable), key=lambda found: (str(found.create_time), found.name))

    def variable_file(self, historic_variable_id: str) -> bytes:
        """Reads the content of a File or Bytes variable."""
        action = f"Downloading historic variable '{historic_variable_id}'"
        return self._client.download(action, "history", "variable-instance", historic_variable_id, "data")

    def variable_updates(self, historic_variable_id: str) -> list[HistoricVariableUpdate]:
        """Lists the values that a variable had."""
        params = {**SERIALIZED, "variableInstanceId": historic_variable_id, "variableUpdates": True}
        action = f"Listing the values of historic variable '{historic_variable_id}'"
        found = self._client.get(action, "history", "detail", params=params).build_each(_variable_update)
        return sorted(found, key=lambda update: update.revision)

    def update_file(self, update_id: str) -> bytes:
        """Reads the content that a File or Bytes variable had."""
        return self._client.download(
            f"Downloading variable update '{update_id}'", "history", "detail", update_id, "data"
        )


def _instance_filters(filters: HistoricInstanceFilters) -> dict[str, object]:
    """Returns a query; each state is a filter of its own for the engine."""
    state = filters.get("state")
    body = write_filters({**filters, "state": None}, HistoricInstanceFilters, _NAMES)
    return {**body, to_camel_case(state.lower()): True} if state else body


def _process_instance(entry: Entry) -> HistoricProcessInstance:
    return HistoricProcessInstance(
        id=entry["id"],
        business_key=entry.get("businessKey"),
        process_definition_id=entry["processDefinitionId"],
        process_definition_key=entry["processDefinitionKey"],
        state=entry.get("state") or ("COMPLETED" if entry.get("endTime") else "ACTIVE"),
        start_time=read_time(entry["startTime"]),
        end_time=read_optional_time(entry.get("endTime")),
        super_process_instance_id=entry.get("superProcessInstanceId"),
        delete_reason=entry.get("deleteReason"),
        tenant_id=entry.get("tenantId"),
    )


def _activity(entry: Entry) -> HistoricActivity:
    return HistoricActivity(
        id=entry["id"],
        activity_id=entry["activityId"],
        activity_type=entry["activityType"],
        name=entry.get("activityName"),
        process_instance_id=entry["processInstanceId"],
        execution_id=entry.get("executionId"),
        start_time=read_time(entry["startTime"]),
        end_time=read_optional_time(entry.get("endTime")),
        canceled=bool(entry.get("canceled")),
        called_process_instance_id=entry.get("calledProcessInstanceId"),
        parent_id=entry.get("parentActivityInstanceId"),
    )


def _variable(entry: Entry) -> HistoricVariable:
    return HistoricVariable(
        id=entry["id"],
        name=entry["name"],
        value=decode(entry),
        process_instance_id=entry["processInstanceId"],
        activity_instance_id=entry.get("activityInstanceId"),
        execution_id=entry.get("executionId"),
        state=entry.get("state") or "CREATED",
        create_time=read_optional_time(entry.get("createTime")),
    )


def _variable_update(entry: Entry) -> HistoricVariableUpdate:
    return HistoricVariableUpdate(
        id=entry["id"],
        variable_name=entry["variableName"],
        variable_id=entry["variableInstanceId"],
        value=decode({"type": entry["variableType"], "value": entry.get("value"), "valueInfo": entry.get("valueInfo")}),
        revision=entry["revision"],
        time=read_time(entry["time"]),
    )
