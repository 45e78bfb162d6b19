"""Programs and handlers against the engine, by hand and in workers."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from listener.robots import start_task

sys.path.insert(0, str(Path(__file__).parents[1] / "worker"))

from worker_stage import Instance, model

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.variables import encode_all

__all__ = ["start_python", "start_task"]


@pytest.fixture
def start_python(tmp_path: Path, engine_url: str) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts Python with the given arguments, beside a module `work` of the given code; settings by name."""

    def start(code: str, *arguments: str, url: str = engine_url, **settings: str) -> "subprocess.Popen[str]":
        (tmp_path / "work.py").write_text(dedent(code), "utf-8")
        named = {f"CAMUNDA_{name.upper()}": value for name, value in settings.items()}
        return subprocess.Popen(
            [sys.executable, *arguments],
            env={**os.environ, "CAMUNDA_API_BASE_URL": url, **named},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    return start


@pytest.fixture
def topic(unique: Callable[[str], str], deploy: Callable[..., str]) -> str:
    """A topic, which is also the key of a process with one task of it."""
    key = unique("function")
    deploy(model(key))
    return key


@pytest.fixture
def start(engine: Engine, topic: str) -> Callable[..., Instance]:
    """Starts an instance with the given variables."""

    def start(**variables: object) -> Instance:
        return Instance(engine, engine.processes.start(topic, business_key="A-17", variables=encode_all(variables)).id)

    return start


@pytest.fixture
def runs_left(tmp_path: Path) -> Callable[[], list[Path]]:
    """Returns the folders of runs that the worker, whose state is in `state`, still has."""
    return lambda: list((tmp_path / "state" / "worker-1" / "runs").iterdir())
