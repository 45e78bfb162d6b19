"""What did not work, remembered, so that 300 tasks do not try it 300 times."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from CamundaLibrary.errors import EnvironmentNotBuilt

_FIRST_PAUSE, _LONGEST_PAUSE = 60.0, 600.0  # seconds


class _Failure(NamedTuple):
    error: EnvironmentNotBuilt
    until: float
    pause: float


class Failures:
    """Failed builds and when each may be tried again: after 1, 2, 4, 8 and then 10 minutes. Safe for threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._guard = threading.Lock()
        self._failures: dict[str, _Failure] = {}

    def check(self, key: str) -> None:
        """Raises the last failure again if it is too early for another attempt."""
        with self._guard:
            failure = self._failures.get(key)
        if failure and self._clock() < failure.until:
            raise EnvironmentNotBuilt(str(failure.error), failure.error.details)

    def remember(self, key: str, error: EnvironmentNotBuilt) -> None:
        """Remembers that an attempt failed just now."""
        with self._guard:
            last = self._failures.get(key)
            pause = min(last.pause * 2, _LONGEST_PAUSE) if last else _FIRST_PAUSE
            self._failures[key] = _Failure(error, self._clock() + pause, pause)

    def forget(self, key: str) -> None:
        """Forgets it: an attempt worked."""
        with self._guard:
            self._failures.pop(key, None)
