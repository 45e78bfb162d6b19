"""Tasks that the engine locked for us in a fetch whose reply we never saw."""

import logging
from collections.abc import Callable, Set
from time import monotonic

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import EngineError, EngineUnavailable, EngineUnreachable, NotFound, ReplyUnreadable

_log = logging.getLogger(__name__)

REPLY_LOST = (EngineUnreachable, EngineUnavailable, ReplyUnreadable)
_MARGIN = 1.0  # seconds
_UNLOCK_TRIES = 3


class LostFetches:
    """Gives such tasks back at once: else they would wait until their lock ends.

    A poll whose connection broke goes on in the engine to its end, and takes tasks for nobody ("ghost"): so there is
    a second look after that. Nothing is asked while no reply was lost. `known` names the tasks under our worker id
    that are rightly locked. For one thread; no fetch may be under way at a look.
    """

    def __init__(
        self, engine: Engine, worker_id: str, known: Callable[[], Set[str]], clock: Callable[[], float] = monotonic
    ) -> None:
        self._engine = engine
        self._worker_id = worker_id
        self._known = known
        self._clock = clock
        self._looks: list[float] = []

    def suspect(self, error: EngineError, poll_end: float) -> None:
        """Notes that a fetch failed which the engine may go on with until `poll_end`, by the clock."""
        if isinstance(error, REPLY_LOST):
            later = max((poll_end + _MARGIN, *self._looks))
            self._looks = [self._clock(), later]

    @property
    def seconds_to_look(self) -> float | None:
        """Returns when the next look is due, 0 for now; None if there is nothing to look for."""
        return max(min(self._looks) - self._clock(), 0) if self._looks else None

    def look(self) -> None:
        """Looks if that is due, and gives back what is found. Raises EngineError, and then is due again."""
        if self.seconds_to_look != 0:
            return
        begun = self._clock()
        known = self._known()
        held = self._engine.external_tasks.list(worker_id=self._worker_id, locked=True)
        for task_id in {task.id for task in held} - known - self._known():
            _log.info("Task '%s' was locked for us by a fetch whose reply was lost: it is given back.", task_id)
            unlock(self._engine, task_id)
        self._looks = [due for due in self._looks if due > begun]


def unlock(engine: Engine, task_id: str) -> None:
    """Gives back a task that nobody works on."""
    for _ in range(_UNLOCK_TRIES):
        try:
            return engine.external_tasks.unlock(task_id)
        except NotFound:
            return None
        except EngineError as error:
            problem = error
    _log.warning("Task '%s' stays locked until its lock ends: %s", task_id, problem)
    return None
