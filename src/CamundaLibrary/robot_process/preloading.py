"""Imports in the fork server what its robots need, and looks after what an import leaves behind."""

import gc
import importlib
import importlib.util
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from CamundaLibrary.robot_process.generators import generators_noted
from CamundaLibrary.robot_process.orphans import children
from CamundaLibrary.robot_process.programs import Program


def preload(program: Program, libraries: Sequence[str], modules: Sequence[str]) -> tuple[str | None, dict[str, str]]:
    """Imports what every run of `program` needs, then `libraries`, by their names in robots, and other `modules`.

    Returns what makes forks unsafe in any case, and the first of those that does, with what it does. They are imported
    all the same: a server without it has to be started. What is not installed, or fails, is left to the robot, which
    may have its own.
    """
    before = open_descriptors()
    for name in program.modules:
        importlib.import_module(name)
    if problem := find_obstacle(before):
        return problem, {}
    unsafe = _import_all((*libraries, *modules), before)
    if not unsafe:
        program.prepare(libraries)
    return find_obstacle(before), unsafe


def find_obstacle(descriptors: Iterable[int]) -> str | None:
    """Returns what makes forks of this process unsafe, if it had only `descriptors` open."""
    if len(list(Path("/proc/self/task").iterdir())) > 1:
        return "starts threads"
    if children():
        return "starts processes"
    kept = [_target(descriptor) for descriptor in open_descriptors() - set(descriptors)]
    if any(target.startswith("socket:") for target in kept):
        return "opens sockets"
    return f"keeps '{kept[0]}' open" if kept else None


def open_descriptors() -> set[int]:
    """Returns the descriptors of this process that are open."""
    return {int(path.name) for path in Path("/proc/self/fd").iterdir() if _target(int(path.name))}


def watched_files() -> dict[str, int]:
    """Returns what would change with the environment, and its time of change.

    That are the folders of installed packages, and the files of modules that are installed from elsewhere.
    """
    folders = {path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")}
    standard = str(Path(os.__file__).parent)
    files = {file for module in list(sys.modules.values()) if (file := getattr(module, "__file__", None))}
    elsewhere = {file for file in files if not file.startswith((*folders, standard))}
    return {path: Path(path).stat().st_mtime_ns for path in {*folders, *elsewhere} if Path(path).exists()}


def freeze() -> None:
    """Leaves what is there out of the garbage collections of forks."""
    gc.collect()
    gc.freeze()


def _import_all(names: Sequence[str], before: set[int]) -> dict[str, str]:
    root = logging.getLogger()
    root.addHandler(handler := logging.NullHandler())  # as in a run, where `basicConfig` finds Robot Framework's
    try:
        with generators_noted():
            for name in names:
                _import(name)
                if problem := find_obstacle(before):
                    return {name: problem}
    finally:
        root.removeHandler(handler)
    return {}


def _import(name: str) -> None:
    """Imports a module; the last parts of a library may be names of classes. Whatever it raises, robots meet it."""
    of_robot = getattr(sys.modules.get("robot.libraries"), "STDLIBS", ())
    parts = f"robot.libraries.{name}".split(".") if name in of_robot else name.split(".")
    with suppress(BaseException):
        for length in range(len(parts), 0, -1):
            module = ".".join(parts[:length])
            if _exists(module):
                importlib.import_module(module)
                return


def _exists(module: str) -> bool:
    with suppress(ModuleNotFoundError):
        return importlib.util.find_spec(module) is not None
    return False


def _target(descriptor: int) -> str:
    with suppress(OSError):
        return str(Path(f"/proc/self/fd/{descriptor}").readlink())
    return ""
