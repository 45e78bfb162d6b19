"""The process runner with programs in place of robots; robots themselves are in atest/worker."""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from CamundaLibrary.bundles import open_bundle
from CamundaLibrary.errors import BundleError
from CamundaLibrary.runners import RunnerSettings
from CamundaLibrary.runners.process import ProcessRunner
from CamundaLibrary.runners.robot_command import command_line

SOON = timedelta(seconds=10)


@pytest.fixture
def start(order):
    """Starts a program and makes sure that it and what it started is gone in the end."""
    robots = []

    def start(*args, **kwargs):
        robots.append(ProcessRunner(RunnerSettings(Path("environments"))).start(order(*args, **kwargs)))
        return robots[-1]

    yield start
    for robot in robots:
        with suppress(ProcessLookupError):
            os.killpg(robot._process.pid, signal.SIGKILL)
        robot._process.wait()


def wait_for(file: Path) -> str:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text("utf-8")):
            return text
        time.sleep(0.02)
    raise AssertionError(f"{file} was not written")


def is_alive(pid: int) -> bool:
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


@pytest.mark.parametrize("code", [0, 3, 252])
def test_the_exit_code_is_told(start, code):
    assert start(f"raise SystemExit({code})").wait() == code


def test_a_signal_is_told_as_its_negative_number(start):
    assert start("import os; os.kill(os.getpid(), 9)").wait() == -9


def test_a_robot_has_session_folder_input_and_console_of_its_own(start, tmp_path):
    robot = start(
        """
        import json, os, sys
        print(json.dumps({
            "session": os.getsid(0), "pid": os.getpid(), "folder": os.getcwd(), "input": sys.stdin.read(),
            "files": sorted(os.listdir("/proc/self/fd"), key=int)[:-1],
        }))
        sys.stdout.flush()
        print("to stderr", file=sys.stderr)
        """
    )
    assert robot.wait() == 0
    told, complaint = (tmp_path / "console.txt").read_text("utf-8").splitlines()
    seen = json.loads(told)
    assert seen["session"] == seen["pid"] != os.getpid()
    assert seen["folder"] == str(tmp_path / "robot" / "comics")
    assert seen["input"] == ""
    assert seen["files"] == ["0", "1", "2"]
    assert complaint == "to stderr"


def test_a_robot_that_is_asked_to_end_may_do_so_in_order(start, tmp_path):
    robot = start(
        """
        import signal, time, sys
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
        open("ready", "w").write("yes")
        time.sleep(60)
        """
    )
    wait_for(tmp_path / "robot/comics/ready")
    threading.Thread(target=robot.stop, args=(SOON,)).start()
    assert robot.wait() == 5


def test_a_robot_that_ignores_being_asked_is_killed(start, tmp_path):
    robot = start(
        """
        import signal, time
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        open("ready", "w").write("yes")
        time.sleep(60)
        """
    )
    wait_for(tmp_path / "robot/comics/ready")
    threading.Thread(target=robot.stop, args=(timedelta(seconds=0.3),)).start()
    assert robot.wait() == -9


GRANDCHILDREN = """
    import os, subprocess, sys, time
    sleep = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]
    in_group = subprocess.Popen(sleep)
    in_session = subprocess.Popen(sleep, start_new_session=True)
    # its parent is gone at once, so that no process tree leads to it
    orphan = subprocess.run(
        [sys.executable, "-c", f"import subprocess; print(subprocess.Popen({sleep!r}, start_new_session=True, "
         "stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).pid)"], capture_output=True, text=True).stdout
    with open("pids.new", "w") as file:
        file.write(f"{in_group.pid} {in_session.pid} {orphan}")
    os.rename("pids.new", "pids")
"""


def test_stopping_ends_children_in_other_sessions_and_orphans(start, tmp_path):
    robot = start(GRANDCHILDREN + "    time.sleep(60)\n")
    pids = [int(pid) for pid in wait_for(tmp_path / "robot/comics/pids").split()]
    assert len(pids) == 3
    assert all(map(is_alive, pids))
    threading.Thread(target=robot.stop, args=(SOON,)).start()
    assert robot.wait() == -15
    assert not any(map(is_alive, pids))


def test_a_robot_that_is_killed_leaves_nothing(start, tmp_path):
    robot = start(GRANDCHILDREN + "    os.kill(os.getpid(), 9)\n")
    assert robot.wait() == -9
    pids = [int(pid) for pid in wait_for(tmp_path / "robot/comics/pids").split()]
    assert not any(map(is_alive, pids))


def test_what_a_robot_left_when_it_ended_well_ends_with_it(start, tmp_path):
    robot = start(GRANDCHILDREN)
    assert robot.wait() == 0
    pids = [int(pid) for pid in wait_for(tmp_path / "robot/comics/pids").split()]
    assert not any(map(is_alive, pids))


def test_stopping_a_robot_that_ended_returns_at_once(start):
    robot = start("")
    robot.wait()
    begun = time.monotonic()
    robot.stop(SOON)
    assert time.monotonic() - begun < 1


def test_being_stopped_twice_is_being_asked_once(start, tmp_path):
    robot = start(
        """
        import signal, time
        count = 0
        def note(*_):
            global count
            count += 1
            open("count", "w").write(str(count))
        signal.signal(signal.SIGTERM, note)
        open("ready", "w").write("yes")
        while True: time.sleep(0.1)
        """
    )
    wait_for(tmp_path / "robot/comics/ready")
    threads = [threading.Thread(target=robot.stop, args=(timedelta(seconds=wait),)) for wait in (5, 0.5)]
    for thread in threads:
        thread.start()
    assert robot.wait() == -9
    for thread in threads:
        thread.join()
    assert (tmp_path / "robot/comics/count").read_text() == "1"


def test_a_robot_task_runs_as_rcc_runs_it_but_with_the_listener(order):
    made = order(robot_task="Search comics")
    assert command_line(made, {"PATH": ""}) == [
        *(sys.executable, "-m", "CamundaLibrary.robot_process"),
        *("--listener", "CamundaListener"),
        *("--outputdir", str(made.root / "output")),
        *("--report", "NONE"),
        *("--logtitle", "Task log"),
        *("--task", "Search comics"),
        ".",
    ]


def test_a_command_gets_the_listener_for_robots_that_it_starts(start, tmp_path):
    assert start("import os; print(os.environ['ROBOT_OPTIONS'])").wait() == 0
    assert (tmp_path / "console.txt").read_text("utf-8") == "--listener CamundaListener\n"


def test_python_in_a_command_is_that_of_the_worker(start, tmp_path):
    assert start(command=("python", "-c", "import sys; print(sys.prefix)")).wait() == 0
    assert (tmp_path / "console.txt").read_text("utf-8").strip() == sys.prefix


def test_a_command_with_a_folder_is_one_of_the_bundle(order):
    made = order(command=("./run.sh", "now"))
    (made.root / "run.sh").write_text("#!/bin/sh\necho ran $1\n", "utf-8")
    (made.root / "run.sh").chmod(0o755)
    assert ProcessRunner(RunnerSettings(Path("environments"))).start(made).wait() == 0
    assert made.console.read_text("utf-8") == "ran now\n"


@pytest.mark.parametrize("program", ["no-such-program", "./missing.sh"])
def test_a_command_that_does_not_exist(order, program):
    with pytest.raises(BundleError) as caught:
        ProcessRunner(RunnerSettings(Path("environments"))).start(order(command=(program,)))
    assert str(caught.value) == f"There is no program '{program}', which task 'Search' of the manifest names."


def test_a_bundle_in_which_the_listener_cannot_be_imported_is_refused(tmp_path):
    (tmp_path / "robot.yaml").write_text("tasks: {A: {robotTaskName: A}}\nartifactsDir: output\n", "utf-8")
    bundle = open_bundle(tmp_path, tmp_path)
    ProcessRunner(RunnerSettings(Path("environments"))).check(bundle, {})
    (tmp_path / "CamundaListener.py").write_text("import no_such_module", "utf-8")
    with pytest.raises(BundleError) as caught:
        ProcessRunner(RunnerSettings(Path("environments"))).check(bundle, {})
    assert str(caught.value) == (
        f"Robots of bundle '{tmp_path}' cannot be run: importing robot and CamundaListener with '{sys.executable}' "
        "failed: ModuleNotFoundError: No module named 'no_such_module'."
    )
