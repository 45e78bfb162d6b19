"""Where a worker keeps its files: one folder for each worker, taken over when its owner is gone."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from secrets import token_hex
from time import time

import platformdirs
from filelock import FileLock, Timeout

from CamundaLibrary.errors import SettingsError

MOST_KEPT = 100
KEPT_FOR = timedelta(days=7)


class StateFolder:
    """The folder of one worker. Runs that did not end well are kept: the newest 100, for a week."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.bundles = path / "bundles"
        self._runs = path / "runs"
        self.bundles.mkdir(exist_ok=True)
        self._runs.mkdir(exist_ok=True, mode=0o700)

    def name_run_folder(self) -> Path:
        """Returns the path of a new folder for one run. It owes nothing to the task and cannot be guessed."""
        return self._runs / f"{datetime.now():%Y%m%d-%H%M%S}-{token_hex(8)}"

    def prune(self, in_use: frozenset[Path] = frozenset()) -> None:
        """Removes what was kept for long enough, never what is in use."""
        kept = sorted((run for run in self._runs.iterdir() if run not in in_use), reverse=True)
        oldest = time() - KEPT_FOR.total_seconds()
        for position, run in enumerate(kept):
            with suppress(FileNotFoundError):  # another thread was faster
                if position >= MOST_KEPT or run.stat().st_mtime < oldest:
                    shutil.rmtree(run, ignore_errors=True)


def default_state() -> Path:
    """Returns the folder that all workers of this user share."""
    return Path(platformdirs.user_state_path("camunda-robot"))


@contextmanager
def claim_state_folder(parent: Path) -> Iterator[StateFolder]:
    """Holds the first folder below `parent` that no living worker has. Raises SettingsError where none can be made."""
    try:
        path, lock = _claim(parent.absolute())  # robots run in folders of their own
        state = StateFolder(path)
    except OSError as error:
        raise SettingsError(f"The state folder '{parent}' cannot be used: {error}.") from None
    try:
        yield state
    finally:
        lock.release()


def _claim(parent: Path) -> tuple[Path, FileLock]:
    for number in count(1):
        path = parent / f"worker-{number}"
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(path / "lock", timeout=0)
        with suppress(Timeout):
            lock.acquire()
            return path, lock
    raise AssertionError
