"""Robots that break in every way that processes do, for real: memory, signals, exits, floods."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from scripts_stage import write_scripts
from worker_stage import Instance, RunningWorker, model, wait_until

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.worker.runs import run
from CamundaLibrary.worker.state.run_folder import CONSOLE_LIMIT

Bundle = Callable[..., Path]
Start = Callable[..., Instance]
StartWorker = Callable[..., RunningWorker]
StartCommand = Callable[..., "subprocess.Popen[str]"]
RUNNERS = pytest.mark.parametrize("runner", ["fork", "process"])
MB = 1_000_000
BREAKING = '''
"""Ways to break."""

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

hoard = []


def limit_memory(megabytes):
    """To what there is now and so much more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + int(megabytes) * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def ask_for_too_much():
    return bytearray(10**9)


def hoard_memory():
    """Takes all there is, in smaller and smaller pieces, and keeps it."""
    for size in (10**7, 10**5, 10**3):
        try:
            while True:
                hoard.append(bytearray(size))
        except MemoryError:
            pass
    raise MemoryError("There is no more.")


def grow(path):
    """Takes more and more memory until somebody ends it."""
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    write(path, f"{os.getpid()} {child.pid}")
    while True:
        hoard.append(os.urandom(10**6))
        time.sleep(0.005)


def run_deaf(path):
    """Never ends, whatever it is told, nor does its child."""
    child = subprocess.Popen(["sh", "-c", "trap '' TERM INT HUP; sleep 60 & wait; sleep 60"], start_new_session=True)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    write(path, f"{os.getpid()} {child.pid}")
    while True:
        try:
            sum(range(1000))
        except BaseException:
            pass


def flood_console(megabytes):
    """As a program does that the robot starts: Robot Framework does not see it."""
    subprocess.run(f"yes {'x' * 99} | head -c {megabytes}000000", shell=True, stdout=1)


def flood_log(megabytes):
    for _ in range(int(megabytes)):
        print("x" * 999_999)


def leave(code):
    os._exit(int(code))


def write(path, text):
    Path(f"{path}.new").write_text(text)
    os.replace(f"{path}.new", path)
'''


@pytest.fixture
def breaking(bundle: Bundle) -> Bundle:
    """Makes a bundle whose robot can break in the ways above."""

    def breaking(body: str, **options: str) -> Path:
        folder = bundle(f"Import Library    ${{EXECDIR}}/breaking.py\n{body}", **options)
        (folder / "breaking.py").write_text(BREAKING, "utf-8")
        return folder

    return breaking


def read_pids(path: Path) -> list[psutil.Process]:
    """Returns the processes that a robot wrote down."""
    wait_until(path.exists)
    return [psutil.Process(int(pid)) for pid in path.read_text().split()]


def are_gone(processes: list[psutil.Process], seconds: float = 5) -> bool:
    return psutil.wait_procs(processes, seconds)[1] == []


class TestMemory:
    @RUNNERS
    def test_a_robot_that_asks_for_more_than_there_is_fails(
        self, breaking: Bundle, start: Start, start_worker: StartWorker, runner: str
    ) -> None:
        instance = start()
        start_worker(breaking("Limit Memory    300\nAsk For Too Much", runner=runner))
        assert instance.await_failure().error_message == "The robot ran out of memory."
        assert instance.task.retries == 2
        assert "MemoryError" in instance.details

    @RUNNERS
    def test_a_robot_that_has_used_up_its_memory_fails_too(
        self, breaking: Bundle, start: Start, start_worker: StartWorker, runner: str
    ) -> None:
        instance = start()
        start_worker(breaking("Limit Memory    100\nHoard Memory", runner=runner))
        assert instance.await_failure().error_message == "The robot ran out of memory."
        assert instance.task.retries == 2
        assert "MemoryError" in instance.details

    @RUNNERS
    def test_a_robot_that_the_system_ends_for_its_memory_fails_and_takes_what_it_started_along(
        self, breaking: Bundle, start: Start, start_worker: StartWorker, tmp_path: Path, runner: str
    ) -> None:
        """The kernel kills the process, which never learns of it, and not what it started."""
        instance = start()
        start_worker(breaking("Grow    ${OUT}/pids", runner=runner))
        robot, child = read_pids(tmp_path / "pids")
        wait_until(lambda: robot.memory_info().rss > 200 * MB)
        robot.kill()
        said = instance.await_failure().error_message
        assert said == "The robot was killed by signal 9 (SIGKILL), as systems do when memory runs out."
        assert instance.task.retries == 2
        assert are_gone([robot, child])


class TestExits:
    @RUNNERS
    @pytest.mark.parametrize("code", [0, 3])
    def test_a_robot_that_leaves_by_os_exit_is_a_failure_even_after_complete_task(
        self, breaking: Bundle, start: Start, start_worker: StartWorker, runner: str, code: int
    ) -> None:
        instance = start()
        start_worker(breaking(f"Complete Task\nLeave    {code}", runner=runner))
        said = instance.await_failure().error_message
        assert said == f"The robot ended without an outcome (exit code {code})."
        assert instance.task.retries == 2

    @RUNNERS
    def test_a_robot_that_does_not_listen_is_killed_after_its_time_limit_with_its_children(
        self,
        breaking: Bundle,
        start: Start,
        start_worker: StartWorker,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        runner: str,
    ) -> None:
        monkeypatch.setattr(run, "PATIENCE", timedelta(seconds=0.5))
        instance = start()
        start_worker(breaking("Run Deaf    ${OUT}/pids", runner=runner, timeout="2s"))
        left = read_pids(tmp_path / "pids")
        left += left[1].children(recursive=True)
        failed = instance.await_failure()
        assert failed.error_message == "The robot was stopped after its time limit of 2 seconds."
        assert instance.task.retries == 2
        assert are_gone(left)


def test_a_fork_server_that_is_killed_costs_its_robots_no_try_and_they_run_again(
    breaking: Bundle, start: Start, start_worker: StartWorker, tmp_path: Path
) -> None:
    body = """
    ${child}=    Evaluate    subprocess.Popen(['sleep', '60'], start_new_session=True).pid    subprocess
    ${task}=    Get Task
    ${is_first}=    Evaluate    not os.path.exists($OUT + '/' + $task.id)
    Write    ${OUT}/${task.id}    ${{os.getpid()}} ${child}
    IF    ${is_first}    Sleep    60s
    """
    instances = [start(), start()]
    ids = [instance.task.id for instance in instances]
    start_worker(breaking(body, runner="fork"), slots=2)
    left = [process for name in ids for process in read_pids(tmp_path / name)]
    server = left[0].parent()
    assert server == left[2].parent()
    server.kill()
    for instance in instances:
        assert instance.await_failure().error_message == "The fork server was killed by signal 9."
        instance.await_end()
        assert [entry.retries for entry in instance.log if entry.event == "succeeded"] == [3]
    assert are_gone([server, *left])


def test_an_environment_that_cannot_be_built_does_not_hold_up_another_bundle(
    bundle: Bundle,
    start: Start,
    start_command: StartCommand,
    engine: Engine,
    unique: Callable[[str], str],
    deploy: Callable[..., str],
    tmp_path: Path,
) -> None:
    other = unique("other")
    deploy(model(other))
    (tmp_path / "wheels").mkdir()
    folder = bundle(runner="uv", retries="3")
    (folder / "requirements.txt").write_text("surely-no-such-package\n", "utf-8")
    hopeless = start()
    waiting = [Instance(engine, engine.processes.start(other).id) for _ in range(3)]
    scripts = write_scripts(tmp_path / "scripts", {other: "true"})
    start_command(folder, scripts, "--wheels", tmp_path / "wheels", "--slots", "1")
    for instance in waiting:
        instance.await_end(60)
        assert instance.ends == ["done"]
    assert hopeless.await_failure(seconds=60).error_message == (
        "The environment of bundle 'comics' was not built from 'requirements.txt': 'uv pip install' failed "
        "(exit code 1)."
    )
    assert hopeless.task.retries == 3


@pytest.mark.parametrize(
    ("way", "runner"), [("Flood Console", "fork"), ("Flood Console", "process"), ("Flood Log", "fork")]
)
def test_two_hundred_megabytes_of_output_change_nothing(
    breaking: Bundle, start: Start, start_command: StartCommand, tmp_path: Path, runner: str, way: str
) -> None:
    instance = start()
    folder = breaking(f"{way}    200\nFail    Page is gone.", runner=runner, retryTimeout="1h")
    worker = start_command(folder, "--slots", "1")
    assert instance.await_failure(seconds=40).error_message == "Do it: Page is gone."
    assert instance.task.retries == 2
    assert len(instance.details) < 20_000
    assert len(instance.file("log")) < 20 * MB
    (run,) = (tmp_path / "state/worker-1/runs").iterdir()
    wait_until(lambda: not (run / "robot").exists())
    assert (run / "console.txt").stat().st_size < CONSOLE_LIMIT + 100
    assert memory_peak(worker.pid) < 120 * MB


def memory_peak(pid: int) -> int:
    """Returns the most bytes that a process has held."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024
