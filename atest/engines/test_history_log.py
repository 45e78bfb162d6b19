"""Who did what, what stopped, what was decided."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from small_decisions import write_decision
from small_models import END, ONE_TASK, START, USER_TASK, flow, process

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import UserOperation
from CamundaLibrary.variables import encode, encode_all

WORKER = "worker of this test"
Model = Callable[..., object]
SOON = datetime.now(timezone.utc) + timedelta(minutes=30)

DECIDES = process(
    START
    + '<businessRuleTask id="decide" camunda:decisionRef="{key}-discount" camunda:resultVariable="discounts"/>'
    + END
    + flow("start", "decide", "end")
)


def test_the_log_of_external_tasks_by_every_filter(engine: Engine, model: Model) -> None:
    model_of_test = model(ONE_TASK)
    task = model_of_test.lock_one()
    engine.external_tasks.failure(task.id, WORKER, "No browser", None, 2, timedelta(), {}, {})
    engine.external_tasks.complete(task.id, WORKER, {}, {})
    all_of_them = ["created", "failed", "succeeded"]
    for filters, events in (
        ({}, all_of_them),
        ({"event": "failed"}, ["failed"]),
        ({"worker_id": WORKER}, ["failed", "succeeded"]),
        ({"process_instance_id": task.process_instance_id}, all_of_them),
        ({"process_definition_key": model_of_test.key}, all_of_them),
        ({"activity_id": "task"}, all_of_them),
        ({"activity_id": "other"}, []),
        ({"max_results": 1}, ["created"]),
        ({"first_result": 1, "max_results": 5}, ["failed", "succeeded"]),
    ):
        found = engine.history.external_task_log(topic=model_of_test.key, **filters)
        assert sorted(entry.event for entry in found) == events, filters


def test_user_tasks_open_and_done(engine: Engine, model: Model) -> None:
    reviews = model(USER_TASK)
    first, second = reviews.start(business_key="A"), reviews.start(business_key="B")
    (task,) = engine.user_tasks.list(process_instance_id=first)
    engine.user_tasks.claim(task.id, "kim")
    engine.user_tasks.complete(task.id, {})
    done = engine.history.user_task(task.id)
    assert (done.name, done.assignee, done.delete_reason, done.priority) == ("Review", "kim", "completed", 70)
    assert (done.process_instance_id, done.task_definition_key) == (first, "review")
    assert done.end_time >= done.start_time
    assert engine.history.user_task("gone") is None
    for filters, instances in (
        ({}, [first, second]),
        ({"finished": True}, [first]),
        ({"finished": False}, [second]),
        ({"assignee": "kim"}, [first]),
        ({"involved_user": "kim"}, [first]),
        ({"business_key": "B"}, [second]),
        ({"process_instance_id": second}, [second]),
        ({"name": "Review"}, [first, second]),
        ({"task_definition_key": "sign"}, []),
        ({"started_before": SOON, "started_after": done.start_time}, [first, second]),
        ({"finished_before": SOON}, [first]),
        ({"finished_after": SOON}, []),
        ({"tenant_id": "nobody"}, []),
        ({"max_results": 1}, [first]),
    ):
        found = engine.history.user_tasks(process_definition_key=reviews.key, **filters)
        assert [each.process_instance_id for each in found] == instances, filters


def test_incidents_open_resolved_and_deleted(engine: Engine, model: Model) -> None:
    process = model(ONE_TASK)
    tasks = [process.lock_one() for _ in range(3)]
    for number, task in enumerate(tasks):
        engine.external_tasks.failure(task.id, WORKER, f"No browser {number}", None, 0, timedelta(), {}, {})
    open_one, resolved, deleted = tasks
    engine.external_tasks.set_retries(resolved.id, 1)
    engine.processes.delete(deleted.process_instance_id)
    for filters, messages in (
        ({}, [0, 1, 2]),
        ({"state": "open"}, [0]),
        ({"state": "resolved"}, [1]),
        ({"state": "deleted"}, [2]),
        ({"process_instance_id": resolved.process_instance_id}, [1]),
        ({"type": "failedExternalTask", "activity_id": "task"}, [0, 1, 2]),
        ({"type": "failedJob"}, []),
        ({"message_like": "% 2"}, [2]),
        ({"started_before": SOON}, [0, 1, 2]),
        ({"started_after": SOON}, []),
        ({"tenant_id": "nobody"}, []),
        ({"max_results": 1}, [0]),
    ):
        found = engine.history.incidents(process_definition_key=process.key, **filters)
        assert [each.message for each in found] == [f"No browser {number}" for number in messages], filters
    (incident,) = engine.history.incidents(process_instance_id=resolved.process_instance_id)
    assert (incident.state, incident.configuration, incident.activity_id) == ("resolved", resolved.id, "task")
    assert incident.process_definition_key == process.key
    assert incident.end_time >= incident.start_time
    (incident,) = engine.history.incidents(process_instance_id=open_one.process_instance_id)
    assert (incident.state, incident.end_time) == ("open", None)


@pytest.fixture
def decides(model: Model, deploy: Callable[..., str]) -> object:
    process = model(DECIDES)
    deploy(write_decision(f"{process.key}-discount"))
    return process


def test_decisions_of_processes(engine: Engine, decides: object) -> None:
    first = decides.start(variables=encode_all({"amount": 5000}))
    second = decides.start(variables=encode_all({"amount": 5}))
    (decision,) = engine.history.decisions(process_instance_id=first)
    assert (decision.key, decision.name, decision.activity_id) == (f"{decides.key}-discount", "Discount", "decide")
    assert decision.inputs == {"input": encode(5000)}
    assert decision.rows == (
        {"discount": encode(10), "note": encode("big")},
        {"discount": encode(20), "note": encode("huge")},
    )
    for filters, instances in (
        ({}, [first, second]),
        ({"activity_id": "decide"}, [first, second]),
        ({"activity_id": "other"}, []),
        ({"process_definition_key": decides.key}, [first, second]),
        ({"evaluated_before": SOON}, [first, second]),
        ({"evaluated_after": SOON}, []),
        ({"tenant_id": "nobody"}, []),
        ({"first_result": 1, "max_results": 1}, [second]),
    ):
        found = engine.history.decisions(key=decision.key, **filters)
        assert [each.process_instance_id for each in found] == instances, filters
    assert engine.history.decisions(process_instance_id=second)[0].rows == ()


def test_an_engine_without_login_knows_no_operations_of_users(engine: Engine, model: Model) -> None:
    reviews = model(USER_TASK)
    (task,) = engine.user_tasks.list(process_instance_id=reviews.start())
    engine.user_tasks.claim(task.id, "kim")
    found: list[UserOperation] = engine.history.user_operations(task_id=task.id, before=SOON)
    assert found == []
