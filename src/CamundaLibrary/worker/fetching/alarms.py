"""Calls that are made some seconds later, one at a time."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_log = logging.getLogger(__name__)


class Alarms:
    """Makes calls in threads of their own. Safe for several threads."""

    def __init__(self) -> None:
        self._timers: set[threading.Timer] = set()
        self._guard = threading.Lock()
        self._one_at_a_time = threading.Lock()
        self._is_over = False

    def add(self, seconds: float, call: Callable[[], None]) -> None:
        """Has `call` made after that time."""
        timer = threading.Timer(seconds, lambda: self._ring(timer, call))
        timer.daemon = True
        timer.name = "alarm"
        with self._guard:
            if not self._is_over:
                self._timers.add(timer)
                timer.start()

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Waits for a call that is under way; none begins meanwhile."""
        with self._one_at_a_time:
            yield

    def end(self) -> None:
        """Cancels what is left; when it returns no call is under way or will be made."""
        with self._guard:
            self._is_over = True
            timers = list(self._timers)
        for timer in timers:
            timer.cancel()
            timer.join()

    def _ring(self, timer: threading.Timer, call: Callable[[], None]) -> None:
        try:
            with self._one_at_a_time:
                call()
        except Exception:
            _log.exception("A call that was to be made later failed.")
        finally:
            with self._guard:
                self._timers.discard(timer)
