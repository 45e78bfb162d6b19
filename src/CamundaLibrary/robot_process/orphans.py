"""Processes that robots leave behind: the system gives them to the fork server when their parents are gone."""

import ctypes
import os
import signal
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import NamedTuple

MARK = "CAMUNDA_TASK_FILE"
"""The variable by which the processes of a robot are found."""

_PR_SET_CHILD_SUBREAPER = 36
_PATIENCE = 2  # seconds; a process that does not die is in the hands of the system


class ForkedProcess(NamedTuple):
    """A robot's process, which is the leader of its session. `mark` is in the environment of what it started."""

    name: int
    pid: int
    mark: bytes


class Orphans:
    """What the server was given, and of which robots it may be. As its parent, the server may kill by process id."""

    def __init__(self) -> None:
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        self._suspects: dict[int, set[int]] = {}

    def end_with(self, robot: ForkedProcess, others: Collection[ForkedProcess]) -> None:
        """Kills what `robot`, which is dead but not reaped, left behind. `others` are still running."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(robot.pid, signal.SIGKILL)
        deadline = monotonic() + _PATIENCE
        while left := [pid for pid in self._adopted((robot, *others)) if self._is_left_by(robot, pid, others)]:
            for pid in left:
                with suppress(PermissionError):
                    os.kill(pid, signal.SIGKILL)
            if monotonic() > deadline:
                return
            sleep(0.001)

    def _adopted(self, robots: Iterable[ForkedProcess]) -> Iterator[int]:
        """Reaps those that ended by themselves."""
        own = {robot.pid for robot in robots}
        for pid in children():
            if pid not in own:
                if os.waitpid(pid, os.WNOHANG)[0]:
                    self._suspects.pop(pid, None)
                else:
                    yield pid

    def _is_left_by(self, robot: ForkedProcess, pid: int, others: Collection[ForkedProcess]) -> bool:
        """One that carries no mark, and a session of its own, goes with the last robot that it may belong to."""
        session, environment = os.getsid(pid), _environment(pid)
        if session == robot.pid or robot.mark in environment:
            return True
        if any(session == other.pid or other.mark in environment for other in others):
            return False
        running = {other.name for other in others}
        self._suspects[pid] = self._suspects.get(pid, running) & running
        return not self._suspects[pid]


def children() -> list[int]:
    """Returns the process ids of this process's children, dead ones that were not reaped included."""
    with open(f"/proc/self/task/{os.getpid()}/children", "rb", buffering=0) as file:  # noqa: PTH123
        return [int(pid) for pid in file.readall().split()]


def _environment(pid: int) -> bytes:
    with suppress(OSError):
        return Path(f"/proc/{pid}/environ").read_bytes()
    return b""
