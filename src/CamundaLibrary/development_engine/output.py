"""What a starting and running engine prints."""

import os
import re
from collections import deque
from datetime import timedelta
from pathlib import Path
from threading import Event, Thread
from typing import IO

_STARTED = re.compile(r"Tomcat started on port (\d+)")
_STACK_FRAME = re.compile(r"\s+(at |\.\.\. \d+ )")
_PASSWORD_IN_URL = re.compile(r"(?<=password=)[^&;\s]+", re.IGNORECASE)
_LINES_KEPT = 20


class EngineOutput:
    """Reads the lines of an engine in a thread of its own, keeps the last ones and finds the port it listens on.

    `lines` is the engine's output, `log` a file that gets all of it, if any.
    """

    def __init__(self, lines: IO[str], log: Path | None = None) -> None:
        self.port: int | None = None
        self._last: deque[str] = deque(maxlen=_LINES_KEPT)
        self._port_or_end = Event()
        self._thread = Thread(target=self._read, args=(lines, log), name="engine output", daemon=True)
        self._thread.start()

    def wait_for_port(self, timeout: timedelta) -> int | None:
        """Returns the port once the engine listens; None if it ended before, or does not within `timeout`."""
        self._port_or_end.wait(timeout.total_seconds())
        return self.port

    def wait_for_end(self) -> None:
        """Returns once the engine has closed its output, with all of it read."""
        self._thread.join()

    def read_last_lines(self) -> str:
        """Returns the last lines, without the frames of Java's stack traces and the password of a database's url."""
        return _PASSWORD_IN_URL.sub("***", "".join(self._last)).rstrip()

    def _read(self, lines: IO[str], log: Path | None) -> None:
        try:
            with lines, Path(log or os.devnull).open("a", encoding="utf-8", buffering=1) as file:
                for line in lines:
                    self._keep(line)
                    file.write(line)
        finally:
            self._port_or_end.set()

    def _keep(self, line: str) -> None:
        if not _STACK_FRAME.match(line):
            self._last.append(line)
        started = _STARTED.search(line)
        if started:
            self.port = int(started[1])
            self._port_or_end.set()
