"""Orders for stand-ins: programs in place of robots, where only the process matters; and for robots that run code."""

import itertools
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest

from CamundaLibrary.bundles.manifest import Manifest, ManifestTask
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.runners import Order, RunnerSettings
from CamundaLibrary.runners.fork import ForkRunner

ROBOT = """*** Settings ***
Library    Code

*** Tasks ***
Search
    Run
"""
COVERAGE = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}


@pytest.fixture
def order(tmp_path: Path) -> Callable[..., Order]:
    """Makes an order for a Python program of the given lines, or for `command`, or for `robot_task`."""

    def make(
        program: str = "",
        *,
        command: tuple[str, ...] | None = None,
        robot_task: str | None = None,
        environment: dict[str, str] | None = None,
        path: tuple[str, ...] = (),
        python_path: tuple[str, ...] = (),
    ) -> Order:
        root, temporary = tmp_path / "robot" / "comics", tmp_path / "tmp"
        (root / "output").mkdir(parents=True)
        temporary.mkdir()
        (root / "program.py").write_text(dedent(program), "utf-8")
        if robot_task is None:
            command = command or (sys.executable, "program.py")
        task = ManifestTask("Search", "search", 1, robot_task, command, TaskOptions())
        manifest = Manifest(root / "robot.yaml", (task,), "output", path, python_path, ())
        return Order(
            task, manifest, root, tmp_path / "task.json", tmp_path / "console.txt", temporary, environment or {}
        )

    return make


@pytest.fixture
def robot_order(tmp_path: Path) -> Callable[..., Order]:
    """Makes orders for a robot whose library runs the given lines of Python, or for the text of a `robot`.

    `modules` are further files of the bundle.
    """
    numbers = itertools.count(1)

    def make(
        program: str = "pass",
        *,
        robot: str = ROBOT,
        robot_task: str = "Search",
        environment: dict[str, str] | None = None,
        python_path: tuple[str, ...] = (),
        python: str | None = None,
        modules: dict[str, str] | None = None,
    ) -> Order:
        run = tmp_path / f"run-{next(numbers)}"
        root, temporary = run / "comics", run / "tmp"
        (root / "output").mkdir(parents=True)
        temporary.mkdir()
        (run / "task.json").write_text(json.dumps({"version": 1, "task": {"id": "a1", "topic": "search"}}), "utf-8")
        code = f"def run():\n{indent(dedent(program), '    ')}\n"
        for name, text in {"search.robot": robot, "Code.py": code, **(modules or {})}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(dedent(text), "utf-8")
        task = ManifestTask("Search", "search", 1, robot_task, None, TaskOptions())
        manifest = Manifest(root / "robot.yaml", (task,), "output", (), python_path, ())
        console = run / "console.txt"
        given = {**COVERAGE, **(environment or {})}
        return Order(task, manifest, root, run / "task.json", console, temporary, given, python=python)

    return make


@pytest.fixture(scope="session")
def fork(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkRunner]:
    """A fork runner that many tests use, as many robots do."""
    runner = ForkRunner(RunnerSettings(tmp_path_factory.mktemp("environments")))
    yield runner
    runner.close()


@pytest.fixture
def new_fork(tmp_path: Path) -> Iterator[Callable[..., ForkRunner]]:
    """Makes fork runners whose servers are the test's own."""
    runners: list[ForkRunner] = []

    def make(**arguments: object) -> ForkRunner:
        runners.append(ForkRunner(RunnerSettings(tmp_path / "environments"), **arguments))
        return runners[-1]

    yield make
    for runner in runners:
        runner.close()
