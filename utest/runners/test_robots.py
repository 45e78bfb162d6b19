"""A robot must not notice how it was started: each runner beside `python -m robot` itself."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from CamundaLibrary.runners import RunnerSettings
from CamundaLibrary.runners.environment import robot_environment
from CamundaLibrary.runners.process import ProcessRunner
from CamundaLibrary.runners.robot_command import robot_arguments


def run_plainly(order):
    """Starts `python -m robot` as the process runner did before it had a stand-in."""
    with order.console.open("wb") as console:
        return subprocess.run(
            [sys.executable, "-m", "robot", *robot_arguments(order)],
            cwd=order.root,
            env=robot_environment(order),
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        ).returncode


def normalize(text, order):
    return text.replace(str(order.root.parent), "RUN")


@pytest.fixture(params=["fork", "process"])
def run(request, fork):
    """Runs an order and returns its exit code."""
    runner = fork if request.param == "fork" else ProcessRunner(RunnerSettings(Path("environments")))
    return lambda order: runner.start(order).wait()


LOOK = """
import gc, json, locale, logging, os, signal, sys, tempfile, threading, time
from robot.libraries.BuiltIn import BuiltIn
open_files = sorted(int(name) for name in os.listdir("/proc/self/fd"))
targets = [os.readlink(f"/proc/self/fd/{number}") for number in open_files if os.path.exists(f"/proc/self/fd/{number}")]
variables = BuiltIn().get_variables(no_decoration=True)
seen = {
    "arguments": sys.argv, "folder": os.getcwd(), "path": sys.path, "input": sys.stdin.read(),
    "environment": dict(os.environ), "leads its group": os.getpgrp() == os.getpid() == os.getsid(0),
    "standard files": targets[:3], "temporary": tempfile.gettempdir(), "mask": oct(os.umask(0o22)),
    "encodings": [stream.encoding for stream in (sys.stdin, sys.stdout, sys.stderr)],
    "locale": locale.setlocale(locale.LC_ALL), "zone": time.tzname, "flags": str(sys.flags), "gc": gc.isenabled(),
    "thresholds": gc.get_threshold(),
    "signals": [str(signal.getsignal(number)) for number in (signal.SIGPIPE, signal.SIGCHLD)],
    "blocked": [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    "log handlers": [type(handler).__name__ for handler in logging.getLogger().handlers],
    "main thread": threading.current_thread() is threading.main_thread(), "recursion": sys.getrecursionlimit(),
    "hooks": [sys.excepthook is sys.__excepthook__, sys.stdout is sys.__stdout__],
    "variables": {name: str(variables[name]) for name in variables if name not in ("SUITE_DOCUMENTATION",)},
}
json.dump(seen, open("seen.json", "w"))
"""


def test_all_that_a_robot_can_see_is_as_python_m_robot_has_it(run, robot_order):
    environment = {"TZ": "Asia/Tokyo", "LC_ALL": "C.UTF-8"}
    seen = []
    for start in (run_plainly, run):
        order = robot_order(LOOK, environment=environment, python_path=("libraries", "."))
        assert start(order) == 0, order.console.read_text("utf-8")
        seen.append(
            json.loads(normalize((order.root / "seen.json").read_text("utf-8"), order).replace("run-1", "run-2"))
        )
    for each in seen:
        del each["variables"]["LOG_LEVEL"]
    assert seen[1] == seen[0]


def test_the_log_and_the_console_are_the_same(run, robot_order):
    robot = """\
        *** Settings ***
        Library    Collections
        Library    Code    WITH NAME    Coded

        *** Tasks ***
        Search
            [Documentation]    Looks *everywhere*.
            ${list}    Create List    a    b
            Append To List    ${list}    c
            Coded.Run
            FOR    ${item}    IN    @{list}
                Log    ${item}    level=WARN
            END
            Run Keyword And Expect Error    No*    Fail    No such comic
            Log To Console    done
        """
    consoles, outputs = [], []
    for start in (run_plainly, run):
        order = robot_order("print('printed')", robot=robot)
        assert start(order) == 0
        consoles.append(normalize(order.console.read_text("utf-8"), order))
        outputs.append(without_times(normalize((order.root / "output/output.xml").read_text("utf-8"), order)))
        assert (order.root / "output/log.html").read_text("utf-8").count("window.output") > 5
    assert consoles[1].replace("run-2", "run-1") == consoles[0].replace("run-2", "run-1")
    assert outputs[1] == outputs[0]


def without_times(xml):
    return re.sub(r'(generated|start|time|elapsed|elapsedtime)="[^"]*"', "", xml)


ENDS = {
    "passed": ("pass", 0),
    "failed": ("raise AssertionError('no')", 1),
    "exit in a keyword": ("import sys; sys.exit(4)", 253),
    "_exit": ("import os; os._exit(7)", 7),
    "killed": ("import os; os.kill(os.getpid(), 9)", -9),
    "segmentation fault": ("import ctypes; ctypes.string_at(0)", -11),
    "hangup": ("import os, signal; os.kill(os.getpid(), signal.SIGHUP)", -1),
    "exit handlers that exit": ("import atexit, sys; atexit.register(sys.exit, 3)", 0),
    "thread that is still busy": (
        "import threading, time; threading.Thread(target=lambda: (time.sleep(0.5), open('late', 'w').close())).start()",
        0,
    ),
}


@pytest.mark.parametrize(("program", "code"), ENDS.values(), ids=ENDS)
def test_exit_codes_are_those_of_python_m_robot(run, robot_order, program, code):
    plain, ours = robot_order(program), robot_order(program)
    assert (run_plainly(plain), run(ours)) == (code, code)
    assert (plain.root / "late").exists() == (ours.root / "late").exists()


@pytest.mark.parametrize(
    ("options", "code"),
    [("--help", 251), ("--no-such-option", 252), ("--loglevel NO", 252), ("--listener Code.Exiting", 99)],
)
def test_exit_codes_of_options_are_those_of_python_m_robot(run, robot_order, options, code):
    exiting = """\
        class Exiting:
            ROBOT_LISTENER_API_VERSION = 3
            def close(self):
                raise SystemExit(99)
        def run():
            pass
        """
    orders = [robot_order(modules={"Code.py": exiting}, environment={"ROBOT_OPTIONS": options}) for _ in range(2)]
    assert [run_plainly(orders[0]), run(orders[1])] == [code, code]
    assert normalize(orders[1].console.read_text("utf-8"), orders[1]) == normalize(
        orders[0].console.read_text("utf-8"), orders[0]
    )


def test_a_robot_task_that_does_not_exist_is_told_on_the_console(run, robot_order):
    order = robot_order(robot_task="No such task")
    assert run(order) == 252
    assert "contains no tests or tasks matching name 'No such task'." in order.console.read_text("utf-8")


def test_exit_handlers_run_and_what_is_buffered_is_written(run, robot_order):
    order = robot_order("import atexit, sys; atexit.register(sys.__stdout__.write, 'last words')")
    assert run(order) == 0
    assert order.console.read_text("utf-8").endswith("last words")


def test_modules_of_the_robot_come_before_installed_ones_that_are_loaded(run, robot_order):
    modules = {
        "requests.py": "WHOSE = 'mine'",
        "libraries/secrets.py": "WHOSE = 'mine'",
        "libraries/robot/notes.txt": "no package, so that the installed one is found",
    }
    program = "import requests, robot, secrets; assert requests.WHOSE == secrets.WHOSE == 'mine'; robot.run"
    order = robot_order(program, modules=modules, python_path=("libraries",))
    assert run(order) == 0, order.console.read_text("utf-8")


def test_standard_output_of_200_megabytes_stops_nobody(run, robot_order):
    order = robot_order("import sys\nfor _ in range(200): sys.__stdout__.write('x' * 1_000_000)")
    assert run(order) == 0
    assert order.console.stat().st_size > 200_000_000


def test_descriptors_are_the_robots_own_but_for_its_lifeline(run, robot_order):
    program = """
    import os
    names = {}
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and os.path.exists(f"/proc/self/fd/{number}"):
            names[number] = os.readlink(f"/proc/self/fd/{number}")
    names = {n: t for n, t in names.items() if not t.endswith(("output.xml", "fd")) and "/dev/" not in t}
    assert all(target.startswith("pipe:") for target in names.values()), names
    assert len(names) == 1, names
    """
    order = robot_order(program)
    assert run(order) == 0, order.console.read_text("utf-8")


def test_what_a_robot_starts_inherits_no_lifeline(run, robot_order):
    program = """
    import subprocess
    found = subprocess.run(["ls", "/proc/self/fd"], capture_output=True, text=True).stdout.split()
    assert found == ["0", "1", "2", "3"], found  # 3 is how ls reads the folder
    """
    order = robot_order(program)
    assert run(order) == 0, order.console.read_text("utf-8")


def test_a_folder_that_is_gone_is_no_robots_run(fork, robot_order):
    order = robot_order()._replace(root=Path("/no/such/folder"))
    assert fork.start(order).wait() == 1
    assert "FileNotFoundError: [Errno 2] No such file or directory: '/no/such/folder'" in order.console.read_text()
