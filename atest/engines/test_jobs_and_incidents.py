"""What the engine does by itself, and what stopped."""

import re
import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import TypeVar

import pytest
from small_models import CALLS_ANOTHER, END, ONE_TASK, START, external, flow, process

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineFailed, NotFound

Model = Callable[..., object]
T = TypeVar("T")

TIMER = process(
    START
    + '<intermediateCatchEvent id="pause"><timerEventDefinition><timeDuration>PT1H</timeDuration>'
    + "</timerEventDefinition></intermediateCatchEvent>"
    + END
    + flow("start", "pause", "end")
)
FAILS = process(
    START
    + '<serviceTask id="step" camunda:asyncBefore="true" camunda:expression="${missing}"><extensionElements>'
    + "<camunda:failedJobRetryTimeCycle>R1/PT1S</camunda:failedJobRetryTimeCycle></extensionElements></serviceTask>"
    + END
    + flow("start", "step", "end")
)
CALLS_A_TASK = CALLS_ANOTHER.replace('<userTask id="wait"/>', external("wait"))
NOW = timedelta()


def wait_for(ask: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + 30
    while not (answer := ask()):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return answer


class TestJobs:
    def test_a_timer(self, engine: Engine, model: Model) -> None:
        process = model(TIMER)
        instance = process.start()
        (timer,) = engine.jobs.list(process_instance_id=instance)
        assert engine.jobs.get(timer.id) == timer
        assert (timer.process_definition_key, timer.retries, timer.suspended) == (process.key, 3, False)
        assert abs(timer.due - datetime.now(timezone.utc) - timedelta(hours=1)) < timedelta(minutes=1)
        definition = engine.jobs.definition(timer.definition_id)
        assert (definition.type, definition.activity_id) == ("timer-intermediate-transition", "pause")
        assert definition.configuration == "DURATION: PT1H"
        assert engine.jobs.stacktrace(timer.id) is None
        engine.jobs.execute(timer.id)
        assert engine.processes.get(instance) is None

    def test_filters(self, engine: Engine, model: Model) -> None:
        process = model(TIMER)
        first, second = process.start(), process.start()
        (job,) = engine.jobs.list(process_instance_id=second)
        engine.jobs.suspend(job.id)

        def instances(**filters: object) -> set[str]:
            found = engine.jobs.list(process_definition_key=process.key, **filters)
            return {each.process_instance_id for each in found}

        assert instances() == instances(timers=True) == instances(activity_id="pause") == {first, second}
        assert instances(suspended=True) == {second}
        assert instances(suspended=False) == {first}
        assert instances(timers=False) == instances(due=True) == instances(failed=True) == set()
        assert instances(has_retries_left=True) == {first, second}
        assert instances(has_retries_left=False) == instances(tenant_id="north") == set()
        assert len(instances(max_results=1)) == 1
        engine.jobs.activate(job.id)
        assert instances(suspended=True) == set()

    def test_another_time_and_other_retries(self, engine: Engine, model: Model) -> None:
        instance = model(TIMER).start()
        (timer,) = engine.jobs.list(process_instance_id=instance)
        due = datetime(2099, 1, 31, 12, tzinfo=timezone.utc)
        engine.jobs.set_due(timer.id, due)
        engine.jobs.set_retries(timer.id, 5)
        changed = engine.jobs.get(timer.id)
        assert (changed.due, changed.retries) == (due, 5)
        engine.jobs.set_due(timer.id, None)
        wait_for(lambda: engine.processes.get(instance) is None)

    def test_a_step_that_fails(self, engine: Engine, model: Model) -> None:
        instance = model(FAILS).start()
        (incident,) = wait_for(lambda: engine.incidents.list(process_instance_id=instance))
        assert (incident.type, incident.activity_id) == ("failedJob", "step")
        (job,) = engine.jobs.list(process_instance_id=instance, failed=True, has_retries_left=False)
        assert incident.configuration == job.id
        assert job.message == incident.message
        assert re.match(r"org\.\w+\.bpm\.engine\.", engine.jobs.stacktrace(job.id))
        with pytest.raises(EngineFailed, match=rf"^Executing job '{job.id}' failed: .*'missing'"):
            engine.jobs.execute(job.id)

    @pytest.mark.parametrize(
        "call",
        [
            lambda jobs: jobs.get("gone"),
            lambda jobs: jobs.execute("gone"),
            lambda jobs: jobs.stacktrace("gone"),
            lambda jobs: jobs.set_retries("gone", 1),
            lambda jobs: jobs.set_due("gone", None),
            lambda jobs: jobs.definition("gone"),
        ],
    )
    def test_one_that_is_gone(self, engine: Engine, call: Callable[[object], object]) -> None:
        with pytest.raises(NotFound, match=r"'gone' failed: |of job 'gone'"):
            call(engine.jobs)


class TestIncidents:
    def test_of_an_external_task(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        task = process.lock_one()
        engine.external_tasks.failure(task.id, task.worker_id, "The shop is down.", None, 0, NOW, {}, {})

        def ids(**filters: object) -> list[str]:
            return [each.id for each in engine.incidents.list(process_definition_key=process.key, **filters)]

        (incident,) = engine.incidents.list(process_instance_id=task.process_instance_id)
        assert engine.incidents.get(incident.id) == incident
        assert (incident.type, incident.configuration) == ("failedExternalTask", task.id)
        assert (incident.message, incident.activity_id) == ("The shop is down.", "task")
        assert incident.root_cause_id == incident.id
        assert ids() == ids(activity_id="task") == ids(type="failedExternalTask") == [incident.id]
        assert ids(message_like="%shop%") == ids(configuration=task.id) == [incident.id]
        assert ids(activity_id="other") == ids(type="failedJob") == ids(message_like="shop") == []
        assert ids(tenant_id="north") == []

    def test_the_caller_has_one_too_without_configuration(self, engine: Engine, model: Model) -> None:
        process = model(CALLS_A_TASK)
        outer = process.start()
        (locked,) = process.fetch()
        engine.external_tasks.failure(locked.task.id, locked.task.worker_id, "no", None, 0, NOW, {}, {})
        (inner,) = engine.incidents.list(process_instance_id=locked.task.process_instance_id)
        (propagated,) = engine.incidents.list(process_instance_id=outer)
        assert (propagated.root_cause_id, propagated.configuration) == (inner.id, None)

    def test_annotations(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        engine.external_tasks.failure(task.id, task.worker_id, "no", None, 0, NOW, {}, {})
        (incident,) = engine.incidents.list(process_instance_id=task.process_instance_id)
        engine.incidents.annotate(incident.id, "ä until noon")
        assert engine.incidents.get(incident.id).annotation == "ä until noon"
        engine.incidents.clear_annotation(incident.id)
        assert engine.incidents.get(incident.id).annotation is None

    def test_one_that_is_gone(self, engine: Engine) -> None:
        with pytest.raises(NotFound, match=r"^Reading incident 'gone' failed: "):
            engine.incidents.get("gone")
        with pytest.raises(NotFound, match=r"^Annotating incident 'gone' failed: there is no such incident\.$"):
            engine.incidents.annotate("gone", "x")
        with pytest.raises(NotFound, match=r"^Clearing the annotation of incident 'gone' failed: there is no such inc"):
            engine.incidents.clear_annotation("gone")
