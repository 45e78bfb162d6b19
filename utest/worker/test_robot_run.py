"""What a run makes of its runner: environments that cannot be built, machines that break, stops at any moment."""

import logging
import threading
import time
from datetime import timedelta
from pathlib import Path
from secrets import token_hex

import pytest

from CamundaLibrary.bundles.bundle import Topic, open_bundle
from CamundaLibrary.bundles.manifest import ManifestTask
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.errors import EnvironmentNotBuilt
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.outcome import BpmnError, Failed
from CamundaLibrary.worker.deadlines import Deadlines
from CamundaLibrary.worker.runs import robot_run
from CamundaLibrary.worker.runs.robot_run import RobotRun
from CamundaLibrary.worker.runs.run import Job
from CamundaLibrary.worker.runs.verdict import Stop
from CamundaLibrary.worker.state.bundle_copies import BundleCopies
from CamundaLibrary.worker.state.result import NEVER_STARTED
from CamundaLibrary.worker.state.run_folder import NewRunFolder
from CamundaLibrary.worker.state.spool import Spool

TASK = LockedTask(ExternalTask("id-1", "search"), {})
MINUTE = timedelta(minutes=1)


class Robot:
    """A robot that runs until it is stopped, or for `seconds`."""

    pid = 0

    def __init__(self, seconds: float = 60, code: int = 1, broken: str | None = None) -> None:
        self.broken = broken
        self.patience: timedelta | None = None
        self._seconds = seconds
        self._code = code
        self._gone = threading.Event()

    def wait(self) -> int:
        self._gone.wait(self._seconds)
        return self._code

    def stop(self, patience: timedelta) -> None:
        self.patience = patience
        self._gone.set()


class Starter:
    """A runner whose `start` does what it is told."""

    def __init__(self, start) -> None:
        self.start = start


class Care:
    """What a run notes, with troubles in a real spool."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self.pids: list[int] = []

    def give_secrets(self) -> None:
        return None

    def note_start(self, pid: int) -> None:
        self.pids.append(pid)

    def limit(self, seconds: timedelta, stop):
        return Deadlines().limit(seconds.total_seconds(), stop)

    def count_trouble(self, kind: str):
        return self._spool.count_trouble("id-1", kind)

    def end_trouble(self) -> None:
        self._spool.end_trouble("id-1")

    def note_end(self) -> None:
        pass

    def tidy_files(self) -> None:
        pass

    def finish(self, result):
        return result


@pytest.fixture
def run(tmp_path: Path):
    """Runs a robot once; `run.make` makes a run and leaves the rest to the test."""
    (tmp_path / "comics").mkdir()
    (tmp_path / "comics/robot.yaml").write_text("tasks: {search: {robotTaskName: A}}\nartifactsDir: out\n", "utf-8")
    opened = open_bundle(tmp_path / "comics", tmp_path)
    topic = Topic(opened, opened.manifest.tasks[0])
    spool = Spool(tmp_path)
    folders = []

    def make(start, tries=3, **options):
        folder = NewRunFolder(tmp_path / f"20261121-100000-{token_hex(8)}", topic, BundleCopies(tmp_path / "copies"))
        folders.append(folder)
        job = Job(topic, TaskOptions(**options), folder, tries, Care(spool), Settings())
        return RobotRun(Starter(start), job)

    def run(start, **options):
        return make(start, **options).work(TASK, {}, bytes).outcome

    run.make, run.spool = make, spool
    yield run
    spool.close()
    for folder in folders:
        folder.remove()


def cannot_build(order):
    raise EnvironmentNotBuilt("The environment of 'comics' could not be built.", "no matching distribution")


def test_an_environment_that_cannot_be_built_costs_no_try_until_it_is_an_incident_the_fifth_time(run):
    failures = [run(cannot_build) for _ in range(5)]
    assert [(failure.retries, failure.retry_timeout) for failure in failures] == [
        (3, 1 * MINUTE),
        (3, 2 * MINUTE),
        (3, 4 * MINUTE),
        (3, 8 * MINUTE),
        (0, timedelta()),
    ]
    assert failures[0].message == "The environment of 'comics' could not be built."
    assert failures[0].details == "no matching distribution"


def test_an_environment_that_cannot_be_built_for_an_hour_is_an_incident(run, monkeypatch):
    assert run(cannot_build).retries == 3
    monkeypatch.setattr(robot_run, "time", lambda: time.time() + 3601)
    assert run(cannot_build).retries == 0


def test_no_environment_is_no_failure_of_the_robot(run):
    assert isinstance(run(cannot_build, onFailure={"bpmnError": "TASK_ERROR"}), Failed)


def test_a_run_that_its_machine_ended_costs_no_try(run):
    outcome = run(lambda order: Robot(0, -9, "The process that starts robots died."))
    assert (outcome.message, outcome.retries, outcome.retry_timeout) == (
        "The process that starts robots died.",
        3,
        timedelta(),
    )


def test_a_robot_that_could_not_write_its_outcome_costs_no_try_unless_that_goes_on(run, monkeypatch):
    monkeypatch.setattr(NewRunFolder, "has_room", lambda folder: False)
    outcomes = [run(lambda order: Robot(0, 1)) for _ in range(5)]
    full = "The disk of the worker is full: what the robot had to say is not known."
    assert [(outcome.message, outcome.retries) for outcome in outcomes[:4]] == [(full, 3)] * 4
    assert outcomes[4].retries is None
    monkeypatch.undo()
    assert run(lambda order: Robot(0, 1)).retries is None
    assert run.spool.count_trouble("id-1", "disk").times == 1


@pytest.mark.parametrize(("code", "message"), [(-9, "failure: The robot was killed"), (0, "completed")])
def test_a_robot_that_was_killed_or_a_command_that_ended_well_did_not_miss_a_disk(run, monkeypatch, code, message):
    monkeypatch.setattr(NewRunFolder, "has_room", lambda folder: False)
    monkeypatch.setattr(ManifestTask, "command", ("true",))
    assert str(run(lambda order: Robot(0, code))).startswith(message)


def test_a_crash_becomes_the_bpmn_error_that_the_topic_asks_for(run):
    outcome = run(lambda order: Robot(0, -11), onFailure={"bpmnError": "TASK_ERROR"})
    assert outcome == BpmnError("TASK_ERROR", "The robot was killed by signal 11 (SIGSEGV).")


def test_a_robot_over_its_time_limit_gets_ten_seconds_to_end_in_order(run):
    robot = Robot()
    outcome = run(lambda order: robot, timeout="50ms")
    assert outcome.message == "The robot was stopped after its time limit of 50 milliseconds."
    assert robot.patience == timedelta(seconds=10)


@pytest.mark.parametrize("patience", [timedelta(), timedelta(seconds=1)], ids=["none", "a second"])
def test_a_robot_gets_the_patience_that_is_asked_for_to_end_also_none(run, patience):
    robot = Robot()
    made = run.make(lambda order: robot)
    thread = threading.Thread(target=made.work, args=(TASK, {}, bytes))
    thread.start()
    while not made.is_running:
        time.sleep(0.01)
    made.stop(Stop.WORKER, patience)
    thread.join(10)
    assert robot.patience == patience


def test_a_run_that_was_withdrawn_never_starts(run):
    started = []
    made = run.make(started.append)
    made.withdraw()
    assert made.work(TASK, {}, bytes) is NEVER_STARTED
    assert started == []


@pytest.mark.parametrize("way", ["withdraw", "stop"])
def test_nobody_waits_for_an_environment_that_is_being_built_and_its_robot_is_stopped(run, way):
    robot, is_building, built = Robot(), threading.Event(), threading.Event()

    def build(order):
        is_building.set()
        built.wait(10)
        return robot

    made = run.make(build)
    results = []
    thread = threading.Thread(target=lambda: results.append(made.work(TASK, {}, bytes)))
    thread.start()
    assert is_building.wait(10)
    begun = time.monotonic()
    made.withdraw() if way == "withdraw" else made.stop(Stop.LOCK_LOST)
    assert time.monotonic() - begun < 1
    built.set()
    thread.join(10)
    (result,) = results
    lost = "The lock of the task was lost before the robot ended."
    stopped = "The worker was stopped before the robot ended."
    assert result.outcome.message == (stopped if way == "withdraw" else lost)
    assert robot.patience is not None


def test_a_disk_without_room_costs_no_try(run, caplog):
    caplog.set_level(logging.ERROR)
    made = run.make(lambda order: Robot())
    made._folder.temporary.mkdir()
    (made._folder.temporary / "in the way").touch()
    outcome = made.work(TASK, {}, bytes).outcome
    assert outcome.message.startswith("Preparing the run failed: [Errno 17] File exists: ")
    assert outcome.retries == 3
