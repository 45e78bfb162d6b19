"""The log file of a worker, which never grows without end and never stands in the worker's way."""

import logging
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

from CamundaLibrary.errors import SettingsError

MOST_BYTES = 10_000_000
FILES = 5  # with the one that is written


class LogFile(RotatingFileHandler):
    """Writes to a file; when it is full, it becomes `.1`, and what was `.1` becomes `.2`, up to `.4`.

    Raises SettingsError if the file cannot be written. What goes wrong later is said once, on stderr.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._is_in_trouble = False
        try:
            path.absolute().parent.mkdir(parents=True, exist_ok=True)
            super().__init__(path, "a", most_bytes, FILES - 1, encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise SettingsError(f"The log file '{path}' cannot be written: {error}.") from None

    def doRollover(self) -> None:  # noqa: N802 - logging's name
        """Begins a new file; one that somebody holds open (Windows) grows on until the next attempt."""
        try:
            super().doRollover()
        except OSError:
            self.stream = self.stream or self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Says once that lines are lost, as when the disk is full."""
        if not self._is_in_trouble and sys.stderr:
            self._is_in_trouble = True
            problem = str(sys.exc_info()[1]).rstrip(".")
            sys.stderr.write(f"The log file '{self.baseFilename}' cannot be written: {problem}.\n")

    def close(self) -> None:
        """Closes the file, also where its last lines find no room."""
        with suppress(OSError, ValueError):
            super().close()
