"""How an engine is known to be, and when to ask it again after trouble."""

import logging

from CamundaLibrary.errors import EngineError, NotAuthenticated
from CamundaLibrary.worker.fetching.slots import Slots
from CamundaLibrary.worker.notices import Connected, FetchFailed, Notices
from CamundaLibrary.worker.waits import GrowingWait

_log = logging.getLogger(__name__)


class EngineState:
    """Waits that grow with every failed call, and end when any other thread gets an answer from the engine."""

    def __init__(self, url: str, slots: Slots, notices: Notices) -> None:
        self._url = url
        self._slots = slots
        self._notices = notices
        self._wait = GrowingWait()
        self._is_known = False
        self._is_waiting = False
        self.is_in_trouble = False

    def note_version(self, version: str) -> None:
        """Notes the answer to the first call of all."""
        _log.info("Connected with engine %s at %s.", version, self._url)
        self._notices.tell(Connected(self._url, version))
        self.note_answer()

    def note_answer(self) -> None:
        """Notes that a fetch got an answer."""
        self.note_other_answer()
        if self.is_in_trouble and self._is_known:
            _log.info("The engine answers again.")
        self._is_known, self.is_in_trouble = True, False
        self._wait.reset()

    def note_other_answer(self) -> None:
        """Notes that another thread got one: there is no reason to wait any longer. Safe in any thread."""
        if self._is_waiting:
            self._is_waiting = False
            self._slots.wake()

    def wait_after(self, error: EngineError, prefix: str = "") -> None:
        """Waits before the next attempt. Raises the error if the engine refuses us and never knew us."""
        self._notices.tell(FetchFailed(self._url, str(error)))
        if isinstance(error, NotAuthenticated) and not self._is_known:
            raise error
        seconds = self._wait.take()
        _log.warning("%s%s Trying again in %.1f s.", prefix, error, seconds)
        self.is_in_trouble = self._is_waiting = True
        self._slots.wait_until_closed(seconds, lambda: not self._is_waiting)
        self._is_waiting = False
