"""Tasks that the engine gave to fetches of workers that died: their polls go on in the engine, and take for nobody."""

import logging
import threading
from collections.abc import Callable, Set
from time import monotonic

from CamundaLibrary.errors import EngineError, EngineUnreachable
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.fetching import fetcher
from CamundaLibrary.worker.fetching.lost_fetches import LostFetches
from CamundaLibrary.worker.state.spool import Spool
from CamundaLibrary.worker.waits import GrowingWait

_log = logging.getLogger(__name__)


class Ghosts:
    """Gives such tasks back, instead of waiting for the end of their locks. A thread does so until it is done.

    `known` names the tasks that are rightly locked, whether for this worker or for one that died.
    """

    def __init__(self, equipment: Equipment, known: Callable[[], Set[str]]) -> None:
        self._equipment = equipment
        self._known = known
        self._spools = tuple(folder.spool for folder in (equipment.state, *equipment.state.inherited))
        self._closed = threading.Event()

    def start(self) -> None:
        """Begins to look after what dead workers fetched."""
        dead = [(spool, worker_id) for spool in self._spools for worker_id in spool.workers(self._equipment.engine.url)]
        if dead:
            threading.Thread(target=self._run, args=(dead,), name="ghosts", daemon=True).start()

    def close(self) -> None:
        """Ends the thread, if there is one."""
        self._closed.set()

    def _run(self, dead: list[tuple[Spool, str]]) -> None:
        for spool, worker_id in dead:
            if not self._look_twice(worker_id):
                return
            spool.forget_worker(worker_id)

    def _look_twice(self, worker_id: str) -> bool:
        """Looks now, and when the last poll has ended; returns False if the worker stops before."""
        engine, wait = self._equipment.engine, GrowingWait()
        lost = LostFetches(engine, worker_id, self._rightly_locked)
        lost.suspect(EngineUnreachable("Fetching tasks", "the worker died"), monotonic() + fetcher.POLL.total_seconds())
        while (seconds := lost.seconds_to_look) is not None:
            if self._closed.wait(seconds):
                return False
            try:
                lost.look()
            except EngineError as error:
                _log.debug("%s", error)
                self._closed.wait(wait.take())
        return True

    def _rightly_locked(self) -> frozenset[str]:
        return frozenset(self._known()).union(*(spool.rests() for spool in self._spools))
