"""Topics that somebody paused by hand: a small file in the state folder, for all workers that share it."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from filelock import FileLock

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.task.json_file import write_json

_log = logging.getLogger(__name__)

_NAME = "paused.json"


def pause(state: Path, topic: str) -> bool:
    """Pauses a topic for all workers of the state folder, running ones too; returns whether it was not paused before.

    Raises TaskFileError if that cannot be written.
    """
    with _editing(state):
        paused = read_paused(state)
        write_json(state / _NAME, {**paused, topic: datetime.now().astimezone().isoformat(timespec="seconds")})
        return topic not in paused


def resume(state: Path, topic: str) -> bool:
    """Ends the pause of a topic; returns whether it was paused. Raises TaskFileError if that cannot be written."""
    with _editing(state):
        paused = read_paused(state)
        write_json(state / _NAME, {name: since for name, since in paused.items() if name != topic})
        return topic in paused


def read_paused(state: Path) -> dict[str, str]:
    """Returns the paused topics, each with the time since when (ISO 8601). Raises TaskFileError."""
    path = state / _NAME
    try:
        content = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise TaskFileError(f"Reading '{path}' failed: {error}.") from None
    if not isinstance(content, Mapping):
        raise TaskFileError(f"Reading '{path}' failed: it holds no object.")
    return {str(topic): str(since) for topic, since in content.items()}


def _editing(state: Path) -> FileLock:
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    return FileLock(state / f"{_NAME}.lock", timeout=10)


class PausesByHand:
    """What a worker knows of that file: one look at its date, and into it only after a change."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self._seen: tuple[int, ...] | None = None
        self._topics: frozenset[str] = frozenset()

    @property
    def topics(self) -> frozenset[str]:
        """The topics that are paused now. A file that cannot be read changes nothing."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._topics = frozenset(read_paused(self._state))
            except TaskFileError as error:
                _log.warning("%s Topics that are paused by hand stay as they were.", error)
        return self._topics

    def _stamp(self) -> tuple[int, ...] | None:
        try:
            found = (self._state / _NAME).stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino
