"""The status of a worker as a file in its folder, for `camunda-robot worker --status`."""

import threading
from pathlib import Path
from typing import Any

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.task.json_file import write_json
from CamundaLibrary.worker.monitoring.status import Status

NAME = "status.json"
INTERVAL = 1.0  # seconds


class StatusFile:
    """Writes the status when it changed, once a second at most. An idle worker writes nothing.

    What cannot be written is no reason to stop: the next change tries again.
    """

    def __init__(self, status: Status, folder: Path) -> None:
        self._status = status
        self._path = folder / NAME
        self._ended = threading.Event()
        self._last: dict[str, Any] | None = None
        self._thread = threading.Thread(target=self._run, name="status", daemon=True)

    def start(self) -> None:
        """Begins to write."""
        self._thread.start()

    def stop(self) -> None:
        """Writes the end."""
        self._ended.set()
        self._status.end()
        self._thread.join(INTERVAL)

    def _run(self) -> None:
        while not self._ended.is_set():
            self._status.changed.clear()
            self._write()
            self._ended.wait(INTERVAL)
            if not self._status.has_robots:
                self._status.changed.wait()
        self._write()

    def _write(self) -> None:
        snapshot = self._status.snapshot()
        if snapshot != self._last:
            try:
                write_json(self._path, snapshot)
                self._last = snapshot
            except TaskFileError:
                self._last = None
