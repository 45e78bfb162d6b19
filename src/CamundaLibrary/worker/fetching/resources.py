"""What only one robot at a time may use on a machine, whichever topic or worker it is of: a desktop, a licence."""

import os
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from filelock import FileLock, Timeout

_WANTED_FOR = 3.0  # seconds


class Resource:
    """One resource, held by a file lock, which the system frees should the worker die.

    Who is refused leaves a note beside the lock; who held it last then lets it pass once, so that all get their turn.
    Not safe for several threads.
    """

    def __init__(self, state: Path, name: str) -> None:
        folder = state / "resources"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stem = sha256(name.encode()).hexdigest()[:32]
        self._lock = FileLock(folder / f"{stem}.lock", timeout=0, thread_local=False)
        self._note = folder / f"{stem}.wanted"
        self._last: str | None = None

    def take(self, who: str) -> bool:
        """Takes it, unless another has it or waits for it; returns whether it is ours now."""
        me = f"{os.getpid()} {who}"
        if self._last == me and self._is_wanted_by_others(me):
            self._last = None
            return False
        if not self._lock.is_locked:
            with suppress(Timeout):
                self._lock.acquire()
                self._last = me
                return True
        with suppress(OSError):
            self._note.write_text(me, "utf-8")
        return False

    def give_back(self) -> None:
        """Lets others have it."""
        self._lock.release()

    def _is_wanted_by_others(self, me: str) -> bool:
        try:
            return time.time() - self._note.stat().st_mtime < _WANTED_FOR and self._note.read_text("utf-8") != me
        except OSError:
            return False
