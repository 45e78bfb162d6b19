"""The fork runner: forks robots of a process that has imported what they need."""

import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.bundles.records import Manifest, ManifestTask
from CamundaLibrary.runners.contract import Order, RunnerSettings, RunningRobot
from CamundaLibrary.runners.declared_libraries import declared_libraries
from CamundaLibrary.runners.environment import machine_environment
from CamundaLibrary.runners.fork_server import ServerKind
from CamundaLibrary.runners.imported_modules import imported_modules
from CamundaLibrary.runners.process import ProcessRunner
from CamundaLibrary.runners.scripts import has_scripts
from CamundaLibrary.runners.server_keeper import RUNS, ServerKeeper

Variables = tuple[tuple[str, str], ...]
"""Names and values."""
Names = tuple[str, ...]

_MANY = 8  # servers at once
_OF_EACH_RUN = ("CAMUNDA_", "ROBOT_", "PYTHONPATH", "PATH", "TMPDIR", "TEMP", "TMP")


class ForkRunner:
    """Starts robots and handlers in forks of fork servers, and commands in processes.

    There is a server for every interpreter, environment and set of imports; handlers have servers of their own, as
    they need no Robot Framework. `runs` is how many robots it starts before another one takes its place.
    `Order.environment` has to be the same for all runs of a bundle.
    """

    def __init__(self, settings: RunnerSettings, *, python: str | None = None, runs: int = RUNS) -> None:
        self._process = ProcessRunner(settings, python=python)
        self._python = python or sys.executable
        self._runs = runs
        self._guard = threading.Lock()
        self._keepers: dict[ServerKind, ServerKeeper] = {}
        self._imports: dict[tuple[str, Path], tuple[Names, Names]] = {}
        self._environments: dict[Variables, Variables] = {}

    @staticmethod
    def obstacle() -> str | None:
        if sys.platform != "linux":
            return "It needs Linux."
        if not Path(f"/proc/self/task/{os.getpid()}/children").exists() or not hasattr(os, "pidfd_open"):
            return "It needs Linux 5.3 or newer, with lists of children in /proc."
        return None

    def check(self, bundle: Bundle, environment: Mapping[str, str]) -> None:
        """Also starts the servers, so that the first robot need not wait for one."""
        self._process.check(bundle, environment)
        if not self.obstacle():
            for program in {program for task in bundle.manifest.tasks if (program := _program_of(task))}:
                self._keeper(program, self._python, bundle.manifest, environment).provide()

    def start(self, order: Order) -> RunningRobot:
        program, robot = _program_of(order.task), None
        if program and not self.obstacle() and not has_scripts(order.manifest):
            python = order.python or self._python
            robot = self._keeper(program, python, order.manifest, order.environment).start(order)
        return robot or self._process.start(order)

    def close(self) -> None:
        with self._guard:
            keepers = list(self._keepers.values())
            self._keepers.clear()
        for keeper in keepers:
            keeper.close()

    def _keeper(self, program: str, python: str, manifest: Manifest, environment: Mapping[str, str]) -> ServerKeeper:
        """Returns the keeper for robots of that bundle; the one that was unused longest has to make room."""
        with self._guard:
            if (program, manifest.file) not in self._imports:
                self._imports[program, manifest.file] = _imports_of(manifest, program)
            kind = ServerKind(program, python, *self._imports[program, manifest.file], self._common(environment))
            if kind not in self._keepers and len(self._keepers) >= _MANY:
                kind = kind._replace(modules=())  # many bundles rather share one than make room for each other
            keeper = self._keepers.pop(kind, None) or ServerKeeper(kind, self._runs)
            self._keepers[kind] = keeper
            while len(self._keepers) > _MANY:
                self._keepers.pop(next(iter(self._keepers))).retire()
            return keeper

    def _common(self, environment: Mapping[str, str]) -> Variables:
        """Finds that out once for every environment: the worker's own does not change."""
        given = tuple(environment.items())
        if given not in self._environments:
            self._environments[given] = _common(environment)
        return self._environments[given]


def _program_of(task: ManifestTask) -> str | None:
    """Returns what forks have to run for it, None where only a process will do."""
    if task.handler:
        return "handler"
    return "robot" if task.is_robot else None


def _imports_of(manifest: Manifest, program: str) -> tuple[Names, Names]:
    """Returns the libraries of its robots, and which other modules its code imports."""
    folder = manifest.file.parent
    if program == "robot":
        declared = declared_libraries(folder)
        return declared.by_name, imported_modules(folder, (*declared.by_name, *declared.by_path))
    return (), imported_modules(folder, [task.handler.partition(":")[0] for task in manifest.tasks if task.handler])


def _common(environment: Mapping[str, str]) -> Variables:
    """Returns what Python and libraries may see of a robot's environment when they are loaded."""
    given = {**machine_environment(), **environment, "PYTHONIOENCODING": "utf-8"}
    of_all = {name: value for name, value in given.items() if not name.startswith(_OF_EACH_RUN)}
    return tuple(sorted({**of_all, "PATH": os.environ.get("PATH", os.defpath)}.items()))
