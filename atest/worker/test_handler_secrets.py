"""Secrets reach a Python handler through its task and by no other way, and nothing of them stays."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from worker_stage import Instance, RunningWorker

from CamundaLibrary.secrets import ConfiguredSecret
from CamundaLibrary.secrets.environment import EnvironmentSource
from CamundaLibrary.secrets.files import FileSource
from CamundaLibrary.settings import Settings
from CamundaLibrary.worker import Worker
from CamundaLibrary.worker.configuration import Configuration, EngineOptions, WorkerOptions
from CamundaLibrary.worker.fetching import fetcher

COVERAGE = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "COVERAGE_FILE")
PASSWORD, TOKEN = "hunter2-of-the-shop", "eyJhbGciOiJIUzI1NiJ9.token-of-the-shop"
WORK = """
import json
import os
import sys
import urllib.parse
from pathlib import Path


def use(task):
    parents = [Path(f"/proc/{pid}/cmdline").read_text() for pid in (os.getpid(), os.getppid())]
    seen = {
        "environment": dict(os.environ),
        "arguments": [sys.argv, *parents],
        "is file there": os.path.exists(os.environ.get("CAMUNDA_SECRETS_FILE", "")),
    }
    shop = task.secrets["shop"]
    return {
        "seen": seen,
        "user": shop["username"],
        "sums": [sum(shop["password"].encode()), sum(task.secrets["token"].encode())],
    }


def leak(task):
    password, token = task.secrets["shop"]["password"], task.secrets["token"]
    print(password, token, urllib.parse.quote(token))
    print(repr(task.secrets), file=sys.stderr)
    Path("output/result.txt").write_text(f"Logged in with {password}.")
    Path("output/result.json").write_text(json.dumps({"token": token}))
    raise RuntimeError(f"Logging in with {password} and {token} failed.")


def ask_for_more(task):
    return {"other": task.secrets["other"]}
"""


@pytest.fixture
def start_handler(
    topic: str, engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], None]]:
    """Starts a worker with that function as the topic's handler, which is given two secrets out of three."""
    monkeypatch.setattr(fetcher, "POLL", timedelta(seconds=0.2))
    monkeypatch.setenv("SHOP_USER", "robot-4711")
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    (tmp_path / "token").write_text(TOKEN)
    shop = EnvironmentSource({"username": "SHOP_USER", "password": "SHOP_PASSWORD"})
    secrets = {
        "shop": ConfiguredSecret(shop, topics=[topic]),
        "token": ConfiguredSecret(FileSource(tmp_path / "token"), topics=[topic]),
        "other": ConfiguredSecret(FileSource(tmp_path / "token"), bundles=["another"]),
    }
    folder = tmp_path / "comics"
    folder.mkdir()
    (folder / "work.py").write_text(WORK, "utf-8")
    workers: list[RunningWorker] = []

    def start_handler(function: str) -> None:
        options = {
            "handler": f"work:{function}",
            "secrets": ["shop", "token"],
            "keep": ["output/*.txt", "output/*.json"],
            "retries": 1,
        }
        lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in options.items())
        (folder / "pyproject.toml").write_text(f'[tool.camunda-robot.topics."{topic}"]\n{lines}', "utf-8")
        told = WorkerOptions(slots=1, grace=timedelta(), state=tmp_path / "state", pass_environment=COVERAGE)
        engine = EngineOptions(settings=Settings(base_url=engine_url))
        workers.append(RunningWorker(Worker.of(Configuration((folder,), (engine,), told, secrets=secrets))))

    yield start_handler
    for worker in workers:
        worker.stop()


def has_secret(text: str) -> bool:
    return PASSWORD in text or TOKEN in text


def test_a_handler_gets_its_secrets_through_its_task_and_they_are_nowhere_else(
    start: Callable[..., Instance], start_handler: Callable[[str], None]
) -> None:
    instance = start()
    start_handler("use")
    variables = instance.await_end().variables
    assert variables["user"] == "robot-4711"
    assert variables["sums"] == [sum(PASSWORD.encode()), sum(TOKEN.encode())]
    seen = variables["seen"]
    assert not has_secret(json.dumps(seen))
    assert seen["is file there"] is False  # type: ignore[index]


def test_a_handler_that_shows_its_secrets_leaves_none_in_failure_console_and_files(
    start: Callable[..., Instance],
    start_handler: Callable[[str], None],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    instance = start()
    start_handler("leak")
    failure = instance.await_failure()
    assert failure.error_message == "RuntimeError: Logging in with <secret> and <secret> failed."
    assert "work.py" in instance.details
    assert "<secret> <secret>" in instance.details
    kept = {name: instance.file(name).decode() for name in ("result.txt", "result.json")}
    assert kept == {"result.txt": "Logged in with <secret>.", "result.json": '{"token": "<secret>"}'}
    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file() and not path.is_symlink()]
    assert "console.txt" in {path.name for path in files}
    assert [path for path in files if has_secret(path.read_bytes().decode("utf-8", "replace"))] == []
    assert not has_secret(instance.details + caplog.text)


def test_a_handler_does_not_get_a_secret_that_it_did_not_ask_for(
    start: Callable[..., Instance], start_handler: Callable[[str], None]
) -> None:
    instance = start()
    start_handler("ask_for_more")
    assert instance.await_failure().error_message == "KeyError: 'other'"
