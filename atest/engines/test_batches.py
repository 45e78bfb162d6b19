"""What the engine does to many instances by itself."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from small_models import ONE_TASK, USER_TASK, write_model

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import Batch, MigrationInstruction, MigrationPlan
from CamundaLibrary.errors import NotFound, RequestRefused

Model = Callable[..., object]


def wait_until_done(engine: Engine, batch: Batch) -> Batch:
    deadline = time.monotonic() + 60
    while not (found := engine.batches.get(batch.id)).is_done:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return found


def test_of_those_named_and_of_a_process(engine: Engine, model: Model) -> None:
    process, other = model(USER_TASK), model(USER_TASK)
    instances = [process.start(), process.start(), other.start()]
    kept = other.start()
    batch = engine.processes.delete_many(instances[2:], process_definition_key=process.key, reason="ä too many")
    assert (batch.type, batch.total, batch.is_done) == ("instance-deletion", 3, False)
    done = wait_until_done(engine, batch)
    assert (done.completed, done.remaining, done.failed) == (3, 0, 0)
    assert {engine.history.process_instance(each).delete_reason for each in instances} == {"ä too many"}
    assert engine.processes.get(kept)


def test_a_batch_that_has_ended_is_known_to_the_history(engine: Engine, model: Model) -> None:
    batch = engine.processes.delete_many([model(USER_TASK).start()])
    wait_until_done(engine, batch)
    with suppress(RequestRefused):  # the engine itself may have noticed that it is done
        engine.batches.delete(batch.id)
    assert batch.id not in [each.id for each in engine.batches.list()]
    ended = engine.batches.get(batch.id)
    assert (ended.is_done, ended.total, ended.completed) == (True, 1, 1)


def test_a_suspended_one_does_nothing(engine: Engine, model: Model) -> None:
    batch = engine.processes.delete_many([model(USER_TASK).start() for _ in range(3)])
    engine.batches.suspend(batch.id)
    assert engine.batches.get(batch.id).suspended
    assert batch.id in [each.id for each in engine.batches.list(suspended=True)]
    engine.batches.activate(batch.id)
    assert not wait_until_done(engine, batch).suspended


def test_restarts(engine: Engine, model: Model) -> None:
    process = model(USER_TASK)
    old = [process.start(business_key="again") for _ in range(2)]
    definition = engine.processes.get(old[0]).definition_id
    for instance in old:
        engine.processes.delete(instance)
    wait_until_done(engine, engine.processes.restart_many(definition, old, before=["review"]))
    assert len(engine.processes.list(process_definition_key=process.key, business_key="again")) == 2


def test_migrations(engine: Engine, model: Model, deploy: Callable[..., str]) -> None:
    process = model(USER_TASK)
    instances = {process.start(), process.start()}
    deploy(write_model(process.key, USER_TASK.replace("Process of a test", "Second")))
    first, second = engine.definitions.list(key=process.key)
    plan = MigrationPlan(first.id, second.id, (MigrationInstruction("review", "review"),))
    wait_until_done(engine, engine.migrations.execute_many(plan, process_definition_id=first.id))
    assert {each.id for each in engine.processes.list(process_definition_id=second.id)} == instances


def test_retries_of_external_tasks_that_have_none_left(engine: Engine, model: Model) -> None:
    process = model(ONE_TASK)
    failed, waiting = process.lock_one(), process.lock_one()
    engine.external_tasks.failure(failed.id, failed.worker_id, "no", None, 0, timedelta(), {}, {})
    wait_until_done(engine, engine.external_tasks.set_retries_of_many(7, topic=process.key))
    assert engine.external_tasks.get(failed.id).retries == 7
    assert engine.external_tasks.get(waiting.id).retries is None


def test_of_nothing(engine: Engine, unique: Callable[[str], str]) -> None:
    with pytest.raises(RequestRefused, match=r"^Deleting no process instances failed: "):
        engine.processes.delete_many()
    with pytest.raises(RequestRefused, match=r"^Setting the retries of external tasks to 1 failed: "):
        engine.external_tasks.set_retries_of_many(1, topic=unique("topic"))
    with pytest.raises(RequestRefused, match=r"^Setting the retries of jobs to 1 failed: "):
        engine.jobs.set_retries_of_many(1, process_definition_key=unique("process"))


def test_one_that_never_was(engine: Engine) -> None:
    with pytest.raises(
        NotFound, match=r"^Reading batch 'gone' failed: Historic batch with id 'gone' does not exist\.$"
    ):
        engine.batches.get("gone")
    with pytest.raises(RequestRefused, match=r"^Suspending batch 'gone' failed: "):
        engine.batches.suspend("gone")
    with pytest.raises(RequestRefused, match=r"^Deleting batch 'gone' failed: "):
        engine.batches.delete("gone")
