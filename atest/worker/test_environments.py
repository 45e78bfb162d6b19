"""Tasks whose robots have environments of their own, on the real engine; the packages come from a folder of wheels."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from worker_stage import Instance, RunningWorker, wait_until

NEEDED = ("robotframework>=7.4", "robotframework-pythonlibcore>=4.4", "requests>=2.31", "urllib3>=2")
TELL_PREFIX = """
${prefix} =    Evaluate    sys.prefix    sys
CamundaLibrary.Set Task Variable    prefix    ${prefix}
"""


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheels of all that our library needs."""
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "-w", str(folder)]
    subprocess.run([*command, *NEEDED], check=True)
    return folder


@pytest.mark.parametrize("runner", ["uv", "venv"])
def test_a_task_is_done_in_the_environment_of_its_bundle(
    bundle: Callable[..., Path],
    start: Callable[..., Instance],
    start_worker: Callable[..., RunningWorker],
    wheels: Path,
    tmp_path: Path,
    runner: str,
) -> None:
    folder = bundle(TELL_PREFIX, runner=runner)
    (folder / "requirements.txt").write_text("robotframework\n", "utf-8")
    first, second = start(), start()
    start_worker(folder, wheels=wheels)
    for instance in (first, second):
        instance.await_end(90)
        assert Path(str(instance.variables["prefix"])).parent == tmp_path / "state" / "environments"
        assert "failed" not in instance.events


def test_an_environment_that_cannot_be_built_costs_no_try_and_says_what_the_builder_said(
    bundle: Callable[..., Path],
    start: Callable[..., Instance],
    start_worker: Callable[..., RunningWorker],
    wheels: Path,
) -> None:
    folder = bundle(runner="uv", retries="3")
    (folder / "requirements.txt").write_text("surely-no-such-package\n", "utf-8")
    instance = start()
    start_worker(folder, wheels=wheels)
    failure = instance.await_failure(seconds=60)
    assert failure.error_message == (
        "The environment of bundle 'comics' was not built from 'requirements.txt': 'uv pip install' failed "
        "(exit code 1)."
    )
    assert "surely-no-such-package" in instance.details
    assert instance.task.retries == 3


def test_a_worker_that_stops_does_not_wait_for_an_environment(
    bundle: Callable[..., Path],
    start: Callable[..., Instance],
    start_worker: Callable[..., RunningWorker],
    wheels: Path,
    tmp_path: Path,
) -> None:
    folder = bundle(runner="venv")
    (folder / "requirements.txt").write_text("robotframework\n", "utf-8")
    instance = start()
    worker = start_worker(folder, wheels=wheels)
    wait_until(lambda: list((tmp_path / "state" / "environments").glob("*/pyvenv.cfg")), 60)
    assert worker.stop() == 0
    assert not list((tmp_path / "state" / "environments").glob("*/camunda-robot.complete"))
    assert "failed" not in instance.events
    assert not instance.is_locked
