"""What was: instances, activities, variables and their values, external tasks."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from small_models import CAUGHT, ONE_TASK, USER_TASK

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import NotFound
from CamundaLibrary.variables import FileValue, encode, encode_all

WORKER = "worker of this test"
Model = Callable[..., object]


def test_an_instance_from_start_to_end(engine: Engine, model: Model) -> None:
    process = model(ONE_TASK)
    task = process.lock_one(business_key="A-17")
    running = engine.history.process_instance(task.process_instance_id)
    assert (running.state, running.business_key, running.end_time) == ("ACTIVE", "A-17", None)
    assert (running.process_definition_id, running.process_definition_key) == (task.process_definition_id, process.key)
    engine.external_tasks.complete(task.id, WORKER, {}, {})
    ended = engine.history.process_instance(task.process_instance_id)
    assert (ended.state, ended.start_time) == ("COMPLETED", running.start_time)
    assert ended.end_time >= ended.start_time
    assert engine.history.process_instance("gone") is None


def test_instances_are_listed_oldest_first(engine: Engine, model: Model) -> None:
    process = model(USER_TASK)
    first = process.start(business_key="A")
    time.sleep(0.005)
    second = process.start(business_key="B")
    engine.processes.delete(first)

    def ids(**filters: object) -> list[str]:
        found = engine.history.process_instances(process_definition_key=process.key, **filters)
        return [instance.id for instance in found]

    assert ids() == [first, second]
    assert ids(finished=True) == [first]
    assert ids(finished=False) == [second]
    assert ids(business_key="B") == [second]


def test_activities_in_their_order(engine: Engine, model: Model) -> None:
    task = model(CAUGHT).lock_one()
    engine.external_tasks.bpmn_error(task.id, WORKER, "not_found", None, {})
    instance = task.process_instance_id
    activities = engine.history.activities(instance)
    assert [(found.activity_id, found.activity_type, found.canceled) for found in activities] == [
        ("start", "startEvent", False),
        ("task", "serviceTask", True),
        ("caught", "boundaryError", False),
        ("not_found", "noneEndEvent", False),
    ]
    assert {found.process_instance_id for found in activities} == {instance}
    (work,) = engine.history.activities(instance, activity_id="task")
    assert (work.id, work.name, work.called_process_instance_id) == (task.activity_instance_id, "Work", None)
    assert work.execution_id == task.execution_id
    assert work.end_time >= work.start_time
    assert engine.history.activity_instance(task.activity_instance_id) == work
    assert engine.history.activity_instance("gone") is None


def test_variables_outlive_their_scopes(engine: Engine, model: Model) -> None:
    task = model(ONE_TASK).lock_one(variables=encode_all({"query": "robots"}))
    engine.external_tasks.complete(task.id, WORKER, {}, encode_all({"pages": 2}))
    instance = task.process_instance_id
    query, pages = engine.history.variables(instance)
    assert (query.name, query.value, query.activity_instance_id) == ("query", encode("robots"), instance)
    assert (pages.name, pages.value, pages.activity_instance_id) == ("pages", encode(2), task.activity_instance_id)
    assert (pages.execution_id, pages.process_instance_id) == (task.execution_id, instance)
    assert query.create_time <= pages.create_time
    assert engine.history.variables(instance, name="pages") == [pages]
    assert engine.history.variables(instance, activity_instance_id=task.activity_instance_id) == [pages]
    assert engine.history.variables(instance, name="nothing") == []


def test_the_log_of_every_try_is_kept(engine: Engine, model: Model) -> None:
    process = model(ONE_TASK)
    task = process.lock_one()
    own = engine.variables.of_execution(task.execution_id)
    for tries, content in enumerate((b"first", b"second", b"third")):
        own.upload("log", FileValue(f"log{tries}.html", content=content))
    engine.external_tasks.complete(task.id, WORKER, {}, {})
    (log,) = engine.history.variables(task.process_instance_id, name="log")
    assert log.value == FileValue("log2.html", mime_type="text/html")
    assert engine.history.variable_file(log.id) == b"third"
    updates = engine.history.variable_updates(log.id)
    assert [update.revision for update in updates] == [0, 1, 2]
    assert [engine.history.update_file(update.id) for update in updates] == [b"first", b"second", b"third"]
    assert [update.value for update in updates] == [
        FileValue(f"log{tries}.html", mime_type="text/html") for tries in range(3)
    ]
    assert {(update.variable_name, update.variable_id) for update in updates} == {("log", log.id)}
    assert sorted(update.time for update in updates) == [update.time for update in updates]


def test_values_that_a_variable_had(engine: Engine, model: Model) -> None:
    instance = model(USER_TASK).start(variables=encode_all({"count": 1}))
    engine.variables.of_process_instance(instance).set(encode_all({"count": "two"}))
    (count,) = engine.history.variables(instance)
    assert [update.value for update in engine.history.variable_updates(count.id)] == [encode(1), encode("two")]
    assert engine.history.variable_updates("gone") == []


def test_files_that_are_gone(engine: Engine) -> None:
    with pytest.raises(NotFound, match=r"^Downloading historic variable 'gone' failed: "):
        engine.history.variable_file("gone")
    with pytest.raises(NotFound, match=r"^Downloading variable update 'gone' failed: "):
        engine.history.update_file("gone")


def test_the_life_of_an_external_task(engine: Engine, model: Model) -> None:
    process = model(ONE_TASK)
    task = process.lock_one()
    engine.external_tasks.failure(task.id, WORKER, "No browser", "Line 1\nLine ä", 2, timedelta(), {}, {})
    time.sleep(0.005)
    engine.external_tasks.complete(task.id, WORKER, {}, {})
    created, failed, succeeded = engine.history.external_task_log(external_task_id=task.id)
    assert [entry.event for entry in (created, failed, succeeded)] == ["created", "failed", "succeeded"]
    assert (failed.error_message, failed.worker_id, failed.topic) == ("No browser", WORKER, process.key)
    assert (failed.activity_id, failed.process_instance_id) == ("task", task.process_instance_id)
    assert failed.external_task_id == task.id
    assert [entry.retries for entry in (created, failed, succeeded)] == [None, None, 2]
    assert created.time <= failed.time <= succeeded.time
    assert engine.history.external_task_error_details(failed.id) == "Line 1\nLine ä"
    assert engine.history.external_task_error_details(created.id) is None
    assert engine.history.external_task_log(process_instance_id=task.process_instance_id) == [
        created,
        failed,
        succeeded,
    ]
    with pytest.raises(NotFound, match=r"^Reading the error details of log entry 'gone' failed: "):
        engine.history.external_task_error_details("gone")


def test_a_task_whose_instance_was_deleted(engine: Engine, model: Model) -> None:
    task = model(ONE_TASK).lock_one()
    engine.processes.delete(task.process_instance_id)
    assert [entry.event for entry in engine.history.external_task_log(external_task_id=task.id)] == [
        "created",
        "deleted",
    ]
