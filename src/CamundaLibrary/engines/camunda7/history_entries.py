"""Entries of the history's logs, from the engine's JSON."""

from collections.abc import Mapping

from CamundaLibrary.engines.camunda7.wire import read_optional_time, read_time
from CamundaLibrary.engines.records import (
    HistoricDecision,
    HistoricIncident,
    HistoricTaskLog,
    HistoricUserTask,
    UserOperation,
)
from CamundaLibrary.http import Entry
from CamundaLibrary.variables import TypedValue, decode

TASK_EVENTS = {"created": "creationLog", "failed": "failureLog", "succeeded": "successLog", "deleted": "deletionLog"}
"""What happens to external tasks, and the engine's flag for it."""


def task_log(entry: Entry) -> HistoricTaskLog:
    """Returns one entry in the life of an external task."""
    return HistoricTaskLog(
        id=entry["id"],
        external_task_id=entry["externalTaskId"],
        topic=entry["topicName"],
        event=next((event for event, flag in TASK_EVENTS.items() if entry.get(flag)), "created"),
        time=read_time(entry["timestamp"]),
        retries=entry.get("retries"),
        worker_id=entry.get("workerId"),
        error_message=entry.get("errorMessage"),
        activity_id=entry.get("activityId"),
        process_instance_id=entry.get("processInstanceId"),
    )


def user_task(entry: Entry) -> HistoricUserTask:
    """Returns a user task."""
    return HistoricUserTask(
        id=entry["id"],
        name=entry.get("name"),
        task_definition_key=entry["taskDefinitionKey"],
        process_instance_id=entry.get("processInstanceId"),
        assignee=entry.get("assignee"),
        owner=entry.get("owner"),
        start_time=read_time(entry["startTime"]),
        end_time=read_optional_time(entry.get("endTime")),
        delete_reason=entry.get("deleteReason"),
        due=read_optional_time(entry.get("due")),
        priority=entry.get("priority") or 0,
        tenant_id=entry.get("tenantId"),
    )


def user_operation(entry: Entry) -> UserOperation:
    """Returns what a user did."""
    return UserOperation(
        id=entry["id"],
        time=read_time(entry["timestamp"]),
        user_id=entry.get("userId"),
        type=entry["operationType"],
        entity=entry["entityType"],
        property=entry.get("property"),
        old_value=entry.get("orgValue"),
        new_value=entry.get("newValue"),
        task_id=entry.get("taskId"),
        process_instance_id=entry.get("processInstanceId"),
        annotation=entry.get("annotation"),
    )


def incident(entry: Entry) -> HistoricIncident:
    """Returns an incident."""
    return HistoricIncident(
        id=entry["id"],
        type=entry["incidentType"],
        state=next((state for state in ("open", "resolved", "deleted") if entry.get(state)), "open"),
        message=entry.get("incidentMessage"),
        activity_id=entry.get("activityId"),
        process_instance_id=entry.get("processInstanceId"),
        process_definition_key=entry.get("processDefinitionKey"),
        start_time=read_time(entry["createTime"]),
        end_time=read_optional_time(entry.get("endTime")),
        configuration=entry.get("configuration"),
        annotation=entry.get("annotation"),
        tenant_id=entry.get("tenantId"),
    )


def decision(entry: Entry) -> HistoricDecision:
    """Returns one evaluation of a decision."""
    return HistoricDecision(
        id=entry["id"],
        key=entry["decisionDefinitionKey"],
        name=entry.get("decisionDefinitionName"),
        definition_id=entry["decisionDefinitionId"],
        time=read_time(entry["evaluationTime"]),
        inputs={each.get("clauseName") or each["clauseId"]: decode(each) for each in entry.get("inputs") or ()},
        rows=_rows(entry),
        activity_id=entry.get("activityId"),
        process_instance_id=entry.get("processInstanceId"),
        user_id=entry.get("userId"),
        tenant_id=entry.get("tenantId"),
    )


def _rows(entry: Entry) -> tuple[Mapping[str, TypedValue], ...]:
    """Returns the outputs by the rules that gave them, in the order in which these matched."""
    rows: dict[object, dict[str, TypedValue]] = {}
    for each in sorted(entry.get("outputs") or (), key=lambda output: output.get("ruleOrder") or 0):
        name = each.get("variableName") or each.get("clauseName") or each["clauseId"]
        rows.setdefault(each.get("ruleOrder"), {})[name] = decode(each)
    return tuple(rows.values())
