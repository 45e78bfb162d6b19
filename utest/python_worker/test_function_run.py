"""Runs of functions: what they see of their task, what they leave, how they are interrupted."""

import asyncio
import itertools
import logging
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from CamundaLibrary import ThrowBpmnError, current_task
from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.errors import EngineUnreachable, LockLost, NoCurrentTask
from CamundaLibrary.python_worker.function_run import FunctionRun
from CamundaLibrary.python_worker.functions import Functions
from CamundaLibrary.python_worker.interruption import Interrupted, Interruptible
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.lock_keeper import KeptLock
from CamundaLibrary.task.outcome import BpmnError, Completed
from CamundaLibrary.variables import FileValue, encode_all
from CamundaLibrary.worker.deadlines import Deadlines
from CamundaLibrary.worker.runs.run import Job
from CamundaLibrary.worker.runs.verdict import Stop
from CamundaLibrary.worker.state.bundle_copies import BundleCopies
from CamundaLibrary.worker.state.result import NEVER_STARTED, Result
from CamundaLibrary.worker.state.run_folder import NewRunFolder

SECOND = timedelta(seconds=1)


class Care:
    """What a run notes."""

    def note_start(self, pid) -> None:
        assert pid is None

    def limit(self, time: timedelta, stop):
        return Deadlines().limit(time.total_seconds(), stop)

    def note_end(self) -> None:
        pass

    def finish(self, result: Result) -> Result:
        return result


class Started(threading.Thread):
    """A run in a thread of its own."""

    def __init__(self, run: FunctionRun, locked: LockedTask, download) -> None:
        super().__init__(daemon=True)
        self.run_, self._locked, self._download = run, locked, download
        self.start()

    def run(self) -> None:
        self.result = self.run_.work(self._locked, {}, self._download)

    @property
    def outcome(self):
        self.join(30)
        return self.result.outcome


@pytest.fixture
def make(tmp_path: Path):
    """Makes a run of a function, as the worker does."""
    functions = Functions()
    numbers = itertools.count()

    def make(function, **options) -> FunctionRun:
        topic = f"topic-{next(numbers)}"
        functions.add(topic, function, options)
        bundle = functions.as_bundle()
        found = Topic(bundle, bundle.manifest.tasks[-1])
        folder = NewRunFolder(tmp_path / topic, found, BundleCopies(tmp_path / "copies"))
        return FunctionRun(function, Job(found, found.options, folder, 3, Care(), Settings()))

    return make


@pytest.fixture
def start(make):
    """Starts a run of a function for a task with these variables."""

    def start(function, variables=None, download=bytes, **options) -> Started:
        run = make(function, **options)
        topic = run.job.topic.name
        locked = LockedTask(ExternalTask(f"id of {topic}", topic, business_key="A-17"), encode_all(variables or {}))
        return Started(run, locked, download)

    return start


@pytest.fixture
def call(start):
    """Returns the outcome of a run of a function."""
    return lambda function, **named: start(function, **named).outcome


def values(outcome):
    return {name: each.value for name, each in outcome.variables.items()}


def test_what_a_function_returns_and_sets_are_process_variables(call):
    def count(task):
        task.set("key", task.business_key)
        return {"words": len(task.variable("text").split())}

    outcome = call(count, variables={"text": "one two"})
    assert isinstance(outcome, Completed)
    assert values(outcome) == {"key": "A-17", "words": 2}


def test_an_async_function_is_awaited_and_has_its_task(call):
    async def count(task):
        await asyncio.sleep(0)
        return {"id": current_task().id}

    assert values(call(count)) == {"id": "id of topic-0"}


def test_functions_at_the_same_time_have_a_task_each_and_the_main_thread_has_none(start):
    both = threading.Barrier(3)

    def tell(task):
        both.wait(10)
        assert current_task().id == task.id
        both.wait(10)
        return {"id": current_task().id}

    calls = [start(tell), start(tell)]
    both.wait(10)
    with pytest.raises(NoCurrentTask):
        current_task()
    both.wait(10)
    assert [values(each.outcome) for each in calls] == [{"id": "id of topic-0"}, {"id": "id of topic-1"}]


def test_a_thread_has_no_task_after_a_call(make):
    run = make(lambda task: None)
    run.work(LockedTask(ExternalTask("id-1", run.job.topic.name), {}), {}, bytes)
    with pytest.raises(NoCurrentTask):
        current_task()


def test_a_task_without_files_leaves_no_folder(start):
    made = start(lambda task: {"n": 1})
    assert isinstance(made.outcome, Completed)
    assert not made.run_.job.folder.exists


def test_files_come_with_their_content_and_files_that_are_set_are_in_the_folder(start, tmp_path):
    (tmp_path / "answer.txt").write_text("42", "utf-8")

    def answer(task):
        assert task.file("question").read_text("utf-8") == "six times seven"
        task.set_file("answer", tmp_path / "answer.txt")

    made = start(answer, {"question": FileValue("q.txt")}, download=lambda name: b"six times seven")
    answered = made.outcome.variables["answer"]
    assert Path(answered.path).read_text("utf-8") == "42"
    assert Path(answered.path).is_relative_to(made.run_.job.folder.path)


def test_a_file_that_cannot_be_fetched_costs_no_try_and_the_function_is_not_called(start):
    called = []

    def fail(name):
        raise EngineUnreachable("Downloading", "nothing listens")

    outcome = start(called.append, {"question": FileValue("q.txt")}, download=fail).outcome
    assert (outcome.message, outcome.retries) == ("Preparing the run failed: Downloading failed: nothing listens.", 3)
    assert called == []


def test_a_lock_that_is_lost_is_known_to_the_function(start, make):
    def look(task):
        task.check_lock()

    run = make(look)
    lock = KeptLock("id-1", "me", SECOND, lambda lock: None)
    lock.lost = "another worker has it"
    run.note_lock(lock)
    task = ExternalTask("id-1", run.job.topic.name)
    failure = run.work(LockedTask(task, {}), {}, bytes).outcome
    assert failure.message == str(LockLost("The lock of task 'id-1' is lost: another worker has it."))


def test_a_bpmn_error_is_an_outcome_and_no_failure(call):
    def throw(task):
        raise ThrowBpmnError("empty", "There is no word.", page=3)

    outcome = call(throw)
    assert (outcome.code, outcome.message, values(outcome)) == ("empty", "There is no word.", {"page": 3})


def test_an_error_is_a_failure_with_the_traceback_from_the_function_on(call):
    def fail(task):
        raise ValueError("boom")

    outcome = call(fail)
    assert (outcome.message, outcome.retries) == ("ValueError: boom", None)
    first = outcome.details.index('File "')
    assert outcome.details[first:].startswith(f'File "{__file__}"')


def test_an_error_becomes_the_bpmn_error_that_the_topic_asks_for(call):
    def fail(task):
        raise ValueError("boom")

    assert call(fail, on_failure={"bpmnError": "TASK_ERROR"}) == BpmnError("TASK_ERROR", "ValueError: boom")


def test_a_function_that_ends_the_program_ends_only_its_call(call):
    def leave(task):
        raise SystemExit(3)

    assert call(leave).message == "The program ended with exit code 3."


def test_a_function_over_its_time_is_interrupted_where_it_is_and_may_tidy_up(start):
    tidied = []

    def turn(task):
        try:
            while True:
                time.sleep(0.01)
        except Exception:
            tidied.append("as an error")
        finally:
            tidied.append("finally")

    made = start(turn, timeout="100ms")
    assert made.outcome.message == "The robot was stopped after its time limit of 100 milliseconds."
    assert tidied == ["finally"]


def test_a_function_that_is_stopped_with_its_worker_costs_no_try(start):
    begun = threading.Event()

    def turn(task):
        begun.set()
        while True:
            time.sleep(0.01)

    made = start(turn)
    assert begun.wait(10)
    assert made.run_.is_running
    made.run_.stop(Stop.WORKER, SECOND)
    assert (made.outcome.message, made.outcome.retries) == ("The worker was stopped before the robot ended.", 3)
    assert not made.run_.is_running


@pytest.mark.parametrize("way", ["withdraw", "stop"])
def test_a_function_that_was_stopped_before_it_began_never_begins(make, way):
    called = []
    run = make(called.append)
    run.withdraw() if way == "withdraw" else run.stop(Stop.WORKER)
    assert run.work(LockedTask(ExternalTask("id-1", "topic-0"), {}), {}, bytes) is NEVER_STARTED
    assert (called, run.is_running) == ([], False)


def test_a_function_that_does_not_end_is_waited_for_and_told_again(start, caplog):
    begun, told = threading.Event(), []

    def resist(task):
        begun.set()
        while len(told) < 2:
            try:
                time.sleep(0.01)
            except SystemExit:
                told.append("told")

    made = start(resist)
    assert begun.wait(10)
    made.run_.stop(Stop.WORKER, timedelta())
    assert isinstance(made.outcome, Completed)
    assert "was told to end, and does not: its slot and its lock are kept until it does." in caplog.text


def test_a_call_that_was_stopped_before_it_began_never_begins():
    block, ran = Interruptible(), []
    block.interrupt()
    with pytest.raises(Interrupted), block:
        ran.append("ran")
    assert ran == []


def test_nothing_is_interrupted_after_the_block():
    for _ in range(300):
        block = Interruptible()
        thread = threading.Thread(target=block.interrupt)
        with suppress(Interrupted), block:
            thread.start()
        block.leave()
        thread.join()
        assert sum(range(200)) == 19900  # where it would be raised


def test_a_block_ends_also_while_it_is_traced():
    """Debuggers and coverage trace; where Python 3.11 has been told to take back an interruption, it then hangs."""
    former = sys.gettrace()
    sys.settrace(lambda *_: None)
    try:
        with Interruptible():
            traced = sys.gettrace()
    finally:
        sys.settrace(former)
    assert traced is not None


def test_what_goes_wrong_outside_of_the_function_is_no_end_of_the_worker(call, monkeypatch, caplog):
    caplog.set_level(logging.ERROR)
    monkeypatch.setattr("CamundaLibrary.python_worker.function_run.PythonRun", None)
    outcome = call(lambda task: None)
    assert (outcome.message, outcome.retries) == ("The robot ended without an outcome (exit code 1).", None)
    assert "Calling " in caplog.text
