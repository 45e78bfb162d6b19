"""What a fork of the server does to become a process that runs a robot, as if it had been started for it.

Without `pathlib`: every page of memory that a fork touches has to be copied for it.
"""

import gc
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any, NoReturn

from CamundaLibrary.robot_process.generators import seed_anew
from CamundaLibrary.robot_process.lifeline import watch
from CamundaLibrary.robot_process.orphans import MARK
from CamundaLibrary.robot_process.process_end import end_with
from CamundaLibrary.robot_process.programs import Program
from CamundaLibrary.robot_process.shown_environment import show_in_environment


class Fork:
    """What forks of the process `server` know. They run `program`; `lifeline` is the one descriptor that they keep.

    `at_start` are the modules that an interpreter has loaded before it looks into the folders of a robot.
    """

    def __init__(self, program: Program, server: int, lifeline: int, at_start: frozenset[str]) -> None:
        self._program = program
        self._server = server
        self._lifeline = lifeline
        self._at_start = at_start

    def foresee(self, order: Mapping[str, Any]) -> None:
        """Does in the server what the robot of an order need not do itself. Never raises."""
        self._program.foresee(order["folder"])

    def become_robot(self, order: Mapping[str, Any]) -> NoReturn:
        """Runs the robot that `order` describes. To be called in the fork."""
        end_with(lambda: self._become_robot(order))

    def _become_robot(self, order: Mapping[str, Any]) -> None:
        os.setsid()
        _take_environment(order["environment"])
        if os.getppid() != self._server:
            sys.exit("The fork server died.")  # nobody knows of this process
        _take_streams(order["console"])
        _close_descriptors(self._lifeline)
        os.chdir(order["folder"])
        _take_path(os.environ.get("PYTHONPATH", ""), self._at_start)
        sys.argv[1:] = order["arguments"]
        seed_anew()
        gc.enable()
        watch(self._lifeline)
        self._program.run()


def _take_environment(environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    show_in_environment(MARK, environment[MARK])
    time.tzset()
    tempfile.tempdir = environment["TMPDIR"]  # which is there: otherwise Python tries it out, with a file


def _take_streams(console: str) -> None:
    """Standard input is empty already. Python's own streams, empty too, go on with the new files."""
    output = os.open(console, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    for stream in (1, 2):
        os.dup2(output, stream)


def _close_descriptors(kept: int) -> None:
    last = max(map(int, os.listdir("/proc/self/fd")))  # noqa: PTH208
    os.closerange(3, kept)
    os.closerange(kept + 1, last + 1)


def _take_path(python_path: str, at_start: frozenset[str]) -> None:
    """Has modules searched where `python -m robot` would: its folder, PYTHONPATH, then what is installed."""
    own = [] if getattr(sys.flags, "safe_path", False) else [os.getcwd()]  # noqa: PTH109
    own += [os.path.abspath(folder) for folder in python_path.split(os.pathsep) if folder]  # noqa: PTH100
    _forget_modules({name for folder in own for name in _module_names(folder)} - at_start)
    sys.path[:0] = own


def _module_names(folder: str) -> Iterable[str]:
    """Returns the modules of a folder. One without `__init__` gives way to those that are found elsewhere."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            is_module = entry.name.endswith((".py", ".so", ".pyc"))
            if is_module or os.path.exists(f"{entry.path}/__init__.py"):  # noqa: PTH110
                yield entry.name.partition(".")[0]


def _forget_modules(names: Iterable[str]) -> None:
    """The robot's own modules come before installed ones of the same name, which the server has imported."""
    for name in names:
        if sys.modules.pop(name, None):
            for module in [module for module in sys.modules if module.startswith(f"{name}.")]:
                del sys.modules[module]
