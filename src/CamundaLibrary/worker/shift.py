"""The time from the first fetch to the last report."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from queue import Empty, SimpleQueue
from time import monotonic

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.durations import format_duration
from CamundaLibrary.errors import EngineError
from CamundaLibrary.worker.batch import ENDLESS, Batch
from CamundaLibrary.worker.fetching.admission import FAILURES, Admission
from CamundaLibrary.worker.fetching.resources import Resource
from CamundaLibrary.worker.fetching.slots import Slots
from CamundaLibrary.worker.notices import Alive, Broken, Stopping
from CamundaLibrary.worker.post import Crew, Event, Post
from CamundaLibrary.worker.runs.execution import Execution
from CamundaLibrary.worker.runs.recovery import Redelivery
from CamundaLibrary.worker.runs.run import PATIENCE

_log = logging.getLogger(__name__)

_HURRY = timedelta(seconds=1)
_GONE = (PATIENCE + timedelta(seconds=5)).total_seconds()
"""After which a robot that was stopped is not waited for any longer: it is a thread, which nobody can kill."""
_LAST_REPORTS = timedelta(seconds=10)


class Shift:
    """Runs in the main thread; the fetchers and every task have threads of their own.

    The crews share notices, state folder, slots and what is known of topics. `watched` are side threads by name, with
    a function that tells whether they live: should one die, the worker stops in order. Lock keepers are watched anyhow.
    """

    def __init__(
        self,
        crews: Sequence[Crew],
        slots: int,
        grace: timedelta,
        events: "SimpleQueue[Event]",
        *,
        batch: Batch = ENDLESS,
        breaker_after: int = FAILURES,
        watched: Mapping[str, Callable[[], bool]] | None = None,
    ) -> None:
        self._grace = grace
        self._events = events
        self._notices = crews[0].equipment.notices
        state = crews[0].equipment.state.path.parent
        topics = {name: topic for crew in crews for name, topic in crew.topics.items()}
        needed = _resources(topics)
        resources = {name: Resource(state, name) for name in needed.values()}
        self._slots = Slots(slots, _limits(topics), needed, resources, batch.limit)
        admission = Admission(topics.values(), state, self._notices, breaker_after, changed=self._slots.wake)
        self._posts = [Post(crew, self._slots, admission, batch, events, self._fail) for crew in crews]
        self._watched = {**_keepers(crews), **(watched or {})}
        self._stops = 0
        self._failure: BaseException | None = None

    def run(self) -> int:
        """Works until stopped, or until the batch is done; returns the exit code.

        Raises what an engine said if it never let us in.
        """
        for post in self._posts:
            post.start()
        try:
            while self._is_busy and not self._stops:
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
        self._notices.tell(Alive())
        self._watch()
        try:
            event = self._events.get(timeout=1)
        except Empty:
            return
        if event is Event.STOP or (event is Event.BROKEN and not self._stops):
            self._stops += 1

    def _watch(self) -> None:
        for name, is_alive in self._watched.items():
            if self._failure is None and not is_alive():
                self._fail(RuntimeError(f"The {name} died."))

    def _fail(self, error: BaseException) -> None:
        """Something died that the worker cannot do without: it stops in order."""
        self._failure = self._failure or error
        if not isinstance(error, EngineError):
            _log.critical("The worker is broken and stops: %s", error, exc_info=error if error.__traceback__ else None)
            self._notices.tell(Broken(str(error)))
        self._events.put(Event.BROKEN)

    def _wind_down(self) -> bool:
        """Ends in order; returns False if a second stop came, or if what runs cannot be stopped."""
        self._notices.tell(Stopping())
        self._close()
        self._say_what_is_left()
        deadline = monotonic() + self._grace.total_seconds()
        is_over = False
        while self._is_busy and self._stops < 2:
            self._await_event()
            if not is_over and monotonic() >= deadline:
                is_over = True
                self._stop_robots(lambda execution: execution.stop(), "The grace time is over")
            if self._running and monotonic() >= deadline + _GONE:
                return False
        return self._stops < 2

    def _hurry(self) -> bool:
        self._stop_robots(lambda execution: execution.stop(_HURRY), "Stopping at once")
        deadline = monotonic() + _LAST_REPORTS.total_seconds()
        while self._executions and monotonic() < deadline:
            self._await_event()
        for execution in self._executions:
            _log.warning("Task '%s' was not reported: it stays locked until its lock ends.", execution.task.id)
        return False

    def _close(self) -> None:
        self._slots.close()
        for post in self._posts:
            post.roster.close()

    @property
    def _executions(self) -> list[Execution | Redelivery]:
        return [execution for post in self._posts for execution in post.roster.executions]

    @property
    def _running(self) -> list[Execution | Redelivery]:
        return [execution for execution in self._executions if execution.is_robot_running]

    @property
    def _is_busy(self) -> bool:
        return any(post.is_busy for post in self._posts)

    def _say_what_is_left(self) -> None:
        running = len(self._running)
        if running:
            robots = "1 robot that runs gets" if running == 1 else f"{running} robots that run get"
            _log.info("Stopping: nothing more is fetched, %s up to %s.", robots, format_duration(self._grace))
        elif any(post.is_fetching for post in self._posts):
            _log.info("Stopping: waiting for the engine's last answer, 10 seconds at most.")

    def _stop_robots(self, stop: Callable[[Execution | Redelivery], None], reason: str) -> None:
        running = self._running
        if running:
            _log.warning("%s: %d %s stopped.", reason, len(running), "robot is" if len(running) == 1 else "robots are")
        for execution in running:
            stop(execution)


def _limits(topics: Mapping[str, Topic]) -> dict[str, int]:
    limits = {name: topic.options.max_tasks for name, topic in topics.items()}
    return {name: limit for name, limit in limits.items() if limit is not None}


def _resources(topics: Mapping[str, Topic]) -> dict[str, str]:
    """Returns what the topics need that only one robot at a time may use."""
    resources = {name: topic.options.resource for name, topic in topics.items()}
    return {name: resource for name, resource in resources.items() if resource is not None}


def _keepers(crews: Iterable[Crew]) -> dict[str, Callable[[], bool]]:
    return {f"lock keeper of {crew.name}": _is_alive(crew) for crew in crews}


def _is_alive(crew: Crew) -> Callable[[], bool]:
    return lambda: crew.equipment.keeper.is_alive
