"""What a worker must not forget: every task from the moment it is taken until the engine has its outcome."""

import logging
import sqlite3
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from CamundaLibrary.worker.state.entry import Entry, Phase, read_entry, write_facts

_log = logging.getLogger(__name__)

FILE = "spool.db"
_TABLES = """
create table if not exists runs (
    run text primary key, task text not null, engine text not null, phase text not null, facts text not null,
    pid integer, born real, result text, problem text, changed real not null
);
create table if not exists workers (worker text primary key, engine text);
create table if not exists rests (task text primary key, ends real);
create table if not exists troubles (task text, kind text, times integer, since real, primary key (task, kind));
"""


class Trouble(NamedTuple):
    """What went wrong with a task before a robot could do anything about it: how often, and since when (Unix time)."""

    times: int
    since: float


class Spool:
    """The file. Safe for use by several threads, and by other processes beside them.

    What is written survives the end of the process at any point; when the machine itself stops, the last moments may be
    missing, never the file. Raises OSError where it cannot be opened or a task cannot be taken down; later notes that
    cannot be written are warned of, as the worker goes on without them.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._guard = threading.Lock()
        self._own_workers: list[str] = []
        self._connection = _open(self.path)

    def take(self, entry: Entry) -> None:
        """Notes a run whose task was locked just now. OSError if that fails."""
        values = (entry.run, entry.task.id, entry.engine, entry.phase.value, write_facts(entry), time.time())
        try:
            self._do("insert into runs (run, task, engine, phase, facts, changed) values (?, ?, ?, ?, ?, ?)", values)
        except sqlite3.Error as error:
            raise OSError(f"The spool '{self.path}' cannot be written: {error}.") from None

    def note_start(self, run: str, pid: int | None, born: float | None) -> None:
        """Notes that the run has a robot."""
        self._note("phase = ?, pid = ?, born = ?", (Phase.RUNNING.value, pid, born), run)

    def note_end(self, run: str, result: str) -> None:
        """Notes that the run has a result, and which."""
        self._note("phase = ?, result = ?", (Phase.ENDED.value, result), run)

    def move(self, run: str, phase: Phase, problem: str | None = None) -> None:
        """Notes what became of a report."""
        self._note("phase = ?, problem = ?", (phase.value, problem), run)

    def remove(self, run: str, task_id: str) -> None:
        """Forgets a run that the engine knows all about, and what went wrong with its task before."""
        self._attempt("delete from runs where run = ? or (task = ? and phase in ('refused', 'lost'))", (run, task_id))

    def forget(self, runs: Iterable[str]) -> None:
        """Forgets runs whose files are gone."""
        for run in runs:
            self._attempt("delete from runs where run = ?", (run,))

    def has(self, run: str) -> bool:
        """Whether the run is here."""
        return bool(self._attempt("select 1 from runs where run = ?", (run,)))

    def entries(self) -> list[Entry]:
        """Returns all runs, oldest first. OSError if the file cannot be read."""
        try:
            rows = self._do(
                "select run, engine, facts, phase, pid, born, result, problem, changed from runs order by run"
            )
        except sqlite3.Error as error:
            raise OSError(f"The spool '{self.path}' cannot be read: {error}.") from None
        return [read_entry(*row) for row in rows]

    def count_trouble(self, task_id: str, kind: str) -> Trouble:
        """Counts one more trouble of that kind and returns how often it was, and since when."""
        self._attempt(
            "insert into troubles values (?, ?, 1, ?) on conflict (task, kind) do update set times = times + 1",
            (task_id, kind, time.time()),
        )
        rows = self._attempt("select times, since from troubles where task = ? and kind = ?", (task_id, kind))
        return Trouble(*rows[0]) if rows else Trouble(1, time.time())

    def end_trouble(self, task_id: str) -> None:
        """Forgets all that went wrong with a task."""
        self._attempt("delete from troubles where task = ?", (task_id,))

    def note_worker(self, worker_id: str, engine: str) -> None:
        """Notes under which name tasks of an engine are fetched from now on."""
        self._own_workers.append(worker_id)
        self._attempt("insert or replace into workers values (?, ?)", (worker_id, engine))

    def workers(self, engine: str) -> list[str]:
        """Returns the names under which tasks of the engine were fetched by workers that did not end in order."""
        return [row[0] for row in self._attempt("select worker from workers where engine = ?", (engine,))]

    @property
    def has_workers(self) -> bool:
        """Whether there are such names, for any engine."""
        return bool(self._attempt("select 1 from workers limit 1", ()))

    def forget_worker(self, worker_id: str) -> None:
        """Forgets a name: no fetch under it is unknown any more."""
        self._attempt("delete from workers where worker = ?", (worker_id,))

    def forget_own_workers(self) -> None:
        """Forgets the names that were noted by this process, which ends in order."""
        for worker_id in self._own_workers:
            self.forget_worker(worker_id)

    def note_rest(self, task_id: str, pause: timedelta) -> None:
        """Notes that a task is locked for nobody until its pause ends."""
        self._attempt("delete from rests where ends < ?", (time.time(),))
        self._attempt("insert or replace into rests values (?, ?)", (task_id, time.time() + pause.total_seconds()))

    def rests(self) -> frozenset[str]:
        """Returns the tasks whose pause has not ended."""
        return frozenset(row[0] for row in self._attempt("select task from rests where ends >= ?", (time.time(),)))

    def close(self) -> None:
        """Closes the file."""
        with self._guard:
            self._connection.close()

    def _note(self, what: str, values: tuple[Any, ...], run: str) -> None:
        self._attempt(f"update runs set {what}, changed = ? where run = ?", (*values, time.time(), run))  # noqa: S608

    def _attempt(self, statement: str, values: tuple[Any, ...]) -> list[tuple[Any, ...]]:
        try:
            return self._do(statement, values)
        except sqlite3.Error as error:
            _log.warning("The spool '%s' cannot be written: %s.", self.path, error)
            return []

    def _do(self, statement: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self._guard:
            return self._connection.execute(statement, values).fetchall()


def _open(path: Path) -> sqlite3.Connection:
    """A file that is none is put aside: a worker that does not start would help nobody."""
    try:
        return _connect(path)
    except sqlite3.OperationalError as error:
        raise OSError(f"The spool '{path}' cannot be opened: {error}.") from None
    except sqlite3.DatabaseError as error:
        broken = path.with_name(f"{path.name}.broken")
        _log.error("The spool '%s' cannot be read (%s). It is put aside as '%s'.", path, error, broken)
        path.replace(broken)
        for suffix in ("-wal", "-shm"):
            path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
        return _connect(path)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = normal")
        connection.executescript(_TABLES)
    except BaseException:
        connection.close()
        raise
    with suppress(OSError):
        path.chmod(0o600)
    return connection
