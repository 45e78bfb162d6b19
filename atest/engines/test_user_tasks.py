"""Tasks for people."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from small_models import USER_TASK

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineFailed, NotFound
from CamundaLibrary.variables import encode_all

Model = Callable[..., object]


def test_a_task_is_complete(engine: Engine, model: Model) -> None:
    process = model(USER_TASK)
    instance = process.start(business_key="A-17")
    (task,) = engine.user_tasks.list(process_instance_id=instance)
    assert engine.user_tasks.get(task.id) == task
    assert (task.name, task.task_definition_key, task.assignee) == ("Review", "review", None)
    assert (task.process_instance_id, task.priority, task.form_key, task.tenant_id) == (instance, 70, "form", None)
    assert task.process_definition_id.startswith(process.key)
    assert task.execution_id is not None
    assert task.due.replace(tzinfo=None) == datetime(2030, 1, 31, 12)  # of the engine's own time zone
    assert abs(task.created - datetime.now(timezone.utc)) < timedelta(minutes=1)


def test_the_oldest_come_first(engine: Engine, model: Model) -> None:
    process = model(USER_TASK)
    instances = []
    for _ in range(3):
        instances.append(process.start())
        time.sleep(0.005)
    tasks = engine.user_tasks.list(process_definition_key=process.key)
    assert [task.process_instance_id for task in tasks] == instances


def test_every_filter(engine: Engine, model: Model, unique: Callable[[str], str]) -> None:
    process, user, business_key = model(USER_TASK), unique("user"), unique("order")
    first = process.start(business_key=business_key)
    process.start()
    (task,) = engine.user_tasks.list(process_instance_id=first)
    engine.user_tasks.claim(task.id, user)
    for filters, count in (
        ({}, 2),
        ({"business_key": business_key}, 1),
        ({"assignee": user}, 1),
        ({"assignee": "nobody"}, 0),
        ({"unassigned": True}, 1),
        ({"unassigned": False}, 1),
        ({"name": "Review"}, 2),
        ({"name": "Sign"}, 0),
        ({"task_definition_key": "review"}, 2),
        ({"task_definition_key": "sign"}, 0),
    ):
        assert len(engine.user_tasks.list(process_definition_key=process.key, **filters)) == count, filters
    assert engine.user_tasks.get(task.id).assignee == user


def test_completing_sets_variables_and_goes_on(engine: Engine, model: Model) -> None:
    instance = model(USER_TASK).start()
    (task,) = engine.user_tasks.list(process_instance_id=instance)
    engine.user_tasks.complete(task.id, encode_all({"accepted": True, "notes": {"a": [1]}}))
    assert engine.history.process_instance(instance).state == "COMPLETED"
    assert {found.name: found.value.value for found in engine.history.variables(instance)} == {
        "accepted": True,
        "notes": {"a": [1]},
    }


def test_a_task_of_somebody_else_cannot_be_claimed(engine: Engine, model: Model) -> None:
    instance = model(USER_TASK).start()
    (task,) = engine.user_tasks.list(process_instance_id=instance)
    engine.user_tasks.claim(task.id, "kim")
    with pytest.raises(EngineFailed) as caught:
        engine.user_tasks.claim(task.id, "alex")
    assert str(caught.value) == (
        f"Claiming user task '{task.id}' for 'alex' failed: Task '{task.id}' is already claimed by someone else."
    )


def test_a_task_that_is_gone(engine: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        engine.user_tasks.get("gone")
    assert str(caught.value) == "Reading user task 'gone' failed: No matching task with id gone."
    with pytest.raises(NotFound) as caught:
        engine.user_tasks.claim("gone", "kim")
    assert str(caught.value) == "Claiming user task 'gone' for 'kim' failed: Cannot find task with id gone."
    with pytest.raises(NotFound) as caught:
        engine.user_tasks.complete("gone", {})
    assert str(caught.value) == (
        "Completing user task 'gone' failed: Cannot complete task gone: Cannot find task with id gone."
    )
