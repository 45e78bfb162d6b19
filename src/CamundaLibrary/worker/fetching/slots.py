"""How many robots may run at once, in all and of each topic, whichever engine their tasks are of."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import NamedTuple, Protocol

from CamundaLibrary.worker.fetching.turns import Turns

_PATIENCE = 1.0  # seconds; nobody tells when another worker gives back a resource


class Demand(NamedTuple):
    """What may be fetched now: at most `tasks` of `topics`.

    `is_partial`: there may soon be more to ask for (other topics at their limit, another engine whose turn it is, a
    report that may bring a task back), so that the fetch is to be short.
    """

    tasks: int
    topics: tuple[str, ...]
    is_partial: bool


class OneAtATime(Protocol):
    """What only one robot may use at once; see `Resource`."""

    def take(self, who: str) -> bool: ...

    def give_back(self) -> None: ...


class _Fetch(NamedTuple):
    """A fetch under way, and what is reserved for it."""

    demand: Demand
    resources: frozenset[str]


class Slots:
    """Counts what runs. A slot is taken from the fetch to the end of the robot; reports need none.

    A fetch reserves what it asks for, under the name of who fetches, and settles when its tasks were taken: so all
    fetches together never bring more than there are slots. Fetchers that joined share what is free: who brought less
    than asked for asks for one, and where slots are short they take turns.

    Should reports no longer come through while tasks still do, more of them than there are slots hold slots back.
    `limits` is by topic, `resources` by name, `resource_of` says which a topic needs. `most`: tasks to take in all.
    """

    def __init__(
        self,
        count: int,
        limits: Mapping[str, int] | None = None,
        resource_of: Mapping[str, str] | None = None,
        resources: Mapping[str, OneAtATime] | None = None,
        most: int | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._count = count
        self._limits = limits or {}
        self._resource_of = resource_of or {}
        self._resources = resources or {}
        self._most = most
        self._clock = clock
        self._turns = Turns()
        self._fetches: dict[str, _Fetch] = {}
        self._running: Counter[str] = Counter()
        self._reporting: Counter[str] = Counter()
        self._taken = 0
        self._wakes = 0
        self._idle_since = clock()
        self._changed = threading.Condition()
        self._is_closed = False

    @property
    def is_over(self) -> bool:
        """Whether nothing will be fetched any more: closed, or as many tasks taken as were wanted."""
        return self._is_closed or (self._most is not None and self._taken >= self._most)

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs or is reported."""
        return not self._reporting.total() and not self._running.total()

    @property
    def idle_seconds(self) -> float:
        """For how long nothing has run or been reported."""
        return self._clock() - self._idle_since if self.is_idle else 0

    def join(self, fetcher: str) -> None:
        """Counts a fetcher in, among which slots are shared."""
        with self._changed:
            self._turns.join(fetcher)

    def leave(self, fetcher: str) -> None:
        with self._changed:
            self._turns.leave(fetcher)
            self._changed.notify_all()

    def reserve(self, fetcher: str, topics: Mapping[str, int | None], seconds: float) -> Demand | None:
        """Reserves slots for a fetch of these topics, each with its own limit for now or None.

        Waits until there is one, but no longer than `seconds`, a `wake`, or the end: then returns None.
        """
        with self._changed:
            wakes = self._wakes
            deadline = self._clock() + seconds
            try:
                while not self.is_over and wakes == self._wakes:
                    demand = self._try_to_reserve(fetcher, topics)
                    left = deadline - self._clock()
                    if demand or left <= 0:
                        return demand
                    self._changed.wait(min(left, _PATIENCE) if self._resources or self._turns.are_needed else left)
            finally:
                self._leave_queue(fetcher)
        return None

    def settle(self, fetcher: str, brought: int) -> None:
        """Ends what a fetch reserved, after the tasks that it brought were taken."""
        with self._changed:
            fetch = self._fetches.pop(fetcher)
            self._turns.note_end(fetcher, brought >= fetch.demand.tasks)
            self._give_back(fetch.resources)
            self._changed.notify_all()

    def take(self, topic: str) -> None:
        with self._changed:
            self._running[topic] += 1
            self._taken += 1
            self._changed.notify_all()

    def free(self, topic: str) -> None:
        """Gives back a slot that was not needed."""
        with self._changed:
            self._taken -= 1
            self._end_run(topic)

    def begin_report(self, topic: str) -> None:
        """Frees the slot of a robot that ended."""
        with self._changed:
            self._reporting[topic] += 1
            self._end_run(topic)

    def end_report(self, topic: str) -> None:
        with self._changed:
            self._reporting[topic] -= 1
            self._note_idleness()

    def wake(self) -> None:
        """Ends all waits: something is different now."""
        with self._changed:
            self._wakes += 1
            self._changed.notify_all()

    def wait_until_closed(self, seconds: float, or_until: Callable[[], bool] = lambda: False) -> bool:
        """Waits, at most until a `wake` after which `or_until` holds; returns whether it was closed meanwhile."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_closed or or_until(), seconds)
            return self._is_closed

    def close(self) -> None:
        """From now on nothing may be fetched."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _try_to_reserve(self, fetcher: str, topics: Mapping[str, int | None]) -> Demand | None:
        rest = {topic: self._rest_of(topic, limit) for topic, limit in topics.items()}
        yielded = self._turns.yields(fetcher, self._keys(topics))
        wanted = [topic for topic in topics if rest[topic] > 0 and self._key(topic) not in yielded]
        free = self._free() - (self._turns.queue(fetcher) if wanted else 0)
        resources = self._take_resources(fetcher, wanted) if free > 0 else frozenset()
        chosen = tuple(topic for topic in wanted if self._resource_of.get(topic, "") in (resources | {""}))
        if free > 0 or not wanted:
            self._turns.note(fetcher, self._keys(chosen), self._keys(topics) - self._keys(chosen))
            self._leave_queue(fetcher)
        if free <= 0 or not chosen:
            return None
        tasks = min(self._turns.share(fetcher, free, self._fetches), *(rest[topic] for topic in chosen))
        is_awaited = self._turns.is_awaited(fetcher, free - tasks, self._keys(chosen), self._fetches)
        demand = Demand(tasks, chosen, len(chosen) < len(topics) or is_awaited or self._reporting.total() > 0)
        self._fetches[fetcher] = _Fetch(demand, resources)
        return demand

    def _key(self, topic: str) -> str:
        """What fetchers have to share of a topic."""
        return self._resource_of.get(topic, topic)

    def _keys(self, topics: Iterable[str]) -> frozenset[str]:
        return frozenset(map(self._key, topics))

    def _rest_of(self, topic: str, limit: int | None) -> int:
        """Returns how many more of the topic may be fetched: one fetch has one number for all its topics."""
        limits = [self._limits[topic]] if topic in self._limits else []
        if limit is not None:  # what is reported may change it
            limits.append(limit - self._reporting[topic])
        reserved = sum(fetch.demand.tasks for fetch in self._fetches.values() if topic in fetch.demand.topics)
        rest = min(limits) - self._running[topic] - reserved if limits else self._count
        if topic in self._resource_of:
            rest = min(rest, 0 if self._is_in_use(self._resource_of[topic]) else 1)
        return rest

    def _free(self) -> int:
        reserved = sum(fetch.demand.tasks for fetch in self._fetches.values())
        held_back = max(self._reporting.total() - self._count, 0)
        free = self._count - self._running.total() - reserved - held_back
        return free if self._most is None else min(free, self._most - self._taken - reserved)

    def _leave_queue(self, fetcher: str) -> None:
        if self._turns.leave_queue(fetcher):
            self._changed.notify_all()

    def _is_in_use(self, resource: str) -> bool:
        return any(self._running[topic] for topic in self._topics_of(resource)) or any(
            resource in fetch.resources for fetch in self._fetches.values()
        )

    def _topics_of(self, resource: str) -> list[str]:
        return [topic for topic, needed in self._resource_of.items() if needed == resource]

    def _take_resources(self, fetcher: str, topics: list[str]) -> frozenset[str]:
        needed = {self._resource_of[topic] for topic in topics if topic in self._resource_of}
        return frozenset(name for name in needed if self._resources[name].take(fetcher))

    def _give_back(self, resources: frozenset[str]) -> None:
        for name in resources:
            if not self._is_in_use(name):
                self._resources[name].give_back()

    def _end_run(self, topic: str) -> None:
        self._running[topic] -= 1
        if topic in self._resource_of:
            self._give_back(frozenset({self._resource_of[topic]}))
        self._note_idleness()

    def _note_idleness(self) -> None:
        if self.is_idle:
            self._idle_since = self._clock()
        self._changed.notify_all()
