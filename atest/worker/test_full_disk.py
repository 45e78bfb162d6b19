"""A disk that is full at the worst moments: tasks cost no try, nothing is done twice, and all goes on with room again.

Where the machine lets nobody mount a small disk, it is a limit of file sizes alone that makes the writes fail.
"""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from full_disk_stage import Disk, kinds_of_disks
from worker_stage import Instance, wait_until

from CamundaLibrary.worker.state.entry import OPEN
from CamundaLibrary.worker.state.spool import Spool

Bundle = Callable[..., Path]
Start = Callable[..., Instance]
Worker = "subprocess.Popen[str]"
KINDS = kinds_of_disks()
RUN = """
    ${task}=    Get Task
    Append To File    ${OUT}/runs    ${task.idempotency_key}\\n
    """
WAIT_FOR_GO = f"""{RUN}
    Create File    ${{OUT}}/started
    Wait Until Created    ${{OUT}}/go    timeout=30s
    """
HOOK = "touch {0}/ended; while [ ! -e {0}/go ]; do sleep 0.05; done"


@pytest.fixture(params=KINDS)
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """Where the state folder is."""
    (tmp_path / "disk").mkdir()
    with KINDS[request.param](tmp_path / "disk") as disk:
        yield disk


@pytest.fixture
def start_on(disk: Disk, start_command: Callable[..., Worker], tmp_path: Path) -> Callable[..., Worker]:
    """Starts a worker with that state folder and one slot; returns when it is connected."""

    def start_on(folder: Path, *options: object) -> Worker:
        state = str(tmp_path / "disk/state")
        worker = start_command(folder, "--slots", "1", *options, poll=timedelta(seconds=0.5), CAMUNDA_ROBOT_STATE=state)
        while "Connected with engine" not in (line := worker.stderr.readline()):
            assert line, "The worker ended."
        return worker

    return start_on


@pytest.fixture
def runs(tmp_path: Path) -> Callable[[], list[str]]:
    """The idempotency keys of all runs so far."""
    return lambda: (tmp_path / "runs").read_text().split() if (tmp_path / "runs").exists() else []


def end(worker: "subprocess.Popen[str]") -> None:
    """Stops a worker that lived through it all."""
    assert worker.poll() is None
    worker.terminate()
    said = worker.stderr.read()
    assert worker.wait(30) == 0, said
    assert "Traceback" not in said


def open_entries(state: Path) -> list[object]:
    with closing(Spool(state)) as spool:
        return [entry for entry in spool.entries() if entry.phase in OPEN]


def test_a_task_that_is_taken_while_it_is_full_costs_no_try_and_runs_when_there_is_room(
    bundle: Bundle,
    start: Start,
    start_on: Callable[..., Worker],
    disk: Disk,
    runs: Callable[[], list[str]],
    tmp_path: Path,
) -> None:
    worker = start_on(bundle(RUN, retryTimeout="500ms"))
    disk.fill(worker.pid)
    instance = start()
    failed = [instance.await_failure(count) for count in (1, 2)]
    spool = tmp_path / "disk/state/worker-1/spool.db"
    said = f"Preparing the run failed: The spool '{spool}' cannot be written: {disk.problem}."
    assert [each.error_message for each in failed] == [said, said]
    assert (instance.task.retries, runs()) == (3, [])
    disk.make_room(worker.pid)
    instance.await_end()
    assert len(runs()) == 1
    assert [entry.retries for entry in instance.log if entry.event == "succeeded"] == [3]
    end(worker)


def test_a_robot_that_cannot_write_its_outcome_costs_no_try_and_says_why(
    bundle: Bundle,
    start: Start,
    start_on: Callable[..., Worker],
    disk: Disk,
    runs: Callable[[], list[str]],
    tmp_path: Path,
) -> None:
    instance = start()
    worker = start_on(bundle(f"{WAIT_FOR_GO}\nLog    ${{{{'much' * 500000}}}}", retryTimeout="500ms"))
    wait_until((tmp_path / "started").exists)
    disk.fill(worker.pid)
    (tmp_path / "go").touch()
    failed = instance.await_failure()
    assert failed.error_message == "The disk of the worker is full: what the robot had to say is not known."
    instance.await_failure(2)
    assert instance.task.retries == 3
    assert len(runs()) == 1
    disk.make_room(worker.pid)
    instance.await_end()
    assert len(runs()) == 2  # nobody knows that the first one did it
    end(worker)


@pytest.mark.parametrize(("last", "event"), [("No Operation", "succeeded"), ("Fail    Page is gone.", "failed")])
def test_a_result_that_cannot_be_spooled_is_reported_once_also_if_the_worker_is_killed_then(
    bundle: Bundle,
    start: Start,
    start_on: Callable[..., Worker],
    disk: Disk,
    runs: Callable[[], list[str]],
    tmp_path: Path,
    last: str,
    event: str,
) -> None:
    configuration = tmp_path / "camunda-robot.toml"
    configuration.write_text(f"[hooks]\nafter_robot = ['sh', '-c', '{HOOK.format(tmp_path)}']\n", "utf-8")
    instance = start()
    folder = bundle(f"{RUN}\n{last}", retryTimeout="1h")
    worker = start_on(folder, "--config", configuration)
    wait_until((tmp_path / "ended").exists)
    disk.fill(worker.pid)
    (tmp_path / "go").touch()
    wait_until(lambda: event in instance.events)
    wait_until(lambda: not list((tmp_path / "disk/state/worker-1/runs").glob("*/robot")))
    disk.make_room(worker.pid)
    worker.kill()
    said = worker.stderr.read()
    assert f"cannot be written: {disk.problem}." in said
    assert "Traceback" not in said
    second = start_on(folder, "--config", configuration)
    wait_until(lambda: not open_entries(tmp_path / "disk/state/worker-1"))
    end(second)
    assert len(runs()) == 1
    assert sorted(instance.events) == sorted(["created", event])
