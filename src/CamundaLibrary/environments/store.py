"""The environments of all workers of a user: each built once, in a folder named by the hash of what makes it."""

import logging
import os
import re
import shutil
import tempfile
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic, time
from typing import NamedTuple

import psutil
from filelock import FileLock, Timeout

from CamundaLibrary.environments.builders import Builder, Plan, python_of
from CamundaLibrary.environments.failures import Failures
from CamundaLibrary.environments.library_wheel import library_digest, unpack_library, write_library_wheel
from CamundaLibrary.environments.programs import Limits, builder_variables, kill_builders, mask, run_program
from CamundaLibrary.environments.requirements import with_absolute_paths
from CamundaLibrary.environments.specification import Specification
from CamundaLibrary.errors import EnvironmentNotBuilt

_log = logging.getLogger(__name__)

UNUSED_FOR = timedelta(days=30)
BUILD_TIME = timedelta(minutes=30)
_COMPLETE = "camunda-robot.complete"  # its time is that of the last use
_USE_NOTED_FOR = 3600.0  # seconds
_PULSE = 0.1  # seconds
_KEY = re.compile(r"(own-)?[0-9a-f]{16}")


class Environment(NamedTuple):
    """An environment that is ready."""

    python: Path
    key: str


class EnvironmentStore:
    """Environments in `folder`, which several workers share. Its methods may be called by several threads.

    With `wheels`, a folder, no network is used. `machine` are the variables that describe this machine. `built` is told
    name, seconds and problem of every build.
    """

    def __init__(
        self,
        folder: Path,
        machine: Mapping[str, str],
        wheels: Path | None = None,
        built: Callable[[str, float, str | None], None] = lambda name, seconds, problem: None,
        time_limit: timedelta = BUILD_TIME,
        failures: Failures | None = None,
    ) -> None:
        self._folder = folder.absolute()
        self._machine = machine
        self._wheels = wheels.absolute() if wheels else None
        self._built = built
        self._time_limit = time_limit
        self._failures = failures or Failures()
        self._locks: Mapping[str, threading.Lock] = defaultdict(threading.Lock)
        self._noted: dict[str, float] = {}

    def environment(
        self,
        specification: Specification,
        builder: Builder,
        title: str,
        is_unwanted: Callable[[], bool] = lambda: False,
    ) -> Environment:
        """Returns the environment, building it if need be. Raises EnvironmentNotBuilt, and BuildAbandonedError once it
        `is_unwanted`. `title` is the bundle's, for people.
        """
        _check_for_rcc(specification, title)
        key = specification.key(builder.name, library_digest())
        folder = self._folder / key
        if not self._is_fresh(key):
            self._failures.check(key)
            with self._hold(key, Limits(timedelta.max, is_unwanted)):
                if not (folder / _COMPLETE).exists():
                    self._failures.check(key)
                    self._attempt(key, specification, builder, title, is_unwanted)
                self._note_use(key)
        return Environment(python_of(folder), key)

    def library_folder(self) -> Path:
        """Returns a folder that holds our own modules and nothing else."""
        key = f"own-{library_digest()[:16]}"
        if not self._is_fresh(key):
            with self._hold(key, Limits(self._time_limit)):
                if not (self._folder / key / _COMPLETE).exists():
                    unpack_library(self._folder / key)
                self._note_use(key)
        return self._folder / key

    def prune(self) -> None:
        """Removes what nobody used for 30 days and no program runs in."""
        oldest = time() - UNUSED_FOR.total_seconds()
        for folder in self._folder.iterdir() if self._folder.is_dir() else ():
            with suppress(OSError, Timeout):
                if _KEY.fullmatch(folder.name) and _last_use(folder) < oldest and not _is_in_use(folder):
                    self._remove(folder, oldest)

    def _remove(self, folder: Path, oldest: float) -> None:
        with self._file_lock(folder.name).acquire(timeout=0):
            if _last_use(folder) < oldest:
                (folder / _COMPLETE).unlink(missing_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
                _log.info("Environment %s was removed: nobody used it for 30 days.", folder.name)

    def _is_fresh(self, key: str) -> bool:
        """Whether its use was noted a while ago only, so that no worker removes it."""
        return monotonic() < self._noted.get(key, 0.0) and (self._folder / key / _COMPLETE).exists()

    def _note_use(self, key: str) -> None:
        (self._folder / key / _COMPLETE).touch()
        self._noted[key] = monotonic() + _USE_NOTED_FOR

    def _attempt(
        self, key: str, specification: Specification, builder: Builder, title: str, is_unwanted: Callable[[], bool]
    ) -> None:
        """Builds it, tells all who want to know, and remembers what did not work."""
        _log.info("Building environment %s of bundle '%s' with %s.", key, title, builder.name)
        begun = monotonic()
        try:
            self._build(self._folder / key, specification, builder, Limits(self._time_limit, is_unwanted))
        except (EnvironmentNotBuilt, OSError) as error:
            failure = self._explain(error, specification, title)
            self._failures.remember(key, failure)
            _log.error("%s", failure)
            self._built(title, monotonic() - begun, str(failure))
            raise failure from None
        self._failures.forget(key)
        _log.info("Environment %s of bundle '%s' was built (%.1f s).", key, title, monotonic() - begun)
        self._built(title, monotonic() - begun, None)

    def _build(self, folder: Path, specification: Specification, builder: Builder, limits: Limits) -> None:
        kill_builders(folder)
        if folder.exists():
            shutil.rmtree(folder)
        with tempfile.TemporaryDirectory(prefix="camunda-") as name:
            plan = self._plan(folder, specification, Path(name))
            for command in builder.commands(plan):
                run_program(command, folder, self._machine, limits)
        self._check_imports(plan, limits)
        (folder / _COMPLETE).touch()

    def _plan(self, folder: Path, specification: Specification, materials: Path) -> Plan:
        requirements = materials / "requirements.txt"
        lines = (with_absolute_paths(line, specification.source.parent) for line in specification.lines)
        requirements.write_text("".join(f"{line}\n" for line in lines), "utf-8")
        library = None if specification.names_library else write_library_wheel(materials)
        return Plan(folder, specification, requirements, library, self._wheels)

    def _check_imports(self, plan: Plan, limits: Limits) -> None:
        """A robot without the listener would run unwrapped."""
        try:
            run_program(
                [str(plan.python), "-c", "import robot, CamundaListener, CamundaLibrary.robot_process"],
                plan.folder,
                self._machine,
                limits,
            )
        except EnvironmentNotBuilt as error:
            reason = (error.details.splitlines() or [str(error)])[-1].rstrip(".")
            raise EnvironmentNotBuilt(
                f"Importing robot and CamundaListener in it failed: {reason}.", error.details
            ) from None

    def _explain(self, error: Exception, specification: Specification, title: str) -> EnvironmentNotBuilt:
        details = error.details if isinstance(error, EnvironmentNotBuilt) else ""
        message = f"The environment of bundle '{title}' was not built from '{specification.source.name}': {error}"
        return EnvironmentNotBuilt(mask(message, builder_variables(self._machine)), details)

    @contextmanager
    def _hold(self, key: str, limits: Limits) -> Iterator[None]:
        """Keeps out the other threads and workers. Raises BuildAbandonedError."""
        lock, file_lock = self._locks[key], self._file_lock(key)
        while not lock.acquire(timeout=_PULSE):
            limits.check()
        try:
            while True:
                with suppress(Timeout):
                    file_lock.acquire(timeout=_PULSE)
                    break
                limits.check()
            try:
                yield
            finally:
                file_lock.release()
        finally:
            lock.release()

    def _file_lock(self, key: str) -> FileLock:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return FileLock(self._folder / f"{key}.lock")


def _check_for_rcc(specification: Specification, title: str) -> None:
    if specification.only_rcc:
        raise EnvironmentNotBuilt(
            f"The environment of bundle '{title}' was not built from '{specification.source.name}': "
            f"only rcc can install these: {', '.join(specification.only_rcc)}."
        )


def _last_use(folder: Path) -> float:
    complete = folder / _COMPLETE
    return (complete if complete.exists() else folder).stat().st_mtime


def _is_in_use(folder: Path) -> bool:
    """Whether a process was started from it. Its executable would be the base interpreter, its command line tells."""
    inside = f"{folder}{os.sep}"
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if any(word.startswith(inside) for word in process.cmdline()[:1]):
                return True
    return False
