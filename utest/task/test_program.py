"""Programs, each in a process of its own, that ask for their task: the way they end is the outcome."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.variables import encode_all

PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("CAMUNDA_", "ROBOT_"))}
IMPORTS = "import os, sys; from CamundaLibrary import GiveBackTask, ReportFailure, ThrowBpmnError, current_task"


class Program:
    """A program in a folder of its own, with a task file beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.handover = Handover(folder / "task.json")
        self.environment = {**PLAIN, "CAMUNDA_TASK_FILE": "task.json"}
        self.handover.task_file.write_text(
            '{"version": 1, "task": {"id": "a1b2", "topic": "count"}, "variables": {"text": "one two"}}'
        )

    def start(self, code: str, *options: str) -> "subprocess.Popen[str]":
        (self.folder / "count.py").write_text(f"{IMPORTS}\n{dedent(code)}", "utf-8")
        return subprocess.Popen(
            [sys.executable, *options, "count.py"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, *options: str) -> "Program":
        process = self.start(code, *options)
        self.out, self.err = process.communicate(timeout=60)
        self.code = process.returncode
        return self

    @property
    def outcome(self) -> object:
        return self.handover.read_outcome().outcome


@pytest.fixture
def program(tmp_path):
    return Program(tmp_path)


def test_a_program_that_ends_has_completed_its_task(program):
    program.run("task = current_task()\ntask.set('words', len(task.variable('text').split()))")
    assert program.outcome == Completed(encode_all({"words": 2}))
    assert (program.code, program.err) == (0, "")
    assert program.out == (
        "Outcome of the task: completed\n  process variables:\n    words  2 (Integer)\n"
        f"  written to {program.handover.outcome_file}\n"
    )


def test_under_a_worker_a_program_proves_that_it_has_its_task_and_says_one_line(program):
    program.handover.lock_file.write_text('{"heldUntil": "2100-01-01T00:00:00Z", "lost": false}')
    program.run("current_task()")
    assert program.handover.started_file.exists()
    assert (program.code, program.out, program.err) == (0, "Outcome of the task: completed\n", "")


def test_a_program_that_never_asks_for_its_task_leaves_no_trace(program):
    program.run("print('done')")
    assert (program.code, program.out) == (0, "done\n")
    assert sorted(path.name for path in program.folder.iterdir()) == ["count.py", "task.json"]


def test_a_bpmn_error_that_nobody_catches_is_the_outcome_and_no_failed_program(program):
    program.run("""
        current_task().set("seen", True)
        raise ThrowBpmnError("not_found", "No comic.", query="x")
    """)
    assert program.outcome == BpmnError("not_found", "No comic.", encode_all({"seen": True, "query": "x"}))
    assert (program.code, program.err) == (0, "")
    assert program.out.startswith("Outcome of the task: BPMN error 'not_found': No comic.\n")


def test_a_task_is_given_back(program):
    program.run("""
        from datetime import timedelta
        current_task()
        raise GiveBackTask(timedelta(minutes=5))
    """)
    assert (program.outcome, program.code) == (GivenBack(timedelta(minutes=5)), 0)


def test_a_reported_failure_fails_the_program_and_has_the_traceback(program):
    program.run("current_task().set('seen', True)\nraise ReportFailure('Closed.', retries=0)")
    assert program.outcome.message == "Closed."
    assert program.outcome.retries == 0
    assert program.outcome.variables == encode_all({"seen": True})
    assert 'count.py", line 3, in <module>' in program.outcome.details
    assert program.code == 1


def test_any_other_error_is_a_failure_without_variables(program):
    program.run("current_task().set('seen', True)\ndef count():\n    raise ValueError('boom')\ncount()")
    assert program.outcome.message == "ValueError: boom"
    assert "in count\n    raise ValueError('boom')\nValueError: boom" in program.outcome.details
    assert program.outcome.variables == {}
    assert (program.code, program.err.splitlines()[-1]) == (1, "ValueError: boom")


def test_an_error_hook_that_others_put_in_place_later_does_not_hide_the_error(program):
    program.run("current_task()\nsys.excepthook = lambda *error: print('mine')\nraise ValueError('boom')")
    assert (program.outcome.message, program.out.splitlines()[0]) == ("ValueError: boom", "mine")


def test_an_outcome_after_another_one_is_a_failure(program):
    program.run("current_task().complete()\nraise ThrowBpmnError('late')")
    assert program.outcome.message == "The outcome of the task is already decided: completed."
    assert program.code == 1


@pytest.mark.parametrize(
    ("leave", "code", "message"),
    [
        ("sys.exit(3)", 3, "The program ended with exit code 3."),
        ("sys.exit('No disk.')", 1, "The program ended with the words: No disk."),
        ("import argparse; argparse.ArgumentParser().error('x')", 2, "The program ended with exit code 2."),
        ("try: sys.exit(3)\nfinally: print('x')", 3, "The program ended with exit code 3."),
        ("try: sys.exit(3)\nexcept SystemExit: raise", 3, "The program ended with exit code 3."),
    ],
)
def test_an_exit_code_that_is_not_zero_is_a_failure_that_says_so(program, leave, code, message):
    program.run(f"current_task()\n{leave}")
    assert (program.outcome.message, program.code) == (message, code)


@pytest.mark.parametrize(
    "leave",
    ["sys.exit()", "sys.exit(0)", "raise SystemExit(0)", "try: sys.exit(3)\nexcept SystemExit: pass"],
)
def test_an_exit_in_order_completes_the_task(program, leave):
    program.run(f"current_task()\n{leave}")
    assert (program.outcome, program.code) == (Completed(), 0)


def test_sys_exit_in_a_thread_ends_the_thread_and_not_the_task(program):
    program.run("""
        import threading
        current_task()
        thread = threading.Thread(target=sys.exit, args=(3,))
        thread.start()
        thread.join()
    """)
    assert (program.outcome, program.code) == (Completed(), 0)


def test_what_threads_set_after_the_main_module_is_sent_too(program):
    program.run("""
        import threading, time
        task = current_task()
        threading.Thread(target=lambda: (time.sleep(0.2), task.set("late", 1))).start()
    """)
    assert program.outcome == Completed(encode_all({"late": 1}))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_program_that_is_stopped_ends_in_order_and_its_task_fails(program, number):
    process = program.start("""
        import time
        current_task()
        try:
            print("ready", flush=True)
            time.sleep(60)
        finally:
            print("cleaned up")
    """)
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    out, _ = process.communicate(timeout=60)
    assert program.outcome.message == "The run was stopped before its end."
    assert out.startswith("cleaned up\n")
    assert process.returncode in (128 + number, -number)


def test_a_program_with_a_way_of_its_own_with_sigterm_keeps_it(program):
    program.run("""
        import signal
        signal.signal(signal.SIGTERM, lambda *_: print("mine"))
        current_task()
        os.kill(os.getpid(), signal.SIGTERM)
    """)
    assert (program.outcome, program.out.splitlines()[0]) == (Completed(), "mine")


class TestBlocks:
    def test_a_block_ends_the_task_and_the_program_goes_on(self, program):
        program.run("""
            with current_task() as task:
                task.set("a", 1)
            print(os.path.exists("task.outcome.json"))
            raise ValueError("boom")
        """)
        assert program.outcome == Completed(encode_all({"a": 1}))
        assert program.out.splitlines()[-1] == "True"
        assert program.code == 1

    def test_a_business_outcome_ends_at_the_end_of_the_block(self, program):
        program.run("with current_task():\n    raise ThrowBpmnError('x')\nprint('on')")
        assert (program.outcome, program.code) == (BpmnError("x"), 0)
        assert program.out.splitlines()[-1] == "on"

    def test_an_error_is_reported_and_goes_on_its_way(self, program):
        program.run("""
            try:
                with current_task():
                    raise ValueError("boom")
            except ValueError as error:
                print(error)
        """)
        assert (program.outcome.message, program.code) == ("ValueError: boom", 0)
        assert program.out.splitlines()[-1] == "boom"

    def test_afterwards_there_is_no_task_and_the_outcome_stays(self, program):
        program.run("""
            with current_task(), current_task():
                pass
            try:
                current_task()
            except Exception as error:
                print(f"{type(error).__name__}: {error}")
        """)
        assert program.out.splitlines()[-1] == "NoCurrentTask: The task of this program has ended: completed."
        assert program.outcome == Completed()

    def test_exit_and_error_hooks_are_as_before(self, program):
        program.run("""
            before = sys.exit, sys.excepthook
            with current_task():
                pass
            print((sys.exit, sys.excepthook) == before)
        """)
        assert program.out.splitlines()[-1] == "True"


class TestChildren:
    def test_a_fork_does_not_end_the_task_of_its_parent(self, program):
        program.run("""
            task = current_task()
            if os.fork() == 0:
                sys.exit(3)
            os.wait()
            task.set("a", os.path.exists("task.outcome.json"))
        """)
        assert program.outcome == Completed(encode_all({"a": False}))

    @pytest.mark.parametrize("method", ["fork", "spawn"])
    def test_a_child_process_is_told_that_its_parent_has_the_task(self, program, method):
        program.run(f"""
            import multiprocessing
            def work(queue):
                try:
                    current_task()
                except Exception as error:
                    queue.put(str(error))
            if __name__ == "__main__":
                context = multiprocessing.get_context("{method}")
                task = current_task()
                queue = context.Queue()
                child = context.Process(target=work, args=(queue,))
                child.start()
                task.set("said", queue.get(timeout=30))
                child.join()
        """)
        assert program.outcome == Completed(
            encode_all(
                {"said": "This is a child process. Its parent has the task: let the parent hand on what it needs."}
            )
        )


class TestWithoutATask:
    SAY = "try: current_task()\nexcept Exception as error: print(f'{type(error).__name__}: {error}')"

    def test_the_sentence_tells_how_to_give_one(self, program):
        del program.environment["CAMUNDA_TASK_FILE"]
        program.run(self.SAY)
        assert program.out == (
            "NoCurrentTask: This run is for no task. Give one by CAMUNDA_TASK_FILE (a task file, no engine needed), "
            "CAMUNDA_TASK_ID or CAMUNDA_TOPIC, as environment variable, Robot variable or listener argument.\n"
        )

    def test_a_task_file_that_is_wrong_is_named(self, program):
        program.handover.task_file.write_text("{}")
        program.run(self.SAY)
        path = program.handover.task_file
        assert program.out == f"NoCurrentTask: '{path}', line 1: the file lacks 'version'.\n"

    def test_a_setting_that_is_wrong_fails_the_task(self, program):
        program.environment["CAMUNDA_RETRIES"] = "none"
        program.run("current_task()")
        sentence = "The environment variable 'CAMUNDA_RETRIES' is wrong: 'none' must be a whole number from 1."
        assert program.outcome == Failed(sentence)
        assert program.err.splitlines()[-1].endswith(f"NoCurrentTask: {sentence}")
        assert program.code == 1

    def test_a_robot_run_without_listener_and_library_does_not_take_the_task(self, program):
        (program.folder / "steps.py").write_text(
            "from CamundaLibrary import current_task\ndef step(): current_task()\n"
        )
        (program.folder / "a.robot").write_text("*** Settings ***\nLibrary    steps.py\n*** Tasks ***\nA\n    Step\n")
        program.run("""
            from robot import run
            run("a.robot", output=None, log=None, report=None)
        """)
        assert "This run of Robot Framework has neither CamundaListener nor CamundaLibrary." in program.out
        assert not program.handover.outcome_file.exists()


def test_at_a_prompt_errors_are_no_end_and_what_nobody_decided_is_given_back(program):
    program.run("current_task()\n", "-i")
    assert program.outcome == GivenBack(timedelta())


def test_nothing_heavy_is_loaded(program):
    program.run("""
        current_task().set("loaded", sorted({"requests", "pydantic", "robot", "click", "asyncio"} & set(sys.modules)))
    """)
    assert json.loads(program.handover.outcome_file.read_text())["variables"]["loaded"]["value"] == []
