"""The runs whose files are kept, and for how long."""

import os
import shutil
import threading
from collections.abc import Collection
from datetime import timedelta
from pathlib import Path
from time import monotonic, time
from typing import NamedTuple

from CamundaLibrary.worker.state.entry import SHOWN
from CamundaLibrary.worker.state.spool import Spool

_LEAST_PAUSE = 60.0  # seconds


class Retention(NamedTuple):
    """How long runs that did not end well are kept, and how many bytes they may take together."""

    time: timedelta = timedelta(days=7)
    size: int = 1_000_000_000


class _Run(NamedTuple):
    size: int
    ended: float


class KeptRuns:
    """The runs below `folder`. What the spool names is in use.

    The files of a result that the engine refused, or that came too late, are kept for the whole time.
    """

    def __init__(self, folder: Path, spool: Spool, retention: Retention) -> None:
        self._folder = folder
        self._spool = spool
        self._retention = retention
        self._measured: dict[str, _Run] = {}
        self._guard = threading.Lock()
        self._next = 0.0

    def prune(self, in_use: Collection[Path] = ()) -> None:
        """Removes what was kept for long enough, and the oldest of what is too much. Looks once a minute at most."""
        with self._guard:
            if monotonic() < self._next:
                return
            self._next = monotonic() + _LEAST_PAUSE
            self._prune({path.name for path in in_use})

    def _prune(self, in_use: set[str]) -> None:
        entries = self._spool.entries()
        shown = {entry.run for entry in entries if entry.phase in SHOWN}
        in_use |= {entry.run for entry in entries} - shown
        runs = {name: self._measure(name) for name in sorted(self._names()) if name not in in_use}
        oldest = time() - self._retention.time.total_seconds()
        left = {name: run for name, run in runs.items() if run.ended >= oldest}
        over = runs.keys() - left.keys()
        for name in over:
            self._remove(name)
        self._shrink({name: run.size for name, run in left.items() if name not in shown})
        over |= {entry.run for entry in entries if entry.phase in SHOWN and entry.changed < oldest}
        self._spool.forget(run for run in over & shown if not (self._folder / run).exists())

    def _shrink(self, sizes: dict[str, int]) -> None:
        """Removes the oldest, which come first, until the rest is not too much."""
        total = sum(sizes.values())
        for name, size in sizes.items():
            if total <= self._retention.size:
                return
            self._remove(name)
            total -= size

    def _names(self) -> list[str]:
        return [path.name for path in self._folder.iterdir()]

    def _measure(self, name: str) -> _Run:
        if name not in self._measured:
            files = [Path(path, file) for path, _, files in os.walk(self._folder / name) for file in files]
            size = sum(file.lstat().st_size for file in files if file.exists())
            self._measured[name] = _Run(size, (self._folder / name).stat().st_mtime)
        return self._measured[name]

    def _remove(self, name: str) -> None:
        self._measured.pop(name, None)
        shutil.rmtree(self._folder / name, ignore_errors=True)
