"""What works for one engine."""

import threading
from collections.abc import Callable, Mapping
from enum import Enum
from queue import SimpleQueue
from typing import NamedTuple

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.worker.batch import Batch
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.fetching.admission import Admission
from CamundaLibrary.worker.fetching.fetcher import Fetcher
from CamundaLibrary.worker.fetching.slots import Slots
from CamundaLibrary.worker.runs.roster import Roster
from CamundaLibrary.worker.runs.run import MakeRun


class Event(Enum):
    """What the main thread waits for. Putting one into a `SimpleQueue` is safe in signal handlers."""

    STOP = "stop"  #: somebody wants the worker to stop; the second time at once
    ENDED = "ended"  #: a robot, a report or a fetcher ended
    BROKEN = "broken"  #: a fetcher died


class Crew(NamedTuple):
    """What works for one engine. `name` tells engines apart; `topics` are to be fetched there, `runs` do the tasks."""

    name: str
    equipment: Equipment
    topics: Mapping[str, Topic]
    runs: Mapping[str, MakeRun]


class Post:
    """The roster of a crew, and its fetcher with a thread for it."""

    def __init__(
        self,
        crew: Crew,
        slots: Slots,
        admission: Admission,
        batch: Batch,
        events: "SimpleQueue[Event]",
        fail: Callable[[BaseException], None],
    ) -> None:
        equipment = crew.equipment
        self.roster = Roster(equipment, crew.topics, crew.runs, slots, self._note_end)
        self._fetcher = Fetcher(
            crew.name,
            equipment.engine,
            equipment.worker_id,
            {name: topic.subscription(equipment.settings.lock_duration) for name, topic in crew.topics.items()},
            slots,
            admission,
            equipment.notices,
            self.roster.take,
            lambda: self.roster.known,
            batch,
        )
        self._events = events
        self._fail = fail
        self._has_fetched = False
        self._thread = threading.Thread(target=self._fetch, name="fetcher", daemon=True)

    @property
    def is_fetching(self) -> bool:
        return not self._has_fetched

    @property
    def is_busy(self) -> bool:
        """Whether there is something to wait for before the worker may end."""
        return self.is_fetching or bool(self.roster.executions)

    def start(self) -> None:
        self._thread.start()

    def _fetch(self) -> None:
        try:
            self._fetcher.run()
        except BaseException as error:
            self._fail(error)
        self._has_fetched = True
        self._events.put(Event.ENDED)

    def _note_end(self) -> None:
        """Of a robot or a report. As long as more is fetched, it changes nothing for the main thread."""
        if self._has_fetched:
            self._events.put(Event.ENDED)
