"""Fetches tasks as long as there are free slots."""

import logging
from collections.abc import Callable, Mapping
from datetime import timedelta

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import LockedTask, Subscription
from CamundaLibrary.errors import EngineConflict, EngineError, NotAuthenticated
from CamundaLibrary.worker.slots import Demand, Slots
from CamundaLibrary.worker.waits import GrowingWait

_log = logging.getLogger(__name__)

POLL = timedelta(seconds=10)
_PARTIAL_POLL = timedelta(seconds=1)
_UNLOCK_TRIES = 3


class Fetcher:
    """Asks the engine for as many tasks as there are free slots, for all topics in one request.

    `take` is called with every task; it returns False for a task that came too late, which then is unlocked. `check`
    is called before every fetch and raises if tasks could not be taken care of.
    """

    def __init__(
        self,
        engine: Engine,
        worker_id: str,
        subscriptions: Mapping[str, Subscription],
        slots: Slots,
        take: Callable[[LockedTask], bool],
        check: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._worker_id = worker_id
        self._subscriptions = subscriptions
        self._slots = slots
        self._take = take
        self._check = check
        self._wait = GrowingWait()
        self._is_known = False
        self._is_in_trouble = False

    def run(self) -> None:
        """Fetches until the slots are closed. Raises NotAuthenticated if the engine never knew us."""
        self._greet()
        while demand := self._slots.wait_for_demand():
            self._check()
            for locked in self._fetch(demand):
                if not self._take(locked):
                    unlock(self._engine, locked.task.id)

    def _greet(self) -> None:
        """Waits for the engine to answer at all."""
        while True:
            try:
                version = self._engine.version()
            except EngineError as error:
                if self._recover_from(error, "The engine cannot be reached yet: "):
                    return None
            else:
                _log.info("Connected with engine %s at %s.", version, self._engine.url)
                return self._note_answer()

    def _fetch(self, demand: Demand) -> list[LockedTask]:
        subscriptions = [self._subscriptions[topic] for topic in demand.topics]
        poll = _PARTIAL_POLL if demand.is_partial else POLL
        try:
            tasks = self._engine.external_tasks.fetch_and_lock(self._worker_id, subscriptions, demand.tasks, poll=poll)
        except EngineConflict as error:
            _log.info("%s Trying again at once.", error)
            self._slots.wait_until_closed(0.05)
            return []
        except EngineError as error:
            self._recover_from(error)
            return []
        self._note_answer()
        return tasks

    def _recover_from(self, error: EngineError, prefix: str = "") -> bool:
        """Waits before the next attempt, longer each time; returns whether the worker stops."""
        if isinstance(error, NotAuthenticated) and not self._is_known:
            raise error
        seconds = self._wait.take()
        _log.warning("%s%s Trying again in %.1f s.", prefix, error, seconds)
        self._is_in_trouble = True
        return self._slots.wait_until_closed(seconds)

    def _note_answer(self) -> None:
        if self._is_in_trouble and self._is_known:
            _log.info("The engine answers again.")
        self._is_known, self._is_in_trouble = True, False
        self._wait.reset()


def unlock(engine: Engine, task_id: str) -> None:
    """Gives back a task that nobody works on."""
    for _ in range(_UNLOCK_TRIES):
        try:
            return engine.external_tasks.unlock(task_id)
        except EngineError as error:
            problem = error
    _log.warning("Task '%s' stays locked until its lock ends: %s", task_id, problem)
    return None
