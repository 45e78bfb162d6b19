"""Workers on the real engine, in threads of the test or as commands, and processes whose one task robots do."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from textwrap import dedent, indent

import pytest

import CamundaLibrary
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.settings import Settings
from CamundaLibrary.variables import TypedValue, encode_all
from CamundaLibrary.worker import Worker
from CamundaLibrary.worker.fetching import fetcher

sys.path.insert(0, str(Path(__file__).parent))  # as in atest/conftest.py

from worker_stage import Instance, RunningWorker, model

COVERAGE = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "COVERAGE_FILE")
SHORT_POLL = timedelta(seconds=0.2)


@pytest.fixture
def topic(unique: Callable[[str], str], deploy: Callable[..., str]) -> str:
    """A topic, which is also the key of a process with one task of it."""
    key = unique("work")
    deploy(model(key))
    return key


@pytest.fixture
def start(engine: Engine, topic: str) -> Callable[..., Instance]:
    """Starts an instance with the given variables."""

    def start(variables: Mapping[str, object] | None = None, **typed: TypedValue) -> Instance:
        values = {**encode_all(variables or {}), **typed}
        return Instance(engine, engine.processes.start(topic, business_key="A-17", variables=values).id)

    return start


@pytest.fixture
def bundle(tmp_path: Path, topic: str) -> Callable[..., Path]:
    """Makes a bundle whose robot task `Do it` has the given lines; `options` stand under `camunda`."""

    def bundle(body: str = "No Operation", form: str = "robotTaskName: Do it", **options: str) -> Path:
        folder = tmp_path / "comics"
        folder.mkdir(exist_ok=True)
        lines = "".join(f"      {key}: {value}\n" for key, value in {"topic": topic, **options}.items())
        (folder / "robot.yaml").write_text(
            f"tasks:\n  Task:\n    {form}\n    camunda:\n{lines}artifactsDir: output\n", "utf-8"
        )
        robot = indent(dedent(body).strip(), "    ")
        (folder / "tasks.robot").write_text(
            f"*** Settings ***\nLibrary    CamundaLibrary\nLibrary    OperatingSystem\n\n"
            f"*** Variables ***\n${{OUT}}    {tmp_path}\n\n*** Tasks ***\nDo it\n{robot}\n",
            "utf-8",
        )
        return folder

    return bundle


@pytest.fixture
def make_worker(engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Worker]:
    """Makes a worker with short polls, one slot and no time for robots to finish, unless said otherwise."""
    monkeypatch.setattr(fetcher, "POLL", SHORT_POLL)

    def make_worker(bundle: Path, url: str = engine_url, settings: Settings | None = None, **options: object) -> Worker:
        return Worker(
            CamundaLibrary.connect(url),
            [bundle],
            settings,
            state=tmp_path / "state",
            pass_environment=COVERAGE,
            **{"slots": 1, "grace": timedelta(), **options},  # type: ignore[arg-type]
        )

    return make_worker


@pytest.fixture
def start_worker(make_worker: Callable[..., Worker]) -> Iterator[Callable[..., RunningWorker]]:
    """Starts such a worker in a thread; all are stopped after the test."""
    workers: list[RunningWorker] = []

    def start_worker(*arguments: object, **options: object) -> RunningWorker:
        workers.append(RunningWorker(make_worker(*arguments, **options)))
        return workers[-1]

    yield start_worker
    for worker in workers:
        worker.stop()


@pytest.fixture
def start_command(engine_url: str, tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[str]"]]:
    """Starts `camunda-robot worker` as a user would; `poll` shortens its polls. What runs after the test is killed."""
    processes: list[subprocess.Popen[str]] = []

    def start_command(
        *arguments: "str | Path", poll: timedelta | None = None, **environment: str
    ) -> "subprocess.Popen[str]":
        given = {
            "CAMUNDA_API_BASE_URL": engine_url,
            "CAMUNDA_ROBOT_STATE": str(tmp_path / "state"),
            "CAMUNDA_ROBOT_PASS_ENVIRONMENT": " ".join(COVERAGE),
        }
        code = "from CamundaLibrary.cli import main; main()"
        if poll:
            shorter = f"fetcher.POLL = fetcher.timedelta(seconds={poll.total_seconds()})"
            code = f"from CamundaLibrary.worker.fetching import fetcher; {shorter}; {code}"
        processes.append(
            subprocess.Popen(
                [sys.executable, "-c", code, "worker", *map(str, arguments)],
                env={**os.environ, **given, **environment},
                stderr=subprocess.PIPE,
                text=True,
                encoding="utf-8",
            )
        )
        return processes[-1]

    yield start_command
    for process in processes:
        process.kill()
        process.communicate()
