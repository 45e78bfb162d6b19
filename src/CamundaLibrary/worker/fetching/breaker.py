"""A circuit breaker: after failures in a row there is a pause, then one task at a time tries whether it works again."""

import random
from collections.abc import Callable
from time import monotonic

_PAUSES = (30.0, 60.0, 120.0, 240.0, 480.0, 600.0)


class Breaker:
    """Counts failures in a row of one topic; after `limit` of them it is open for longer and longer.

    Open means that nothing is tried; afterwards it is probing: one at a time, until one succeeds. `clock` gives
    seconds, `jitter` what each pause is multiplied by. Not safe for several threads.
    """

    def __init__(
        self,
        limit: int = 5,
        clock: Callable[[], float] = monotonic,
        jitter: Callable[[], float] = lambda: random.uniform(0.8, 1.2),  # noqa: S311 - jitter, no secret
    ) -> None:
        self._limit = limit
        self._clock = clock
        self._jitter = jitter
        self._pauses = 0
        self._opens_until: float | None = None
        self.failures = 0

    @property
    def is_tripped(self) -> bool:
        """Whether it is open or probing."""
        return self._opens_until is not None

    @property
    def seconds_left(self) -> float:
        """How long nothing is to be tried; 0 if something may be."""
        return max(self._opens_until - self._clock(), 0) if self._opens_until is not None else 0

    def fail(self) -> bool:
        """Counts a failure; returns whether a pause begins. Late failures of what began before a pause do not count."""
        self.failures += 1
        if self.seconds_left or (not self.is_tripped and self.failures < self._limit):
            return False
        pause = _PAUSES[min(self._pauses, len(_PAUSES) - 1)] * self._jitter()
        self._opens_until = self._clock() + pause
        self._pauses += 1
        return True

    def succeed(self) -> bool:
        """Notes a success, which closes it; returns whether it was open or probing."""
        was_tripped = self.is_tripped
        self._opens_until, self._pauses, self.failures = None, 0, 0
        return was_tripped
