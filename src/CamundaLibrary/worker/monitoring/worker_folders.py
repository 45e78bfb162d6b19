"""A look at the folders of all workers of a user, which changes nothing in them."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from filelock import FileLock, Timeout

from CamundaLibrary.worker.monitoring.status_file import NAME
from CamundaLibrary.worker.state import spool
from CamundaLibrary.worker.state.entry import Phase

_WAITING = (Phase.ENDED, Phase.UNDELIVERED)
_OF_INTEREST = (Phase.UNDELIVERED, Phase.REFUSED, Phase.LOST)
_LEFT = (Phase.TAKEN, Phase.RUNNING, Phase.ENDED)


class KeptResult(NamedTuple):
    """A run of which the engine does not have the result; of a worker that is gone also one that it left."""

    task_id: str
    phase: str
    problem: str | None
    folder: Path
    changed: datetime


class SeenWorker(NamedTuple):
    """One folder. `status` is what its worker told last, None if it told nothing; `is_alive` whether it is held."""

    folder: Path
    is_alive: bool
    status: dict[str, Any] | None
    results: tuple[KeptResult, ...]

    def to_json(self) -> dict[str, Any]:
        """Returns it as `--json` shows it."""
        results = [
            {
                "taskId": each.task_id,
                "phase": each.phase,
                "problem": each.problem,
                "folder": str(each.folder),
                "changed": each.changed.isoformat(timespec="seconds"),
            }
            for each in self.results
        ]
        return {"folder": str(self.folder), "alive": self.is_alive, **(self.status or {}), "results": results}


def look_at_workers(state: Path) -> list[SeenWorker]:
    """Returns all workers below the folder that they share, in the order of their numbers."""
    folders = [path for path in state.absolute().glob("worker-*") if path.is_dir()]
    return [_look_at(path) for path in sorted(folders, key=lambda path: (len(path.name), path.name))]


def count_waiting(folder: Path) -> int:
    """Returns how many results in a worker's folder the engine did not take yet."""
    return sum(phase in _WAITING for _, _, phase, _, _ in _rows(folder))


def _look_at(folder: Path) -> SeenWorker:
    is_alive = _is_held(folder)
    phases = _OF_INTEREST if is_alive else (*_OF_INTEREST, *_LEFT)
    results = [
        KeptResult(task_id, phase, problem, folder / "runs" / run, datetime.fromtimestamp(changed, timezone.utc))
        for run, task_id, phase, problem, changed in _rows(folder)
        if phase in phases
    ]
    return SeenWorker(folder, is_alive, _read_status(folder), tuple(results))


def _is_held(folder: Path) -> bool:
    """The lock of a living worker cannot be had. (One that starts at this moment takes the next folder.)"""
    if not (folder / "lock").exists():
        return False
    lock = FileLock(folder / "lock", timeout=0)
    try:
        lock.acquire()
    except (Timeout, OSError):
        return True
    lock.release()
    return False


def _read_status(folder: Path) -> dict[str, Any] | None:
    with suppress(OSError, ValueError):
        path = folder / NAME
        status = json.loads(path.read_text("utf-8"))
        written = datetime.fromtimestamp(path.stat().st_mtime, timezone.utc).isoformat(timespec="seconds")
        return {**status, "written": written} if isinstance(status, dict) else None
    return None


def _rows(folder: Path) -> Iterator[tuple[str, str, str, str | None, float]]:
    path = folder / spool.FILE
    if not path.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)) as connection:
        yield from connection.execute("select run, task, phase, problem, changed from runs order by run").fetchall()
