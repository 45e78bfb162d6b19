"""Orders for stand-ins: programs in place of robots, where only the process matters."""

import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from CamundaLibrary.bundles.manifest import Manifest, ManifestTask
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.runners import Order


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
