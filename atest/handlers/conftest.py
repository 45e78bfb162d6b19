"""Programs and handlers that run by hand against the engine."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from listener.robots import start_task

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
