"""How long to wait after an error."""

import random


class GrowingWait:
    """Waits that grow from `first` to `longest` seconds, jittered so that workers do not come back all at once."""

    def __init__(self, first: float = 0.5, longest: float = 30) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def take(self) -> float:
        """Returns the seconds to wait now."""
        wait = self._next * random.uniform(0.5, 1)  # noqa: S311 - jitter, no secret
        self._next = min(self._next * 2, self._longest)
        return wait

    def reset(self) -> None:
        """Begins anew, after a success."""
        self._next = self._first
