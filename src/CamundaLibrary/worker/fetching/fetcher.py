"""Fetches tasks as long as there are free slots."""

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping, Set
from datetime import timedelta
from time import monotonic

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import LockedTask, Subscription
from CamundaLibrary.errors import EngineConflict, EngineError
from CamundaLibrary.task.reporting.receipt import Delivery
from CamundaLibrary.worker.batch import ENDLESS, Batch
from CamundaLibrary.worker.fetching.admission import Admission
from CamundaLibrary.worker.fetching.alarms import Alarms
from CamundaLibrary.worker.fetching.engine_state import EngineState
from CamundaLibrary.worker.fetching.late_replies import keep_ours
from CamundaLibrary.worker.fetching.lost_fetches import LostFetches, unlock
from CamundaLibrary.worker.fetching.own_retries import OwnRetries
from CamundaLibrary.worker.fetching.slots import Demand, Slots
from CamundaLibrary.worker.notices import Fetched, LockExtended, Notice, Notices, Reported

_log = logging.getLogger(__name__)

POLL = timedelta(seconds=10)
_SHORT_POLL = timedelta(seconds=0.8)
_AFTER_DUE = 0.1  # seconds
_AFTER_CONFLICT = 0.05


class Fetcher:
    """Asks one engine for as many tasks as there are free slots, for all open topics in one request.

    `take` is called with every task; it returns False for a task that came too late, which then is given back.
    `known` names the tasks that the worker has, also those whose result is yet to be reported.
    """

    def __init__(
        self,
        name: str,
        engine: Engine,
        worker_id: str,
        subscriptions: Mapping[str, Subscription],
        slots: Slots,
        admission: Admission,
        notices: Notices,
        take: Callable[[LockedTask], bool],
        known: Callable[[], Set[str]],
        batch: Batch = ENDLESS,
    ) -> None:
        self._name = name
        self._engine = engine
        self._worker_id = worker_id
        self._subscriptions = subscriptions
        self._slots = slots
        self._admission = admission
        self._notices = notices
        self._take = take
        self._known = known
        self._batch = batch
        self._state = EngineState(engine.url, slots, notices)
        self._retries = OwnRetries()
        self._lost = LostFetches(engine, worker_id, lambda: known() | self._retries.ids)
        self._alarms = Alarms()
        self._poll_end = 0.0
        self._answers_since = monotonic()
        self._is_done = False
        slots.join(name)
        notices.subscribe(self._learn)

    def run(self) -> None:
        """Fetches until the slots are closed or the batch is done. Raises NotAuthenticated if never let in."""
        try:
            self._greet()
            while not (self._slots.is_over or self._is_done):
                try:
                    self._work()
                except EngineError as error:
                    self._wait_after(error)
        finally:
            self._slots.leave(self._name)
            self._alarms.end()
        self._look_a_last_time()

    def _greet(self) -> None:
        """Waits for the engine to answer at all."""
        while not self._slots.is_over:
            try:
                return self._state.note_version(self._engine.version())
            except EngineError as error:
                self._wait_after(error, "The engine cannot be reached yet: ")
        return None

    def _wait_after(self, error: EngineError, prefix: str = "") -> None:
        """Leaves the slots to other engines meanwhile."""
        self._slots.leave(self._name)
        self._state.wait_after(error, prefix)
        self._slots.join(self._name)
        self._answers_since = monotonic()

    def _work(self) -> None:
        """One fetch, if there is a slot and an open topic for it."""
        if self._lost.seconds_to_look == 0:
            with self._alarms.paused():
                self._lost.look()
        admitted = self._admission.look(self._subscriptions)
        demand = self._slots.reserve(self._name, admitted.topics, admitted.seconds)
        was_idle = self._slots.is_idle
        if demand:
            brought = self._poll(demand, admitted.seconds)
            self._end_if_done(was_idle and brought == 0 and len(demand.topics) == len(admitted.topics))
        elif not admitted.topics:
            self._end_if_done(was_idle)

    def _poll(self, demand: Demand, seconds: float) -> int | None:
        """Fetches with a poll; what learns meanwhile of a task that comes back fetches that one itself."""
        self._poll_end = math.inf
        try:
            poll = self._choose_poll(demand, seconds)
            self._poll_end = monotonic() + poll.total_seconds()
            return self._fetch(self._name, demand, poll)
        finally:
            self._poll_end = 0.0

    def _choose_poll(self, demand: Demand, seconds: float) -> timedelta:
        """Returns how long the engine may hold the fetch: no longer than until something is known to change."""
        if self._batch.once and self._slots.is_idle:
            return timedelta()
        longest = _SHORT_POLL if demand.is_partial or self._batch.once else POLL
        ends = [seconds]
        due = self._retries.seconds_to_next(demand.topics)
        ends += [due + _AFTER_DUE] if due is not None else []
        ends += [look] if (look := self._lost.seconds_to_look) is not None else []
        if self._batch.idle_exit:
            ends.append(max(self._batch.idle_exit.total_seconds() - self._idle_seconds, _AFTER_DUE))
        return min(longest, timedelta(seconds=min(ends)))

    def _fetch(self, fetcher: str, demand: Demand, poll: timedelta) -> int | None:
        """Fetches what was reserved, and has it taken; returns how many tasks came, None after a conflict."""
        tasks: list[LockedTask] = []
        try:
            tasks = self._ask(demand, poll)
            for locked in tasks:
                if not (self._admission.is_open(locked.task.topic) and self._take(locked)):
                    unlock(self._engine, locked.task.id)
        except EngineConflict as error:
            _log.info("%s Trying again at once.", error)
            self._slots.wait_until_closed(_AFTER_CONFLICT)
            return None
        finally:
            self._slots.settle(fetcher, len(tasks))
        return len(tasks)

    def _ask(self, demand: Demand, poll: timedelta) -> list[LockedTask]:
        subscriptions = [self._subscriptions[topic] for topic in demand.topics]
        begun = monotonic()
        try:
            tasks = self._engine.external_tasks.fetch_and_lock(self._worker_id, subscriptions, demand.tasks, poll=poll)
        except EngineError as error:
            self._lost.suspect(error, begun + poll.total_seconds())
            raise
        self._state.note_answer()
        duration = timedelta(seconds=monotonic() - begun)
        tasks = keep_ours(self._engine, self._worker_id, tasks, self._subscriptions, duration)
        self._notices.tell(Fetched(self._engine.url, tuple(locked.task for locked in tasks), duration))
        return tasks

    @property
    def _idle_seconds(self) -> float:
        return min(self._slots.idle_seconds, monotonic() - self._answers_since)

    def _end_if_done(self, is_nothing_left: bool) -> None:
        """Ends a batch: nothing was running, and nothing came."""
        limit = self._batch.idle_exit
        is_idle_for_long = limit is not None and self._idle_seconds >= limit.total_seconds()
        may_be_lost = self._lost.seconds_to_look is not None
        self._is_done = is_nothing_left and not may_be_lost and (self._batch.once or is_idle_for_long)

    def _learn(self, notice: Notice) -> None:
        """Hears from other threads that the engine answers, and when tasks come back."""
        if isinstance(notice, LockExtended):
            self._note_answer_about(notice.task_id)
        if isinstance(notice, Reported) and notice.task.topic in self._subscriptions:
            if notice.receipt.delivery is not Delivery.UNDELIVERED:
                self._note_answer_about(notice.task.id)
            pause = self._retries.note(notice)
            if pause is not None and monotonic() + pause + _AFTER_DUE < self._poll_end:
                self._alarms.add(pause + _AFTER_DUE, lambda: self._fetch_between(notice.task.topic))

    def _note_answer_about(self, task_id: str) -> None:
        if self._state.is_in_trouble and task_id in self._known():
            self._state.note_other_answer()

    def _fetch_between(self, topic: str) -> None:
        """Fetches a task that comes back while a long poll goes on: the engine would not end the poll for it."""
        if monotonic() > self._poll_end:
            return
        fetcher = f"{self._name}, {threading.get_ident()}"
        if demand := self._slots.reserve(fetcher, self._admission.look([topic]).topics, 0):
            try:
                self._fetch(fetcher, demand, timedelta())
            except EngineError as error:
                _log.info("%s", error)

    def _look_a_last_time(self) -> None:
        """Sees to it that nothing stays locked that a poll without reply took, or may still take."""
        try:
            while (seconds := self._lost.seconds_to_look) is not None:
                time.sleep(seconds)
                self._lost.look()
        except EngineError as error:
            _log.warning("%s Tasks of a fetch whose reply was lost stay locked until their locks end.", error)
