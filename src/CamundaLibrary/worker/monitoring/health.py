"""Whether a worker is alive, and whether it is ready: what those who keep it running ask."""

import threading
from collections.abc import Collection
from time import monotonic

from CamundaLibrary.worker import notices
from CamundaLibrary.worker.notices import Notice

PATIENCE = 60.0  # seconds


class Health:
    """Learns from notices. It is of one worker with the engines of these addresses."""

    def __init__(self, engines: Collection[str]) -> None:
        self._guard = threading.Lock()
        self._answers: dict[str, float | None] = dict.fromkeys(engines)
        self._troubles: dict[str, str] = {}
        self._moved = monotonic()
        self._broken: str | None = None
        self._is_stopping = False

    def notice(self, notice: Notice) -> None:
        """Takes one notice into account; safe in any thread."""
        with self._guard:
            if isinstance(notice, notices.Alive):
                self._moved = monotonic()
            elif isinstance(notice, (notices.Connected, notices.Fetched)):
                self._answers[notice.engine] = monotonic()
                self._troubles.pop(notice.engine, None)
            elif isinstance(notice, notices.FetchFailed):
                self._troubles[notice.engine] = notice.problem
            elif isinstance(notice, notices.Broken):
                self._broken = notice.reason
            elif isinstance(notice, notices.Stopping):
                self._is_stopping = True

    @property
    def death(self) -> str | None:
        """Why the worker should be started anew; None if it is alive."""
        with self._guard:
            if self._broken:
                return f"The worker is broken: {self._broken}"
            if monotonic() - self._moved > PATIENCE:
                return f"The worker's main thread has not moved for {monotonic() - self._moved:.0f} seconds."
            return None

    @property
    def obstacle(self) -> str | None:
        """Why the worker is not ready for tasks; None if it is.

        While all slots are taken nothing is fetched, so only a fetch that failed speaks against an engine.
        """
        if death := self.death:
            return death
        with self._guard:
            if self._is_stopping:
                return "The worker is stopping."
            return next((problem for engine in self._answers if (problem := self._problem_of(engine))), None)

    def _problem_of(self, engine: str) -> str | None:
        answered, trouble = self._answers[engine], self._troubles.get(engine)
        if answered is None:
            return trouble or f"The engine at {engine} has not answered yet."
        if trouble and monotonic() - answered > PATIENCE:
            return f"The engine at {engine} has not answered for {monotonic() - answered:.0f} seconds: {trouble}"
        return None
