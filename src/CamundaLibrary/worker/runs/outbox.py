"""The thread that brings results to the engine which could not be delivered at once."""

import logging
import threading
from collections.abc import Callable, Mapping
from time import monotonic

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.task.reporting.receipt import Delivery
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.notices import Connected, Fetched, FetchFailed, Notice
from CamundaLibrary.worker.runs.execution import Execution
from CamundaLibrary.worker.runs.recovery import Redelivery
from CamundaLibrary.worker.state.entry import Entry
from CamundaLibrary.worker.state.result import Result
from CamundaLibrary.worker.state.state_folder import StateFolder

_log = logging.getLogger(__name__)

LONGEST_WAIT = 60.0
"""Seconds between two attempts at one result."""
_GLANCE = 1.0  # seconds; nobody tells that a result was sent by hand


class Outbox:
    """Results that are still to be delivered: those that dead workers left, and what the engine did not take from us.

    Each is tried again after growing waits, and at once when the engine answers again, or when it was sent by hand and
    is to be forgotten. `deliver` takes one out and reports it, unless somebody does so already.
    """

    def __init__(
        self, equipment: Equipment, topics: Mapping[str, Topic], deliver: Callable[[Redelivery], None]
    ) -> None:
        self._equipment = equipment
        self._topics = topics
        self._deliver = deliver
        self._due: dict[str, tuple[float, Redelivery]] = {}
        self._changed = threading.Condition()
        self._is_closed = False
        self._away: set[str] = set()
        self._thread: threading.Thread | None = None
        equipment.notices.subscribe(self._take_notice)

    def recover(self) -> None:
        """Takes on what is in the spools of this worker and of those that it inherited."""
        state = self._equipment.state
        for folder in (state, *state.inherited):
            for entry in folder.open_entries():
                if entry.engine == self._equipment.engine.url:
                    self._put(self._redelivery(entry, folder), 0)
        if self._due:
            _log.info("Tasks of earlier workers that are still to be reported: %d.", len(self._due))

    def put(self, item: Execution | Redelivery, delivery: Delivery) -> None:
        """Takes on a result that could not be delivered."""
        if isinstance(item, Execution):
            item = self._redelivery(item.entry, self._equipment.state, item.result)
        if delivery is Delivery.UNDELIVERED:
            self._defer_all(item.wait)
        self._put(item, item.wait)
        item.wait = min(item.wait * 2, LONGEST_WAIT)

    def take_out(self, task_id: str) -> Redelivery | None:
        """Returns the result that waits for this task, if there is one; it is no longer the outbox's then."""
        with self._changed:
            return self._due.pop(task_id, (0, None))[1]

    @property
    def known(self) -> frozenset[str]:
        """The tasks whose results wait here."""
        with self._changed:
            return frozenset(self._due)

    def close(self) -> None:
        """From now on nothing is delivered; what is under way goes on."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _redelivery(self, entry: Entry, state: StateFolder, result: Result | None = None) -> Redelivery:
        return Redelivery(entry, self._topics.get(entry.task.topic), state, self._equipment, result)

    def _put(self, item: Redelivery, wait: float) -> None:
        with self._changed:
            self._due[item.task.id] = monotonic() + wait, item
            self._changed.notify_all()
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="outbox", daemon=True)
                self._thread.start()

    def _defer_all(self, wait: float) -> None:
        """Where one cannot be delivered because the engine is away, no other can."""
        with self._changed:
            earliest = monotonic() + wait
            self._due = {key: (max(due, earliest), item) for key, (due, item) in self._due.items()}

    def _run(self) -> None:
        while item := self._wait_for_next():
            try:
                self._deliver(item)
            except Exception:
                _log.exception("Delivering the result of task '%s' failed.", item.task.id)
                self.put(item, Delivery.UNDELIVERED)

    def _wait_for_next(self) -> Redelivery | None:
        with self._changed:
            while not self._is_closed:
                if item := self._find_due():
                    return item
                earliest = min((due for due, _ in self._due.values()), default=None)
                self._changed.wait(None if earliest is None else min(earliest - monotonic(), _GLANCE))
        return None

    def _find_due(self) -> Redelivery | None:
        now = monotonic()
        return next((item for due, item in self._due.values() if due <= now or item.was_sent_by_hand), None)

    def _take_notice(self, notice: Notice) -> None:
        """Whichever engine answers again: one attempt too many harms nobody."""
        if isinstance(notice, FetchFailed):
            self._away.add(notice.engine)
        elif isinstance(notice, (Connected, Fetched)) and notice.engine in self._away:
            self._away.discard(notice.engine)
            with self._changed:
                self._due = {key: (0, item) for key, (_, item) in self._due.items()}
                self._changed.notify_all()
