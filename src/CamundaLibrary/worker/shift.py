"""The time from the first fetch to the last report."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import Enum
from queue import Empty, SimpleQueue
from time import monotonic

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.durations import format_duration
from CamundaLibrary.engines.records import Subscription
from CamundaLibrary.errors import EngineError
from CamundaLibrary.runners import Runner
from CamundaLibrary.worker.execution import Equipment, Execution
from CamundaLibrary.worker.fetching import Fetcher
from CamundaLibrary.worker.roster import Roster
from CamundaLibrary.worker.slots import Slots

_log = logging.getLogger(__name__)

_HURRY = timedelta(seconds=1)
_LAST_REPORTS = timedelta(seconds=10)


class Event(Enum):
    """What the main thread waits for. Putting one into a `SimpleQueue` is safe in signal handlers."""

    STOP = "stop"  #: somebody wants the worker to stop; the second time at once
    ENDED = "ended"  #: a robot, a report or the fetcher ended
    BROKEN = "broken"  #: the fetcher died


class Shift:
    """Runs in the main thread; the fetcher and every task have threads of their own."""

    def __init__(
        self,
        equipment: Equipment,
        topics: Mapping[str, Topic],
        runners: Mapping[str, Runner],
        slots: int,
        grace: timedelta,
        events: "SimpleQueue[Event]",
    ) -> None:
        self._equipment = equipment
        self._topics = topics
        self._grace = grace
        self._events = events
        self._slots = Slots(slots, tuple(topics), _limits(topics))
        self._roster = Roster(equipment, topics, runners, self._slots, lambda: events.put(Event.ENDED))
        self._stops = 0
        self._failure: BaseException | None = None
        self._fetcher = threading.Thread(target=self._fetch, name="fetcher", daemon=True)

    def run(self) -> int:
        """Works until stopped; returns the exit code. Raises what the engine said if it never let us in."""
        self._fetcher.start()
        try:
            while not self._stops:
                self._await_event()
            is_orderly = self._wind_down() or self._hurry()
        except BaseException:
            self._close()
            self._hurry()
            raise
        if isinstance(self._failure, EngineError):
            raise self._failure
        return 0 if is_orderly and self._failure is None else 1

    def _await_event(self) -> None:
        """Returns after a second at the latest: on Windows no signal is seen before."""
        try:
            event = self._events.get(timeout=1)
        except Empty:
            return
        if event is Event.STOP or (event is Event.BROKEN and not self._stops):
            self._stops += 1

    def _wind_down(self) -> bool:
        """Ends in order; returns False if a second stop came."""
        self._close()
        self._say_what_is_left()
        deadline = monotonic() + self._grace.total_seconds()
        is_over = False
        while self._is_busy and self._stops < 2:
            self._await_event()
            if not is_over and monotonic() >= deadline:
                is_over = True
                self._stop_robots(Execution.stop, "The grace time is over")
        return self._stops < 2

    def _hurry(self) -> bool:
        self._stop_robots(lambda execution: execution.stop(_HURRY), "Stopping at once")
        deadline = monotonic() + _LAST_REPORTS.total_seconds()
        while self._roster.executions and monotonic() < deadline:
            self._await_event()
        for execution in self._roster.executions:
            _log.warning("Task '%s' was not reported: it stays locked until its lock ends.", execution.task.id)
        return False

    def _close(self) -> None:
        self._slots.close()
        self._roster.close()

    @property
    def _is_busy(self) -> bool:
        return bool(self._roster.executions) or self._fetcher.is_alive()

    def _say_what_is_left(self) -> None:
        running = sum(execution.is_robot_running for execution in self._roster.executions)
        if running:
            robots = "1 robot that runs gets" if running == 1 else f"{running} robots that run get"
            _log.info("Stopping: nothing more is fetched, %s up to %s.", robots, format_duration(self._grace))
        elif self._fetcher.is_alive():
            _log.info("Stopping: waiting for the engine's last answer, 10 seconds at most.")

    def _stop_robots(self, stop: Callable[[Execution], None], reason: str) -> None:
        running = [execution for execution in self._roster.executions if execution.is_robot_running]
        if running:
            _log.warning("%s: %d %s stopped.", reason, len(running), "robot is" if len(running) == 1 else "robots are")
        for execution in running:
            stop(execution)

    def _fetch(self) -> None:
        """The fetcher's thread. Should it die, the worker stops in order."""
        equipment = self._equipment
        subscriptions = {name: _subscribe(topic, equipment) for name, topic in self._topics.items()}
        fetcher = Fetcher(
            equipment.engine, equipment.worker_id, subscriptions, self._slots, self._roster.take, self._check_keeper
        )
        try:
            fetcher.run()
        except BaseException as error:
            self._failure = error
            if not isinstance(error, EngineError):
                _log.critical("The worker is broken and stops.", exc_info=error)
            self._events.put(Event.BROKEN)
        self._events.put(Event.ENDED)

    def _check_keeper(self) -> None:
        if not self._equipment.keeper.is_alive:
            raise RuntimeError("The lock keeper died: locks are no longer kept.")


def _limits(topics: Mapping[str, Topic]) -> dict[str, int]:
    limits = {name: topic.options.max_tasks for name, topic in topics.items()}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _subscribe(topic: Topic, equipment: Equipment) -> Subscription:
    options = topic.options
    return Subscription(topic.name, options.lock_duration or equipment.settings.lock_duration, options.variables)
