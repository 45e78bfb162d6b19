"""Calls of functions: what they see of their task, what they leave, how they are interrupted."""

import asyncio
import json
import logging
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest

from CamundaLibrary import ThrowBpmnError, current_task
from CamundaLibrary.bundles.records import Manifest, ManifestTask
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import NoCurrentTask
from CamundaLibrary.python_worker.function_runner import FunctionRunner
from CamundaLibrary.python_worker.functions import Functions
from CamundaLibrary.python_worker.interruption import Interrupted, Interruptible
from CamundaLibrary.runners.contract import Order
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.variables import encode_all

SECOND = timedelta(seconds=1)


@pytest.fixture
def call(tmp_path: Path):
    """Calls a function for a task with the given variables; `call.start` leaves the end to the test."""
    functions = {}
    runner = FunctionRunner(functions)

    def start(function, **variables):
        topic = f"topic-{len(functions)}"
        functions[topic] = function
        folder = tmp_path / topic
        (folder / "robot" / "output").mkdir(parents=True)
        handover = Handover(folder / "task.json")
        handover.write_task(ExternalTask(f"id of {topic}", topic, business_key="A-17"), encode_all(variables))
        handover.lock_file.write_text('{"heldUntil": "2126-01-01T00:00:00Z", "lost": false}')
        bundle = Functions()
        bundle.add(topic, function, {})
        manifest: Manifest = bundle.as_bundle().manifest
        task: ManifestTask = manifest.tasks[0]
        made = runner.start(Order(task, manifest, folder / "robot", handover.task_file, folder / "c", folder / "t", {}))
        made.outcome = lambda: _read(handover.outcome_file)
        return made

    def call(function, **variables):
        made = start(function, **variables)
        return made.wait(), made.outcome()

    call.start = start
    yield call
    runner.close()


def _read(file: Path):
    outcome = json.loads(file.read_text("utf-8"))
    return {**outcome, "variables": {name: each["value"] for name, each in outcome.get("variables", {}).items()}}


def test_what_a_function_returns_and_sets_are_process_variables(call):
    def count(task):
        task.set("key", task.business_key)
        return {"words": len(task.variable("text").split())}

    code, outcome = call(count, text="one two")
    assert (code, outcome["outcome"]) == (0, "completed")
    assert outcome["variables"] == {"key": "A-17", "words": 2}


def test_an_async_function_is_awaited_and_has_its_task(call):
    async def count(task):
        await asyncio.sleep(0)
        return {"id": current_task().id}

    code, outcome = call(count)
    assert (code, outcome["variables"]) == (0, {"id": "id of topic-0"})


def test_functions_at_the_same_time_have_a_task_each_and_the_main_thread_has_none(call):
    both = threading.Barrier(3)

    def tell(task):
        both.wait(10)
        assert current_task().id == task.id
        both.wait(10)
        return {"id": current_task().id}

    calls = [call.start(tell), call.start(tell)]
    both.wait(10)
    with pytest.raises(NoCurrentTask):
        current_task()
    both.wait(10)
    assert [made.wait() for made in calls] == [0, 0]
    assert [made.outcome()["variables"] for made in calls] == [{"id": "id of topic-0"}, {"id": "id of topic-1"}]


def test_a_thread_is_used_again_and_has_no_task_between_calls(call):
    threads = []

    def look(task):
        threads.append(threading.current_thread())

    for _ in range(3):
        assert call(look)[0] == 0
        time.sleep(0.05)
    assert len(set(threads)) == 1


def test_a_bpmn_error_is_an_outcome_and_no_failure(call):
    def throw(task):
        raise ThrowBpmnError("empty", "There is no word.", page=3)

    code, outcome = call(throw)
    assert (code, outcome["outcome"], outcome["errorCode"]) == (0, "bpmnError", "empty")
    assert outcome["variables"] == {"page": 3}


def test_an_error_is_a_failure_with_the_traceback_from_the_function_on(call):
    def fail(task):
        raise ValueError("boom")

    code, outcome = call(fail)
    assert (code, outcome["outcome"], outcome["errorMessage"]) == (1, "failure", "ValueError: boom")
    first = outcome["errorDetails"].index('File "')
    assert outcome["errorDetails"][first:].startswith(f'File "{__file__}"')


def test_a_function_that_ends_the_program_ends_only_its_call(call):
    def leave(task):
        raise SystemExit(3)

    code, outcome = call(leave)
    assert (code, outcome["errorMessage"]) == (1, "The program ended with exit code 3.")


def test_a_function_over_its_time_is_interrupted_where_it_is_and_may_tidy_up(call):
    begun, tidied = threading.Event(), []

    def turn(task):
        try:
            begun.set()
            while True:
                time.sleep(0.01)
        except Exception:
            tidied.append("as an error")
        finally:
            tidied.append("finally")

    made = call.start(turn)
    assert begun.wait(10)
    made.stop(SECOND)
    assert made.wait() == 1
    assert tidied == ["finally"]
    assert made.outcome()["errorMessage"] == "The run was stopped before its end."


def test_a_function_that_does_not_end_is_waited_for_and_told_again(call, caplog):
    begun, told = threading.Event(), []

    def resist(task):
        begun.set()
        while len(told) < 2:
            try:
                time.sleep(0.01)
            except SystemExit:
                told.append("told")

    made = call.start(resist)
    assert begun.wait(10)
    made.stop(timedelta())
    assert made.wait() == 0
    assert made.outcome()["outcome"] == "completed"
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
    monkeypatch.setattr("CamundaLibrary.python_worker.function_runner.PythonRun", None)
    made = call.start(lambda task: None)
    assert made.wait() == 1
    assert "Calling " in caplog.text
