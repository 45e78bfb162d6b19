"""`python -m CamundaLibrary.handlers module:function` with task files, as a process and as a call."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from CamundaLibrary.errors import NoCurrentTask
from CamundaLibrary.handlers import main, run_handler
from CamundaLibrary.task import current
from CamundaLibrary.task.current_task import current_task
from CamundaLibrary.task.endings import GiveBackTask, ReportFailure, ThrowBpmnError
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.variables import encode_all

PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("CAMUNDA_", "ROBOT_"))}
MODULE = """
import sys
import time
from helper import double

def count(task):
    return {"words": double(len(task.variable("text").split()))}

def boom(task):
    raise ValueError("boom")

def throw(task):
    from CamundaLibrary import ThrowBpmnError
    raise ThrowBpmnError("empty", "No text.")

def sleep(task):
    print("ready", flush=True)
    time.sleep(60)

def loaded(task):
    heavy = {"robot", "requests", "pydantic", "click", "asyncio"}
    return {"heavy": sorted(heavy & set(sys.modules)), "folder": sys.path[0]}
"""


class Folder:
    """A bundle's folder with a task file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.handover = Handover(path / "task.json")
        self.handover.task_file.write_text(
            '{"version": 1, "task": {"id": "a1b2", "topic": "count"}, "variables": {"text": "one two"}}'
        )
        (path / "counting.py").write_text(MODULE)
        (path / "helper.py").write_text("def double(number): return 2 * number\n")

    def start(self, *arguments: str, stdin: int = subprocess.DEVNULL, **environment: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "CamundaLibrary.handlers", *arguments],
            cwd=self.path,
            env={**PLAIN, "CAMUNDA_TASK_FILE": "task.json", **environment},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **environment)
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    @property
    def outcome(self) -> object:
        return self.handover.read_outcome().outcome


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path)


@pytest.fixture(autouse=True)
def _settings(monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith("CAMUNDA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(current, "_runs", [])
    monkeypatch.setattr(sys, "path", [*sys.path])


class TestCommand:
    def test_what_the_function_returns_is_sent(self, folder):
        assert folder.run("counting:count") == (
            0,
            "Outcome of the task: completed\n  process variables:\n    words  4 (Integer)\n"
            f"  written to {folder.handover.outcome_file}\n",
            "",
        )
        assert folder.outcome == Completed(encode_all({"words": 4}))

    def test_a_bpmn_error_is_no_failed_command(self, folder):
        code, _, err = folder.run("counting:throw")
        assert (code, err, folder.outcome) == (0, "", BpmnError("empty", "No text."))

    def test_an_error_is_a_failure_and_by_hand_its_traceback_is_shown(self, folder):
        code, out, err = folder.run("counting:boom")
        assert code == 1
        assert out.startswith("Outcome of the task: failure: ValueError: boom\n")
        assert err.startswith("Traceback:\nTraceback (most recent call last):\n")
        assert f"{folder.outcome.details}\n" == err

    def test_under_a_worker_it_proves_that_it_runs_and_says_one_line(self, folder):
        folder.handover.lock_file.write_text('{"heldUntil": "2100-01-01T00:00:00Z", "lost": false}')
        assert folder.run("counting:boom") == (1, "Outcome of the task: failure: ValueError: boom\n", "")
        assert folder.handover.started_file.exists()

    def test_neither_robot_framework_nor_what_only_engine_and_worker_need_is_loaded(self, folder):
        folder.run("counting:loaded")
        assert folder.outcome == Completed(encode_all({"heavy": [], "folder": str(folder.path)}))

    def test_a_handler_that_is_stopped_is_a_failure(self, folder):
        process = folder.start("counting:sleep")
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
        assert (process.returncode, folder.outcome.message) == (1, "The run was stopped before its end.")

    def test_a_module_that_cannot_be_imported_is_a_failure_that_says_why(self, folder):
        (folder.path / "helper.py").write_text("import no_such_thing\n")
        code, _, _ = folder.run("counting:count")
        assert (code, folder.outcome.message) == (
            1,
            "Importing handler 'counting:count' failed: ModuleNotFoundError: No module named 'no_such_thing'",
        )
        assert 'helper.py", line 1, in <module>' in folder.outcome.details
        assert "CamundaLibrary" not in folder.outcome.details

    def test_without_a_task_it_says_how_to_give_one(self, folder):
        code, out, err = folder.run("counting:count", CAMUNDA_TASK_FILE="")
        assert (code, out) == (1, "")
        assert err.startswith("This run is for no task. Give one by CAMUNDA_TASK_FILE ")

    def test_wrong_settings_fail_the_task_and_no_code_of_the_bundle_runs(self, folder):
        (folder.path / "counting.py").write_text("open('seen', 'w').close()\n")
        code, _, _ = folder.run("counting:count", CAMUNDA_RETRIES="none")
        sentence = "The environment variable 'CAMUNDA_RETRIES' is wrong: 'none' must be a whole number from 1."
        assert (code, folder.outcome) == (1, Failed(sentence))
        assert not (folder.path / "seen").exists()

    @pytest.mark.parametrize("arguments", [(), ("a:b", "c:d")])
    def test_it_takes_one_argument(self, folder, arguments):
        assert folder.run(*arguments) == (2, "", "Usage: python -m CamundaLibrary.handlers module:function\n")
        assert not folder.handover.outcome_file.exists()


class TestLifeline:
    """A pipe that only the worker holds the other end of."""

    def test_its_end_is_the_end_of_the_worker_and_stops_the_handler(self, folder):
        with folder.start("--lifeline", "counting:sleep", stdin=subprocess.PIPE) as process:
            assert process.stdout.readline() == "ready\n"
            process.stdin.close()
            assert process.wait(timeout=60) == 1
        assert folder.outcome.message == "The run was stopped before its end."

    def test_by_hand_a_pipe_means_nothing_and_can_be_read(self, folder):
        (folder.path / "counting.py").write_text("import sys\ndef read(task): return {'said': sys.stdin.read()}\n")
        process = folder.start("counting:read", stdin=subprocess.PIPE)
        process.communicate("hello", timeout=60)
        assert folder.outcome == Completed(encode_all({"said": "hello"}))

    def test_the_handler_sees_an_empty_file_in_its_place(self, folder):
        (folder.path / "counting.py").write_text("import sys\ndef read(task): return {'said': sys.stdin.read()}\n")
        with folder.start("--lifeline", "counting:read", stdin=subprocess.PIPE) as process:
            assert process.wait(timeout=60) == 0
        assert folder.outcome == Completed(encode_all({"said": ""}))


class TestCall:
    def test_a_process_can_run_it_without_the_command(self, folder, monkeypatch, capfd):
        monkeypatch.chdir(folder.path)
        monkeypatch.setenv("CAMUNDA_TASK_FILE", "task.json")
        assert main(["counting:count"]) == 0
        assert sys.path[0] == str(folder.path)
        assert folder.outcome == Completed(encode_all({"words": 4}))
        assert current.innermost() is None
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL

    def test_the_secrets_are_taken_before_the_handler_runs(self, folder, monkeypatch):
        (folder.path / "secrets.json").write_text('{"pin": "4711"}')
        monkeypatch.setenv("CAMUNDA_SECRETS_FILE", str(folder.path / "secrets.json"))

        def pay(task):
            return {"gone": not (folder.path / "secrets.json").exists(), "is_right": task.secrets["pin"] == "4711"}

        assert run_handler(pay, task_file=folder.handover.task_file) == Completed(
            encode_all({"gone": True, "is_right": True})
        )


class TestRunHandler:
    """The way to test a handler; every outcome is written, too."""

    @pytest.fixture
    def outcome_of(self, folder):
        def outcome_of(handler):
            outcome = run_handler(handler, task_file=folder.handover.task_file)
            assert folder.outcome == outcome
            return outcome

        return outcome_of

    def test_what_is_returned_comes_after_what_was_set(self, outcome_of):
        def count(task):
            task.set("a", 1)
            task.set("b", 1)
            return {"b": 2}

        assert outcome_of(count) == Completed(encode_all({"a": 1, "b": 2}))

    def test_nothing_need_be_returned(self, outcome_of):
        assert outcome_of(lambda task: None) == Completed()

    def test_an_async_function_is_awaited(self, outcome_of):
        async def count(task):
            import asyncio

            await asyncio.sleep(0)
            return {"id": task.id}

        assert outcome_of(count) == Completed(encode_all({"id": "a1b2"}))

    def test_other_code_finds_the_same_task(self, outcome_of):
        def count(task):
            current_task().set("a", 1)

        assert outcome_of(count) == Completed(encode_all({"a": 1}))

    def test_a_function_can_be_named_that_is_inside_of_something(self, folder, monkeypatch):
        monkeypatch.chdir(folder.path)
        (folder.path / "inside.py").write_text(
            "class Counter:\n    @staticmethod\n    def count(task): return {'a': 1}\n"
        )
        outcome = run_handler("inside:Counter.count", task_file="task.json")
        assert outcome == Completed(encode_all({"a": 1}))

    @pytest.mark.parametrize(
        ("ending", "outcome"),
        [
            (ThrowBpmnError("x", a=1), BpmnError("x", None, encode_all({"a": 1}))),
            (GiveBackTask(timedelta(minutes=5)), GivenBack(timedelta(minutes=5))),
            (ReportFailure("Closed.", "until May", 0), Failed("Closed.", "until May", 0)),
            (SystemExit(0), Completed()),
        ],
        ids=lambda each: type(each).__name__,
    )
    def test_what_is_raised_is_the_outcome(self, outcome_of, ending, outcome):
        def end(task):
            raise ending

        assert outcome_of(end) == outcome

    @pytest.mark.parametrize(
        ("error", "message"),
        [
            (ValueError("boom"), "ValueError: boom"),
            (SystemExit(3), "The program ended with exit code 3."),
            (KeyboardInterrupt(), "The run was stopped before its end."),
        ],
        ids=lambda each: type(each).__name__,
    )
    def test_what_else_is_raised_is_a_failure(self, outcome_of, error, message):
        def end(task):
            task.set("a", 1)
            raise error

        outcome = outcome_of(end)
        assert (outcome.message, outcome.variables) == (message, {})

    @pytest.mark.parametrize("returned", [[1], "words", 3, {"a"}], ids=lambda each: type(each).__name__)
    def test_anything_but_a_mapping_is_refused(self, outcome_of, returned):
        def count(task):
            return returned

        assert outcome_of(count).message == (
            f"Handler 'TestRunHandler.test_anything_but_a_mapping_is_refused.<locals>.count' returned a value of type "
            f"{type(returned).__name__}. It has to return a mapping of process variables, or None."
        )

    def test_a_value_that_the_engine_would_refuse_is_a_failure_that_names_it(self, outcome_of):
        assert outcome_of(lambda task: {"price": {1}}).message == (
            "Variable 'price' cannot be set: A value of Python type set cannot be stored: convert it to a list."
        )

    @pytest.mark.parametrize(
        ("name", "message"),
        [
            ("counting", "'counting' names no handler. Write it like 'module:function'."),
            (":count", "':count' names no handler. Write it like 'module:function'."),
            ("counting:", "'counting:' names no handler. Write it like 'module:function'."),
            ("counting:nope", "There is no handler 'counting:nope': module 'counting' has no 'nope'."),
            ("counting:sys.path", "Handler 'counting:sys.path' is no function, but of type list."),
        ],
    )
    def test_a_name_that_leads_to_no_function_is_a_failure(self, folder, monkeypatch, outcome_of, name, message):
        monkeypatch.chdir(folder.path)
        assert outcome_of(name) == Failed(message)

    def test_without_a_task_there_is_no_outcome(self):
        with pytest.raises(NoCurrentTask, match=r"^This run is for no task\."):
            run_handler(lambda task: None)
        assert current.innermost() is None

    def test_a_wrong_setting_is_an_outcome(self, folder):
        outcome = run_handler(lambda task: None, task_file=folder.handover.task_file, retry="3")
        assert isinstance(outcome, Failed)
        assert outcome.message.startswith("There is no argument 'retry'.")
