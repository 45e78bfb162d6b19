"""Keeps trouble that goes on from filling the log."""

import logging
import re
import threading
from datetime import datetime
from time import monotonic

_FIRST_SILENCE = 60.0  # seconds
_LONGEST_SILENCE = 600.0
_MOST_TEXTS = 1000
_KEY = "repeated"
_CHANGING = re.compile(r"in \d+\.\d+ s|0x[0-9a-f]+")


class Repetitions(logging.Filter):
    """Lets a warning through, and the same one again after a minute, then after two, up to ten, with their number.

    The same is what differs in nothing but waiting times. One of these for each handler: it counts what it sees.
    """

    def __init__(self) -> None:
        super().__init__()
        self._guard = threading.Lock()
        self._texts: dict[tuple[str, str], _Text] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Returns whether the line is written; `repeated_of` then returns what to add to it."""
        record.__dict__[_KEY] = ""
        if record.levelno < logging.WARNING or record.exc_info:
            return True
        with self._guard:
            text = self._find((record.name, _CHANGING.sub("", record.getMessage())))
            is_written, record.__dict__[_KEY] = text.count(record.created)
        return is_written

    def _find(self, key: tuple[str, str]) -> "_Text":
        """The texts that were seen last are kept."""
        text = self._texts.pop(key, None) or _Text()
        self._texts[key] = text
        if len(self._texts) > _MOST_TEXTS:
            del self._texts[next(iter(self._texts))]
        return text


def repeated_of(record: logging.LogRecord) -> str:
    """Returns what is to be added to a line because the same was left out before; else nothing."""
    return str(record.__dict__.get(_KEY, ""))


class _Text:
    """One warning that comes again and again."""

    def __init__(self) -> None:
        self._left_out = 0
        self._since = 0.0
        self._silence = _FIRST_SILENCE
        self._silent_until = 0.0

    def count(self, created: float) -> tuple[bool, str]:
        """Returns whether to write it now, and what to add to it."""
        now = monotonic()
        if now < self._silent_until:
            self._left_out += 1
            return False, ""
        is_new = now > self._silent_until + self._silence
        self._silence = _FIRST_SILENCE if is_new else min(self._silence * 2, _LONGEST_SILENCE)
        self._silent_until = now + self._silence
        addition = self._tell_left_out()
        self._left_out, self._since = 0, created
        return True, addition

    def _tell_left_out(self) -> str:
        if not self._left_out:
            return ""
        times = "once more" if self._left_out == 1 else f"{self._left_out} times more"
        return f" (The same was said {times} since {datetime.fromtimestamp(self._since):%Y-%m-%d %H:%M:%S}.)"
