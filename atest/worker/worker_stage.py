"""What tests of the worker look at: instances with one task, workers in threads, processes."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import HistoricTaskLog
from CamundaLibrary.worker import Worker


def wait_until(condition: Callable[[], object], seconds: float = 20) -> object:
    """Returns what `condition` returns as soon as that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError("It did not come true in time.")


def is_alive(pid: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


class Instance:
    """A process instance with its one external task."""

    def __init__(self, engine: Engine, id: str) -> None:
        self.engine = engine
        self.id = id

    @property
    def task(self) -> ExternalTask:
        (task,) = self.engine.external_tasks.list(process_instance_id=self.id)
        return task

    @property
    def is_locked(self) -> bool:
        return bool(self.engine.external_tasks.list(process_instance_id=self.id, locked=True))

    @property
    def log(self) -> list[HistoricTaskLog]:
        return self.engine.history.external_task_log(process_instance_id=self.id)

    @property
    def events(self) -> list[str]:
        """What happened to the task: created, failed, succeeded, deleted."""
        return [entry.event for entry in self.log]

    @property
    def ends(self) -> list[str]:
        activities = self.engine.history.activities(self.id)
        return [each.activity_id for each in activities if each.activity_type.lower().endswith("endevent")]

    @property
    def variables(self) -> dict[str, object]:
        return {each.name: each.value.value for each in self.engine.history.variables(self.id)}

    def file(self, name: str) -> bytes:
        (found,) = self.engine.history.variables(self.id, name=name)
        return self.engine.history.variable_file(found.id)

    def await_end(self, seconds: float = 20) -> "Instance":
        wait_until(lambda: self.engine.processes.get(self.id) is None, seconds)
        return self

    def await_failure(self, count: int = 1, seconds: float = 20) -> HistoricTaskLog:
        """Returns the entry of the `count`-th failed try."""
        wait_until(lambda: self.events.count("failed") >= count, seconds)
        return [entry for entry in self.log if entry.event == "failed"][count - 1]

    def await_lock(self, seconds: float = 20) -> "Instance":
        wait_until(lambda: self.is_locked, seconds)
        return self

    @property
    def details(self) -> str:
        return self.engine.external_tasks.error_details(self.task.id) or ""


def model(key: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="atest"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="to-task" sourceRef="start" targetRef="task"/>
    <serviceTask id="task" camunda:type="external" camunda:topic="{key}"/>
    <sequenceFlow id="to-end" sourceRef="task" targetRef="done"/><endEvent id="done"/>
    <boundaryEvent id="caught" attachedToRef="task"><errorEventDefinition/></boundaryEvent>
    <sequenceFlow id="to-caught" sourceRef="caught" targetRef="ended-by-error"/><endEvent id="ended-by-error"/>
  </process>
</definitions>"""


class RunningWorker:
    """A worker in a thread."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.code: int | None = None
        self._thread = threading.Thread(target=self._run, name="worker of a test")
        self._thread.start()

    @property
    def is_fetching(self) -> bool:
        """Whether the first fetch has begun."""
        return any(each.name == "fetcher" for each in threading.enumerate())

    def _run(self) -> None:
        self.code = self.worker.run()

    def stop(self) -> int | None:
        """Stops in order and returns the exit code."""
        self.worker.stop()
        return self.wait()

    def wait(self) -> int | None:
        self._thread.join(60)
        assert not self._thread.is_alive()
        return self.code
