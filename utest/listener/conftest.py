"""Runs of robots beside a task file: no engine, and most in this process, since that takes a tenth of the time."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

import pytest
import robot
from robot.api import ExecutionResult

TASK = {"version": 1, "task": {"id": "a1b2", "topic": "Search comics"}, "variables": {"query": "robots"}}


class Run(NamedTuple):
    """What a run left: exit code, console, the outcome file (None: there is none), and Robot's result."""

    rc: int
    out: str
    err: str
    outcome: dict | None
    folder: Path

    @property
    def suite(self):
        return ExecutionResult(str(self.folder / "output" / "output.xml")).suite

    @property
    def tasks(self):
        """Status and message of every robot task."""
        return {task.name: (task.status, task.message) for task in self.suite.all_tests}

    @property
    def log(self):
        return (self.folder / "output" / "log.html").read_text("utf-8")


class Robots:
    """Writes robots and runs them. `robots` is the text of one file, or several by their names."""

    def __init__(self, folder, capfd, monkeypatch):
        self.folder = folder
        self._capfd = capfd
        self._monkeypatch = monkeypatch

    def run(self, robots, *options, listener="CamundaListener", task=TASK, environment=None, in_process=True, main="."):
        """Runs them with `task` as task file; None: there is none. The listener is None, one, or several."""
        self._write(robots)
        variables = {} if task is None else {"CAMUNDA_TASK_FILE": str(self._write_task(task))}
        variables.update(environment or {})
        listeners = [listener] if isinstance(listener, str) else listener or []
        arguments = ["--rpa", "--outputdir", str(self.folder / "output")]
        arguments += [part for each in listeners for part in ("--listener", each)]
        arguments += [*options, str(self.folder / "robots" / main)]
        rc, out, err = (self._run_here if in_process else self._run_apart)(arguments, variables)
        return Run(rc, out, err, self._read_outcome(), self.folder)

    def _write(self, robots):
        files = {"robot.robot": robots} if isinstance(robots, str) else robots
        for name, text in files.items():
            path = self.folder / "robots" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), "utf-8")

    def _write_task(self, task):
        path = self.folder / "task.json"
        path.write_text(task if isinstance(task, str) else json.dumps(task), "utf-8")
        return path

    def _read_outcome(self):
        path = self.folder / "task.outcome.json"
        return json.loads(path.read_text("utf-8")) if path.is_file() else None

    def _run_here(self, arguments, variables):
        self._capfd.readouterr()
        with self._monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            rc = robot.run_cli(arguments, exit=False)
        return rc, *self._capfd.readouterr()

    def _run_apart(self, arguments, variables):
        result = subprocess.run(
            [sys.executable, "-m", "robot", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, **variables},
            cwd=self.folder,
            timeout=60,
        )
        return result.returncode, result.stdout, result.stderr


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in [name for name in os.environ if name.startswith(("CAMUNDA_", "ROBOT_"))]:
        monkeypatch.delenv(name)


@pytest.fixture
def robots(tmp_path, capfd, monkeypatch):
    return Robots(tmp_path, capfd, monkeypatch)
