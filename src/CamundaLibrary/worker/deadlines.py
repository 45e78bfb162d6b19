"""Time limits of robots: calls that are made when a time is over, unless what they are for has ended before."""

import math
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic


class Deadlines:
    """Makes the calls in one thread, which begins with the first limit: a thread for each costs more than a report.

    Calls have to be quick. Safe for several threads.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._limits: dict[object, tuple[float, Callable[[], None]]] = {}
        self._next_look = math.inf
        self._thread: threading.Thread | None = None

    @contextmanager
    def limit(self, seconds: float, call: Callable[[], None]) -> Iterator[None]:
        """Makes `call` after that time, should the block last so long."""
        key = object()
        with self._changed:
            self._limits[key] = monotonic() + min(seconds, threading.TIMEOUT_MAX), call
            self._see_to(self._limits[key][0])
        try:
            yield
        finally:
            with self._changed:
                self._limits.pop(key, None)

    def _see_to(self, end: float) -> None:
        """Wakes the thread only if it would look too late."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="time limits", daemon=True)
            self._thread.start()
        elif end < self._next_look:
            self._changed.notify()

    def _run(self) -> None:
        while True:
            for call in self._wait_for_calls():
                call()

    def _wait_for_calls(self) -> list[Callable[[], None]]:
        with self._changed:
            while not (over := [key for key, (end, _) in self._limits.items() if end <= monotonic()]):
                self._next_look = min((end for end, _ in self._limits.values()), default=math.inf)
                self._changed.wait(None if self._next_look == math.inf else max(self._next_look - monotonic(), 0))
            return [self._limits.pop(key)[1] for key in over]
