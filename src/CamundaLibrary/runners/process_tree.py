"""All processes of one robot run, also those that left its process group or lost their parent."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic, sleep

import psutil

_PASSES = 5
_LAST_BREATH = 0.5  # seconds


class ProcessTree:
    """The process `leader`, what descends from it, and what carries the variable `name=value` in its environment.

    The variable finds processes that made sessions of their own and whose parents are gone. `leader` is not waited
    for: that is the business of who started it; None: it is gone, or not known.
    """

    def __init__(self, leader: int | None, name: str, value: str) -> None:
        self._leader = leader
        self._name = name
        self._value = value
        self._known: set[psutil.Process] = set()

    def remember(self) -> None:
        """Remembers the descendants of now, to be killed later even if they can no longer be recognised."""
        if self._leader:
            with suppress(psutil.Error):
                self._known.update(psutil.Process(self._leader).children(recursive=True))

    def kill_group(self) -> None:
        """Kills what is in the leader's process group. To be called before the leader is reaped."""
        if sys.platform != "win32" and self._leader:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._leader, signal.SIGKILL)

    def await_end_of_group(self) -> None:
        """Waits a moment until what was killed in the group is gone. To be called after the leader was reaped."""
        deadline = monotonic() + _LAST_BREATH
        if sys.platform != "win32" and self._leader:
            with suppress(OSError):
                while monotonic() < deadline:
                    os.killpg(self._leader, 0)
                    sleep(0.005)

    def kill(self) -> None:
        """Kills all of it, and again what was started meanwhile."""
        for _ in range(_PASSES):
            self.remember()
            self._kill_leader()
            members = [process for process in self._members() if _is_alive(process)]
            if not members:
                return
            for process in members:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(members, timeout=0.3)

    def _kill_leader(self) -> None:
        self.kill_group()
        if sys.platform == "win32" and self._leader:
            with suppress(psutil.Error):
                psutil.Process(self._leader).kill()

    def _members(self) -> set[psutil.Process]:
        return {process for process in (*self._known, *self._marked()) if process.pid != self._leader}

    def _marked(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if process.pid != os.getpid() and process.environ().get(self._name) == self._value:
                    yield process


def _is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False
