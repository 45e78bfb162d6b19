"""Robots whose worker died."""

import logging
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic

import psutil

from CamundaLibrary.worker.state.entry import Entry

_log = logging.getLogger(__name__)

MARK = "CAMUNDA_TASK_FILE"
_PATIENCE = timedelta(seconds=5)
_PASSES = 5
_SAME_MOMENT = 0.05  # seconds


def stop_orphans(runs: Path, entries: Collection[Entry], patience: timedelta = _PATIENCE) -> frozenset[str]:
    """Stops the robots of these runs, whose folders are in `runs`, with all they started; returns their runs.

    A robot is found by its process id, if that is still the same process, and by the task file in its environment,
    which everything that it starts inherits. Robots notice the death of their worker, and end in order; commands are
    asked to. What is not gone in `patience` is killed.
    """
    orphans = _Orphans(runs, entries)
    found = orphans.find()
    if found:
        _log.warning("Robots of a worker that died still run: %d %s stopped.", len(found), _are(len(found)))
        orphans.ask_to_end()
        orphans.kill(monotonic() + patience.total_seconds())
    return frozenset(found)


def birth(pid: int) -> float | None:
    """Returns when a process was created, by which it is told from later ones of the same id; None if it is gone."""
    with suppress(psutil.Error):
        return psutil.Process(pid).create_time()
    return None


class _Orphans:
    def __init__(self, runs: Path, entries: Collection[Entry]) -> None:
        self._leaders = {entry.run: (entry.pid, entry.born) for entry in entries}
        self._to_ask = {entry.run for entry in entries if not entry.notices_death}
        self._marks = {str(runs / entry.run / "task.json"): entry.run for entry in entries}

    def find(self) -> set[str]:
        """Returns the runs that have processes."""
        return {run for run, _ in self._processes()}

    def ask_to_end(self) -> None:
        """A shell that waits for a program does not pass the signal on, so all get it."""
        for run, process in self._processes():
            if run in self._to_ask:
                with suppress(psutil.Error):
                    process.terminate()

    def kill(self, deadline: float) -> None:
        """Kills what is left when the robots have ended, or at the deadline, and again what was started meanwhile."""
        robots = [each for run, each in self._processes() if self._leaders[run][0] in (None, each.pid)]
        psutil.wait_procs(robots, timeout=max(deadline - monotonic(), 0))
        for _ in range(_PASSES):
            left = [each for _, each in self._processes()]
            if not left:
                return
            for process in left:
                with suppress(psutil.Error):
                    process.kill()
            psutil.wait_procs(left, timeout=1)

    def _processes(self) -> Iterator[tuple[str, psutil.Process]]:
        for process in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                run = self._run_of(process)
                if run and process.status() != psutil.STATUS_ZOMBIE and process.pid != os.getpid():
                    yield run, process
                    if process.pid == self._leaders[run][0]:
                        yield from ((run, child) for child in process.children(recursive=True))

    def _run_of(self, process: psutil.Process) -> str | None:
        for run, (pid, born) in self._leaders.items():
            if pid == process.pid and born is not None and abs(process.create_time() - born) < _SAME_MOMENT:
                return run
        return self._marks.get(process.environ().get(MARK, ""))


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
