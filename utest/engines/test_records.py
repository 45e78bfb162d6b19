"""Replies of other engines of the family: with fields that we do not know, without some that Camunda 7.24 has."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import responses

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import (
    ActivityInstance,
    Batch,
    Deployment,
    HistoricActivity,
    HistoricProcessInstance,
    HistoricTaskLog,
    HistoricVariable,
    HistoricVariableUpdate,
    Incident,
    Job,
    JobDefinition,
    LockedTask,
    ProcessDefinition,
    ProcessInstance,
    Subscription,
    UserTask,
)
from CamundaLibrary.errors import ReplyUnreadable
from CamundaLibrary.variables import UnknownValue, encode

URL = "http://engine.example/engine-rest"
NOW = "2026-01-31T12:00:00.000+0000"
MOMENT = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)
TASK = {"id": "a", "topicName": "t"}
PAST_INSTANCE = {"id": "a", "processDefinitionId": "k:1", "processDefinitionKey": "k", "startTime": NOW}
PAST_VARIABLE = {"id": "a", "name": "x", "type": "Integer", "value": 1, "processInstanceId": "i"}
UPDATE = {"id": "a", "variableName": "x", "variableInstanceId": "v", "variableType": "Integer", "value": 1}

LEAST: list[tuple[str, str, Any, Callable[[Engine], object], object]] = [
    ("GET", "/external-task/a", TASK, lambda engine: engine.external_tasks.get("a"), ExternalTask("a", "t")),
    ("POST", "/external-task", [TASK], lambda engine: engine.external_tasks.list(), [ExternalTask("a", "t")]),
    (
        "POST",
        "/external-task/fetchAndLock",
        [{**TASK, "variables": {"x": {"type": "Quantity", "value": [1, "kg"]}}}],
        lambda engine: engine.external_tasks.fetch_and_lock("w", [Subscription("t", timedelta(seconds=1))]),
        [LockedTask(ExternalTask("a", "t"), {"x": UnknownValue("Quantity", [1, "kg"], {})})],
    ),
    (
        "GET",
        "/process-instance/a",
        {"id": "a", "definitionId": "k:1"},
        lambda engine: engine.processes.get("a"),
        ProcessInstance("a", "k:1"),
    ),
    (
        "GET",
        "/process-definition/a",
        {"id": "a", "key": "k", "version": 2},
        lambda engine: engine.definitions.get("a"),
        ProcessDefinition("a", "k", 2),
    ),
    (
        "GET",
        "/process-instance/a/activity-instances",
        {"id": "a", "activityId": "k:1", "childTransitionInstances": [{"id": "b", "activityId": "x"}]},
        lambda engine: engine.processes.activity_tree("a"),
        ActivityInstance(
            "a", "k:1", None, None, children=(ActivityInstance("b", "x", None, None, is_transition=True),)
        ),
    ),
    (
        "GET",
        "/process-definition",
        [{"id": "b", "key": "k", "version": 10}, {"id": "a", "key": "k", "version": 9}],
        lambda engine: engine.definitions.list(),
        [ProcessDefinition("a", "k", 9), ProcessDefinition("b", "k", 10)],
    ),
    ("POST", "/job", [{"id": "a"}], lambda engine: engine.jobs.list(), [Job("a")]),
    ("GET", "/job/a", {"id": "a", "retries": None}, lambda engine: engine.jobs.get("a"), Job("a")),
    (
        "GET",
        "/job-definition/a",
        {"id": "a", "jobType": "timer-transition"},
        lambda engine: engine.jobs.definition("a"),
        JobDefinition("a", "timer-transition"),
    ),
    ("GET", "/batch/statistics", [{"id": "a"}], lambda engine: engine.batches.list(), [Batch("a", "", 0)]),
    ("GET", "/batch/statistics", [{"id": "a"}], lambda engine: engine.batches.get("a"), Batch("a", "", 0)),
    (
        "GET",
        "/incident",
        [{"id": "a", "incidentType": "failedJob"}],
        lambda engine: engine.incidents.list(),
        [Incident("a", "failedJob", None, None, None)],
    ),
    (
        "POST",
        "/deployment/create",
        {"id": "a"},
        lambda engine: engine.deployments.create("x", [Path(__file__)]),
        Deployment("a", None, None),
    ),
    (
        "GET",
        "/task/a",
        {"id": "a", "taskDefinitionKey": "review"},
        lambda engine: engine.user_tasks.get("a"),
        UserTask("a", None, None, "review", None, None),
    ),
    (
        "GET",
        "/history/process-instance/a",
        PAST_INSTANCE,
        lambda engine: engine.history.process_instance("a"),
        HistoricProcessInstance("a", None, "k:1", "k", "ACTIVE", MOMENT),
    ),
    (
        "GET",
        "/history/process-instance/a",
        {**PAST_INSTANCE, "endTime": NOW},
        lambda engine: engine.history.process_instance("a"),
        HistoricProcessInstance("a", None, "k:1", "k", "COMPLETED", MOMENT, MOMENT),
    ),
    (
        "GET",
        "/history/activity-instance/a",
        {"id": "a", "activityId": "x", "activityType": "task", "processInstanceId": "i", "startTime": NOW},
        lambda engine: engine.history.activity_instance("a"),
        HistoricActivity("a", "x", "task", None, "i", None, MOMENT),
    ),
    (
        "POST",
        "/history/variable-instance",
        [PAST_VARIABLE],
        lambda engine: engine.history.variables("i"),
        [HistoricVariable("a", "x", encode(1), "i", None, None, "CREATED")],
    ),
    (
        "GET",
        "/history/detail",
        [{**UPDATE, "revision": 1, "time": NOW}, {**UPDATE, "revision": 0, "time": NOW}],
        lambda engine: [update.revision for update in engine.history.variable_updates("v")],
        [0, 1],
    ),
    (
        "GET",
        "/history/detail",
        [{**UPDATE, "revision": 0, "time": NOW}],
        lambda engine: engine.history.variable_updates("v"),
        [HistoricVariableUpdate("a", "x", "v", encode(1), 0, MOMENT)],
    ),
    (
        "POST",
        "/history/external-task-log",
        [{"id": "a", "externalTaskId": "e", "topicName": "t", "timestamp": NOW, "deletionLog": True}],
        lambda engine: engine.history.external_task_log(),
        [HistoricTaskLog("a", "e", "t", "deleted", MOMENT, None, None, None, None, None)],
    ),
]


def with_more(reply: Any) -> Any:
    return [with_more(entry) for entry in reply] if isinstance(reply, list) else {**reply, "noveltyOf2030": {"a": [1]}}


@pytest.mark.parametrize(("method", "path", "reply", "call", "record"), LEAST, ids=[row[1] for row in LEAST])
@responses.activate
def test_a_reply_with_the_least_and_something_new_is_understood(
    method: str, path: str, reply: Any, call: Callable[[Engine], object], record: object
) -> None:
    responses.add(method, f"{URL}{path}", json=with_more(reply))
    assert call(connect(URL)) == record


@pytest.mark.parametrize(("method", "path", "reply", "call", "record"), LEAST, ids=[row[1] for row in LEAST])
@responses.activate
def test_a_reply_without_an_id_is_an_error_of_ours(
    method: str, path: str, reply: Any, call: Callable[[Engine], object], record: object
) -> None:
    lacking = [{}] if isinstance(reply, list) else {}
    responses.add(method, f"{URL}{path}", json=lacking)
    with pytest.raises(ReplyUnreadable, match=r" failed: the reply has no '\w+': '"):
        call(connect(URL))
