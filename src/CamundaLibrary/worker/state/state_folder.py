"""Where a worker keeps its files: one folder for each worker, taken over when its owner is gone."""

import logging
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from itertools import count
from pathlib import Path
from secrets import token_hex

import platformdirs
from filelock import FileLock, Timeout

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.worker.state.bundle_copies import BundleCopies
from CamundaLibrary.worker.state.entry import OPEN, Entry
from CamundaLibrary.worker.state.kept_runs import KeptRuns, Retention
from CamundaLibrary.worker.state.orphans import stop_orphans
from CamundaLibrary.worker.state.spool import FILE, Spool

_log = logging.getLogger(__name__)

_DEFAULT_RETENTION = Retention()


class StateFolder:
    """The folder of one worker: its spool, and the runs that it keeps.

    `inherited` are the folders of workers that are gone, in which something is still to be done.
    """

    def __init__(self, path: Path, retention: Retention = _DEFAULT_RETENTION) -> None:
        self.path = path
        self.bundles = path / "bundles"
        self.runs = path / "runs"
        self.bundles.mkdir(exist_ok=True)
        self.runs.mkdir(exist_ok=True, mode=0o700)
        self.spool = Spool(path)
        self.copies = BundleCopies(path / "copies")
        self.inherited: tuple[StateFolder, ...] = ()
        self._kept = KeptRuns(self.runs, self.spool, retention)

    def name_run_folder(self) -> Path:
        """Returns the path of a new folder for one run. It owes nothing to the task and cannot be guessed."""
        return self.runs / f"{datetime.now():%Y%m%d-%H%M%S}-{token_hex(8)}"

    def prune(self, in_use: Collection[Path] = ()) -> None:
        """Removes what was kept for long enough, or is too much, never what is in use."""
        with suppress(OSError):
            self._kept.prune(in_use)

    def open_entries(self) -> list[Entry]:
        """Returns the runs that something is still to be done for."""
        try:
            return [entry for entry in self.spool.entries() if entry.phase in OPEN]
        except OSError as error:
            _log.error("%s What it names is passed over.", error)
            return []

    def stop_orphans(self) -> None:
        """Stops the robots of a worker that had this folder and died."""
        if entries := self.open_entries():
            stop_orphans(self.runs, entries)


def default_state() -> Path:
    """Returns the folder that all workers of this user share."""
    return Path(platformdirs.user_state_path("camunda-robot"))


@contextmanager
def claim_state_folder(parent: Path, retention: Retention = _DEFAULT_RETENTION) -> Iterator[StateFolder]:
    """Holds the first folder below `parent` that no living worker has, and those in which dead ones left something.

    No robot of a dead worker is left then. Raises SettingsError where none can be made.
    """
    with ExitStack() as held:
        try:
            state = _claim_first(parent.absolute(), retention, held)  # robots run in folders of their own
            state.inherited = tuple(_claim_left(parent.absolute(), state, retention, held))
        except OSError as error:
            raise SettingsError(f"The state folder '{parent}' cannot be used: {error}.") from None
        for folder in (state, *state.inherited):
            folder.stop_orphans()
        yield state
        state.spool.forget_own_workers()


def _claim_first(parent: Path, retention: Retention, held: ExitStack) -> StateFolder:
    for number in count(1):
        path = parent / f"worker-{number}"
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        if state := _claim(path, retention, held):
            return state
    raise AssertionError


def _claim_left(parent: Path, own: StateFolder, retention: Retention, held: ExitStack) -> Iterator[StateFolder]:
    """A folder in which nothing is to be done is let go at once."""
    for path in sorted(parent.glob("worker-*")):
        if path == own.path or not (path / FILE).exists():
            continue
        with ExitStack() as claimed:
            state = _claim(path, retention, claimed)
            if state and (state.open_entries() or state.spool.has_workers):
                held.enter_context(claimed.pop_all())
                yield state
            elif state:
                state.prune()


def _claim(path: Path, retention: Retention, held: ExitStack) -> StateFolder | None:
    lock = FileLock(path / "lock", timeout=0)
    with suppress(Timeout):
        lock.acquire()
        held.callback(lock.release)
        state = StateFolder(path, retention)
        held.callback(state.spool.close)
        held.callback(state.copies.close)
        return state
    return None
