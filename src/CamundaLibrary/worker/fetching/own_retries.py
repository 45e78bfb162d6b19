"""When tasks come back that this worker itself gave a pause: nobody else tells, and no long poll wakes up for them."""

import threading
from collections.abc import Callable, Collection
from datetime import timedelta
from time import monotonic
from typing import NamedTuple

from CamundaLibrary.task.outcome import Failed, GivenBack, Outcome
from CamundaLibrary.task.reporting.receipt import Delivery
from CamundaLibrary.worker.notices import Reported

_TAKEN = (Delivery.ACCEPTED, Delivery.REFUSED)


class _Return(NamedTuple):
    topic: str
    due: float


class OwnRetries:
    """The tasks whose pause this worker reported, until it is over. Safe for several threads."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._returns: dict[str, _Return] = {}
        self._guard = threading.Lock()

    def note(self, reported: Reported) -> float | None:
        """Learns from a report; returns in how many seconds the task comes back, None if it does not."""
        pause = _pause_of(reported.receipt.outcome) if reported.receipt.delivery in _TAKEN else timedelta()
        with self._guard:
            self._returns.pop(reported.task.id, None)
            if pause <= timedelta():
                return None
            self._returns[reported.task.id] = _Return(reported.task.topic, self._clock() + pause.total_seconds())
        return pause.total_seconds()

    def seconds_to_next(self, topics: Collection[str]) -> float | None:
        """Returns when the next task of these topics comes back, None if none will."""
        now = self._clock()
        dues = [each.due for each in self._coming(now).values() if each.topic in topics]
        return min(dues) - now if dues else None

    @property
    def ids(self) -> frozenset[str]:
        """The tasks that still rest: they bear our worker id and a lock, although nobody works on them."""
        return frozenset(self._coming(self._clock()))

    def _coming(self, now: float) -> dict[str, _Return]:
        with self._guard:
            self._returns = {task_id: each for task_id, each in self._returns.items() if each.due > now}
            return dict(self._returns)


def _pause_of(outcome: Outcome) -> timedelta:
    if isinstance(outcome, Failed):
        return (outcome.retry_timeout or timedelta()) if outcome.retries else timedelta()
    return outcome.after if isinstance(outcome, GivenBack) else timedelta()
