"""How listener and library find each other, in one run, in several, and in none."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import robot

import CamundaListener

WORK = """
*** Settings ***
Library    CamundaLibrary
*** Tasks ***
Work
    ${query}    Get Task Variable    query
    Set Task Variable    found    ${query}
"""
FOUND = {"found": {"type": "String", "value": "robots"}}
ATTACHED_TWICE = "CamundaListener is attached twice. The first one works, this one does nothing.\n"
UNATTENDED = (
    "[ WARN ] No CamundaListener is attached: CamundaLibrary reports the outcome by itself, without the log. "
    "Run robots with 'robot --listener CamundaListener'.\n"
)


class TestSpellings:
    @pytest.mark.parametrize(
        "listener", ["CamundaListener", str(Path(CamundaListener.__file__)), "CamundaListener.CamundaListener"]
    )
    def test_the_listener_shares_the_task_with_the_library_however_it_is_named(self, robots, listener):
        run = robots.run(WORK, listener=listener, in_process=False)
        assert (run.rc, run.err) == (0, "")
        assert (run.outcome["outcome"], run.outcome["variables"]) == ("completed", FOUND)

    def test_the_listener_of_robot_options(self, robots):
        run = robots.run(
            WORK, listener=None, environment={"ROBOT_OPTIONS": "--listener CamundaListener"}, in_process=False
        )
        assert (run.rc, run.err, run.outcome["variables"]) == (0, "", FOUND)

    @pytest.mark.parametrize(
        "line", ["Library    CamundaLibrary    AS    task", "Library    CamundaLibrary.CamundaLibrary"]
    )
    def test_the_library_under_other_names(self, robots, line):
        run = robots.run(WORK.replace("Library    CamundaLibrary", line))
        assert (run.rc, run.outcome["variables"]) == (0, FOUND)


class TestSeveralListeners:
    def test_the_first_works_and_the_second_says_so_once(self, robots):
        run = robots.run(WORK, listener=["CamundaListener", "CamundaListener:on_skip=complete"])
        assert (run.rc, run.err) == (0, ATTACHED_TWICE)
        assert run.outcome["variables"] == FOUND
        assert run.out.count("Outcome of the task") == 1

    def test_one_in_robot_options_and_one_on_the_command_line(self, robots):
        run = robots.run(WORK, environment={"ROBOT_OPTIONS": "--listener CamundaListener"})
        assert (run.rc, run.err, run.outcome["variables"]) == (0, ATTACHED_TWICE, FOUND)


class TestNoListener:
    def test_the_library_reports_by_itself_without_log_and_warns_once(self, robots):
        run = robots.run({"1.robot": WORK, "2.robot": WORK.replace("Work", "Again")}, listener=None)
        assert (run.rc, run.err) == (0, UNATTENDED)
        assert (run.outcome["outcome"], run.outcome["variables"]) == ("completed", FOUND)
        assert "log" not in run.outcome

    def test_the_task_that_a_library_argument_names(self, robots):
        text = WORK.replace("CamundaLibrary", "CamundaLibrary    task_file=${CURDIR}/../own.json")
        own = {"version": 1, "task": {"topic": "t"}, "variables": {"query": "own"}}
        (robots.folder / "own.json").write_text(json.dumps(own))
        run = robots.run(text, listener=None, task=None)
        assert run.rc == 0
        assert json.loads((robots.folder / "own.outcome.json").read_text())["variables"]["found"]["value"] == "own"

    def test_without_a_task_nothing_is_said_until_a_keyword_needs_one(self, robots):
        run = robots.run(WORK, listener=None, task=None)
        assert (run.rc, run.err, run.outcome) == (1, "", None)
        assert run.tasks["Work"] == (
            "FAIL",
            "This run is for no task. Give one by CAMUNDA_TASK_FILE (a task file, no engine needed), "
            "CAMUNDA_TASK_ID or CAMUNDA_TOPIC, as environment variable, Robot variable or listener argument.",
        )


class TestSeveralRuns:
    def test_two_runs_in_one_process_do_not_see_each_other_s_task(self, robots):
        first = robots.run(WORK)
        second = robots.run(WORK, task={"version": 1, "task": {"topic": "t"}, "variables": {"query": "second"}})
        third = robots.run(WORK, task=None)
        assert first.outcome["variables"] == FOUND
        assert second.outcome["variables"] == {"found": {"type": "String", "value": "second"}}
        assert third.tasks["Work"][1].startswith("This run is for no task. ")

    def test_two_runs_without_listener_do_not_see_each_other_s_task(self, robots):
        first = robots.run(WORK, listener=None)
        second = robots.run(WORK, listener=None, task=None)
        assert first.outcome["variables"] == FOUND
        assert second.tasks["Work"][1].startswith("This run is for no task. ")

    def test_a_run_with_listener_after_one_without(self, robots):
        robots.run(WORK, listener=None)
        run = robots.run(WORK)
        assert (run.err, run.outcome["variables"]) == ("", FOUND)

    def test_robot_run_with_a_listener_object(self, robots, tmp_path, monkeypatch):
        (tmp_path / "robot.robot").write_text(WORK)
        (tmp_path / "task.json").write_text('{"version": 1, "task": {"topic": "t"}, "variables": {"query": "x"}}')
        listener = CamundaListener.CamundaListener(f"task_file={tmp_path / 'task.json'}")
        assert robot.run(str(tmp_path / "robot.robot"), listener=listener, outputdir=str(tmp_path)) == 0
        assert json.loads((tmp_path / "task.outcome.json").read_text())["outcome"] == "completed"


class TestSignals:
    SLOW = """
    *** Settings ***
    Library           CamundaLibrary
    Library           OperatingSystem
    Suite Teardown    Set Task Variable    teardown    1
    *** Tasks ***
    Work
        Create File    ${OUTPUT DIR}/started.txt
        Sleep    30s
    Next
        Create File    ${OUTPUT DIR}/canary.txt
    """

    def stop(self, robots, signals, robot=SLOW):
        """Runs the robot in a process of its own and sends it signals while its keyword runs."""
        (robots.folder / "robots").mkdir()
        (robots.folder / "robots" / "robot.robot").write_text(robot.replace("\n    ", "\n"))
        (robots.folder / "task.json").write_text('{"version": 1, "task": {"topic": "t"}}')
        command = [
            sys.executable,
            "-m",
            "robot",
            "--listener",
            f"CamundaListener;task_file={robots.folder / 'task.json'}",
        ]
        process = subprocess.Popen(
            [*command, "--outputdir", str(robots.folder / "output"), str(robots.folder / "robots")],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.wait_for(robots.folder / "output" / "started.txt")
        for number in signals:
            process.send_signal(number)
            time.sleep(0.2)
        out, err = process.communicate(timeout=30)
        return process.returncode, out + err, json.loads((robots.folder / "task.outcome.json").read_text())

    def wait_for(self, path):
        deadline = time.monotonic() + 30
        while not path.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
    def test_a_signal_ends_the_run_in_order_and_its_task_fails(self, robots, number):
        rc, _, outcome = self.stop(robots, [number])
        assert (outcome["outcome"], outcome["errorMessage"]) == ("failure", "Work: Execution terminated by signal")
        assert outcome["variables"] == {}
        assert (robots.folder / outcome["log"]["file"]["path"]).exists()
        assert not (robots.folder / "output" / "canary.txt").exists()
        assert rc == 2

    def test_a_second_signal_ends_the_run_at_once_and_its_task_still_fails(self, robots):
        slow_to_stop = self.SLOW.replace("Set Task Variable    teardown    1", "Sleep    30s")
        rc, console, outcome = self.stop(robots, [signal.SIGTERM, signal.SIGTERM], slow_to_stop)
        assert rc == 253
        assert outcome["outcome"] == "failure"
        assert outcome["errorMessage"] in (
            "The run was stopped before its end.",
            "Work: Execution terminated by signal",
        )
        assert "Outcome of the task: failure" in console


class TestHotPath:
    """What a run with a task file must not load, and what imports must not do."""

    HEAVY = ("requests", "urllib3", "pydantic", "click", "rich", "psutil", "robotlibcore", "prometheus_client")

    def test_a_run_with_a_task_file_loads_nothing_heavy(self, robots):
        show = f"""
        import atexit, sys

        def show():
            print("heavy:", sorted(set(sys.modules) & set({self.HEAVY!r})))

        def show_at_the_end():
            atexit.register(show)
        """
        text = WORK.replace("CamundaLibrary\n", "CamundaLibrary\nLibrary    ${CURDIR}/Modules.py\n")
        text += "    Set Task File    me    ${SUITE SOURCE}\n    Show At The End\n"
        run = robots.run({"robot.robot": text, "Modules.py": show}, in_process=False, main="robot.robot")
        assert (run.rc, run.outcome["outcome"]) == (0, "completed")
        assert run.out.endswith("heavy: []\n")

    @pytest.fixture
    def no_sockets(self, tmp_path):
        """The environment of a process in which nothing can make a socket."""
        (tmp_path / "sitecustomize.py").write_text(
            "import socket\nclass NoSocket(socket.socket):\n"
            "    def __init__(self, *args, **kwargs):\n        raise AssertionError('a socket was made')\n"
            "socket.socket = NoSocket\n"
        )
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        probe = subprocess.run(
            [sys.executable, "-c", "import socket; socket.create_connection(('localhost', 9))"],
            capture_output=True,
            text=True,
            env=environment,
        )
        assert probe.stderr.endswith("AssertionError: a socket was made\n")
        return environment

    @pytest.mark.parametrize("name", ["CamundaLibrary", "CamundaLibrary.Engine"])
    def test_libdoc_makes_no_socket(self, no_sockets, name):
        command = [sys.executable, "-m", "robot.libdoc", name, "list"]
        result = subprocess.run(command, capture_output=True, text=True, env=no_sockets, timeout=60)
        assert (result.returncode, result.stderr) == (0, "")
        assert result.stdout.strip()

    @pytest.mark.parametrize("options", [[], ["--dryrun"]])
    def test_importing_the_libraries_in_a_run_makes_no_socket(self, robots, no_sockets, options):
        settings = "*** Settings ***\nLibrary    CamundaLibrary\nLibrary    CamundaLibrary.Engine    AS    e\n"
        text = f"{settings}*** Tasks ***\nWork\n    No Operation\n"
        run = robots.run(text, *options, environment=no_sockets, in_process=False)
        assert (run.rc, run.err) == (0, "")
