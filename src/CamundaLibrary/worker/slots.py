"""How many robots may run at once, in all and of each topic."""

import threading
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple


class Demand(NamedTuple):
    """What may be fetched now: at most `tasks` of `topics`; `is_partial` while other topics are at their limit."""

    tasks: int
    topics: tuple[str, ...]
    is_partial: bool


class Slots:
    """Counts what runs. A slot is taken from the fetch to the end of the robot; reports need none.

    Should reports no longer come through while tasks still do, more of them than there are slots hold slots back.
    """

    def __init__(self, count: int, topics: Collection[str], limits: Mapping[str, int]) -> None:
        self._count = count
        self._topics = tuple(topics)
        self._limits = limits
        self._running: Counter[str] = Counter()
        self._reporting = 0
        self._changed = threading.Condition()
        self._is_closed = False

    def wait_for_demand(self) -> Demand | None:
        """Returns what may be fetched as soon as there is a free slot; None once closed."""
        with self._changed:
            while not self._is_closed:
                demand = self._demand()
                if demand.tasks > 0:
                    return demand
                self._changed.wait()
        return None

    def wait_until_closed(self, seconds: float) -> bool:
        """Waits, and returns whether it was closed meanwhile."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_closed, seconds)

    def take(self, topic: str) -> None:
        with self._changed:
            self._running[topic] += 1

    def free(self, topic: str) -> None:
        """Gives back a slot that was not needed."""
        with self._changed:
            self._running[topic] -= 1
            self._changed.notify_all()

    def begin_report(self, topic: str) -> None:
        """Frees the slot of a robot that ended."""
        with self._changed:
            self._running[topic] -= 1
            self._reporting += 1
            self._changed.notify_all()

    def end_report(self) -> None:
        with self._changed:
            self._reporting -= 1
            self._changed.notify_all()

    def close(self) -> None:
        """From now on nothing may be fetched."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _demand(self) -> Demand:
        """One fetch has one number for all topics: the least that any of them may still have."""
        rest = {topic: self._limits.get(topic, self._count) - self._running[topic] for topic in self._topics}
        topics = tuple(topic for topic in self._topics if rest[topic] > 0)
        held_back = max(self._reporting - self._count, 0)
        free = self._count - self._running.total() - held_back
        tasks = min((free, *(rest[topic] for topic in topics))) if topics else 0
        return Demand(tasks, topics, len(topics) < len(self._topics))
