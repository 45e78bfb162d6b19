"""Handlers in forks and in processes: a function must not notice how it was started."""

import json
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import psutil
import pytest

from CamundaLibrary.bundles.manifest import Manifest, ManifestTask
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.runners import Order, RunnerSettings
from CamundaLibrary.runners.environment import robot_environment
from CamundaLibrary.runners.fork import ForkRunner
from CamundaLibrary.runners.forked_robot import ForkedRobot
from CamundaLibrary.runners.process import ProcessRunner

COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
RUNNING = "open('running', 'w').close()\nimport time; time.sleep(60)"


def wait_until(condition):
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def handler_order(tmp_path):
    """Makes orders for a handler of the given lines; `modules` are further files of the bundle."""
    made = []

    def handler_order(body="pass", *, modules=None, environment=None, python_path=()):
        run = tmp_path / f"task-{len(made) + 1}"
        root, temporary = run / "comics", run / "tmp"
        (root / "output").mkdir(parents=True)
        temporary.mkdir()
        task_file = run / "task.json"
        task_file.write_text(json.dumps({"version": 1, "task": {"id": "a1", "topic": "search"}}), "utf-8")
        (run / "task.lock.json").write_text('{"heldUntil": "2999-01-01T00:00:00+00:00", "lost": false}')
        lines = "\n    ".join(dedent(body).strip().splitlines())
        code = f"from CamundaLibrary import ThrowBpmnError\n\ndef do(task):\n    {lines}\n"
        for name, text in {"work.py": code, **(modules or {})}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(dedent(text), "utf-8")
        task = ManifestTask("Search", "search", 1, None, None, TaskOptions(), handler="work:do")
        manifest = Manifest(root / "pyproject.toml", (task,), "output", (), python_path, ())
        given = {**COVERAGE, **(environment or {})}
        made.append(Order(task, manifest, root, task_file, run / "console.txt", temporary, given))
        return made[-1]

    return handler_order


def outcome_of(order):
    return json.loads(order.task_file.with_name("task.outcome.json").read_text("utf-8"))


@pytest.fixture(params=["fork", "process"])
def runner(request, fork):
    """Each way to start a handler."""
    return fork if request.param == "fork" else ProcessRunner(RunnerSettings(Path("environments")))


def test_a_handler_is_forked(fork, handler_order):
    order = handler_order("return {'length': 5}")
    robot = fork.start(order)
    assert isinstance(robot, ForkedRobot)
    assert robot.wait() == 0
    assert outcome_of(order)["variables"] == {"length": {"type": "Integer", "value": 5}}
    assert order.console.read_text("utf-8") == "Outcome of the task: completed\n"


ENDS = {
    "returned": ("return None", 0, "completed"),
    "threw a BPMN error": ("raise ThrowBpmnError('not_found')", 0, "bpmnError"),
    "raised": ("raise ValueError('boom')", 1, "failure"),
    "exited": ("raise SystemExit(4)", 1, "failure"),
    "ended its process": ("import os; os._exit(7)", 7, None),
    "was killed": ("import os; os.kill(os.getpid(), 9)", -9, None),
    "crashed": ("import ctypes; ctypes.string_at(0)", -11, None),
}


@pytest.mark.parametrize("end", ENDS)
def test_exit_code_and_outcome_are_those_of_how_the_handler_ended(runner, handler_order, end):
    body, code, outcome = ENDS[end]
    order = handler_order(body)
    assert runner.start(order).wait() == code
    assert order.task_file.with_name("task.outcome.json").exists() == bool(outcome)
    assert outcome is None or outcome_of(order)["outcome"] == outcome


def test_a_failure_has_the_traceback_from_the_handler_on(runner, handler_order):
    order = handler_order("raise ValueError('boom')")
    assert runner.start(order).wait() == 1
    said = outcome_of(order)
    assert said["errorMessage"] == "ValueError: boom"
    assert [line for line in said["errorDetails"].splitlines() if "File" in line] == [
        f'  File "{order.root}/work.py", line 4, in do'
    ]


def test_a_handler_that_is_asked_to_stop_ends_in_order(runner, handler_order):
    order = handler_order(f"try:\n    {RUNNING.splitlines()[0]}; import time; time.sleep(60)\nfinally: print('tidied')")
    robot = runner.start(order)
    wait_until((order.root / "running").exists)
    threading.Thread(target=robot.stop, args=(timedelta(seconds=10),)).start()
    assert robot.wait() == 1
    assert outcome_of(order)["errorMessage"].startswith("The run was stopped")
    assert "tidied" in order.console.read_text("utf-8")


def test_exit_handlers_and_threads_of_a_handler_are_waited_for(runner, handler_order):
    order = handler_order("""
        import atexit, threading, time
        atexit.register(open("at_exit", "w").close)
        threading.Thread(target=lambda: (time.sleep(0.3), open("thread", "w").close())).start()
    """)
    assert runner.start(order).wait() == 0
    assert {"at_exit", "thread"} < {path.name for path in order.root.iterdir()}


LOOK = """
import gc, json, os, signal, sys, tempfile, threading, time
seen = {
    "arguments": sys.argv, "folder": os.getcwd(), "path": sys.path, "input": sys.stdin.read(),
    "environment": dict(os.environ), "leads its group": os.getpgrp() == os.getpid() == os.getsid(0),
    "temporary": tempfile.gettempdir(), "zone": time.tzname, "gc": gc.isenabled(), "thresholds": gc.get_threshold(),
    "encodings": [stream.encoding for stream in (sys.stdin, sys.stdout, sys.stderr)],
    "blocked": [int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, [])],
    "main thread": threading.current_thread() is threading.main_thread(), "recursion": sys.getrecursionlimit(),
    "robot": "robot" in sys.modules, "files": len(os.listdir("/proc/self/fd")),
}
json.dump(seen, open("seen.json", "w"))
"""


def test_all_that_a_handler_can_see_is_as_in_a_process_of_its_own(fork, handler_order):
    seen = []
    for runner in (ProcessRunner(RunnerSettings(Path("environments"))), fork):
        order = handler_order(LOOK, environment={"TZ": "Asia/Tokyo"}, python_path=("libraries", "."))
        assert runner.start(order).wait() == 0, order.console.read_text("utf-8")
        seen.append(json.loads((order.root / "seen.json").read_text("utf-8").replace(str(order.root.parent), "RUN")))
    assert seen[1] == seen[0]
    assert seen[1]["robot"] is False


def test_state_of_modules_is_each_tasks_own(fork, handler_order):
    body = "import own; own.calls.append(1); from CamundaLibrary.task import current\n"
    body += "return {'calls': len(own.calls), 'runs': len(current._runs), 'version': own.VERSION}"
    for version in (1, 2):
        order = handler_order(body, modules={"own.py": f"VERSION, calls = {version}, []\n"})
        assert fork.start(order).wait() == 0
        told = {name: each["value"] for name, each in outcome_of(order)["variables"].items()}
        assert told == {"calls": 1, "runs": 1, "version": version}


def test_a_handlers_own_module_comes_before_an_installed_one_that_the_server_has(fork, handler_order):
    order = handler_order("import logging; return {'mine': logging.MINE}", modules={"logging/__init__.py": "MINE = 1"})
    assert fork.start(order).wait() == 0
    assert outcome_of(order)["variables"]["mine"]["value"] == 1


def test_the_server_has_imported_all_of_ours_that_a_handler_needs_and_no_robot_framework(fork, handler_order):
    body = """
        import os, sys
        task.set_file("page", "work.py"); task.check_lock(); task.variables
        from CamundaLibrary import GiveBackTask, ReportFailure, ThrowBpmnError, current_task
        with open("modules", "w") as file:
            print(os.getppid(), *sys.modules, file=file)
        import atexit
        atexit.register(lambda: open("late", "w").write(" ".join(sys.modules)))
    """
    order = handler_order("import sys; open('first', 'w').write(' '.join(sys.modules))\n" + dedent(body))
    assert fork.start(order).wait() == 0
    first, late = ((order.root / name).read_text().split() for name in ("first", "late"))
    assert {name for name in set(late) - set(first) if name.startswith("CamundaLibrary")} == set()
    assert "robot" not in late
    server = psutil.Process(int((order.root / "modules").read_text().split()[0]))
    assert server.cmdline()[4] == "handler"


def test_a_handler_with_scripts_before_it_is_a_process(fork, handler_order):
    order = handler_order()
    manifest = order.manifest._replace(pre_run_scripts=(f'{sys.executable} -c \'open("before", "w")\'',))
    robot = fork.start(order._replace(manifest=manifest))
    assert not isinstance(robot, ForkedRobot)
    assert robot.wait() == 0
    assert (order.root / "before").exists()


WORKER = """
import json, sys, time
from pathlib import Path
from CamundaLibrary.bundles.manifest import Manifest, ManifestTask
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.runners import RUNNERS, Order, RunnerSettings
runner = RUNNERS["fork"](RunnerSettings(Path("environments")))
root = Path(sys.argv[1])
task = ManifestTask("Search", "search", 1, None, None, TaskOptions(), handler="work:do")
manifest = Manifest(root / "pyproject.toml", (task,), "output", (), (), ())
files = (root.parent / name for name in ("task.json", "console.txt", "tmp"))
robot = runner.start(Order(task, manifest, root, *files, {}))
(root / "pid").write_text(str(robot.pid))
time.sleep(60)
"""


def test_a_forked_handler_whose_worker_is_killed_ends_in_order(handler_order):
    order = handler_order(RUNNING)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, order.root], env=robot_environment(order))
    wait_until(lambda: (order.root / "running").exists() and (order.root / "pid").exists())
    robot = psutil.Process(int((order.root / "pid").read_text()))
    worker.kill()
    worker.wait()
    wait_until(lambda: not robot.is_running() or robot.status() == psutil.STATUS_ZOMBIE)
    assert outcome_of(order)["errorMessage"].startswith("The run was stopped")


def test_robots_and_handlers_of_a_bundle_have_a_server_each(new_fork, handler_order, robot_order):
    runner: ForkRunner = new_fork()
    orders = [handler_order(RUNNING), robot_order(RUNNING)]
    robots = [runner.start(order) for order in orders]
    wait_until(lambda: all((order.root / "running").exists() for order in orders))
    servers = [psutil.Process(robot.pid).parent() for robot in robots]
    assert servers[0] != servers[1]
    for robot in robots:
        robot.stop(timedelta(seconds=10))
    assert [robot.wait() for robot in robots] == [1, 1]
