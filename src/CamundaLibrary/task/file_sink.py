"""A task that came from a task file: the outcome is written beside it."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path

from CamundaLibrary.errors import ValueUnreadable
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.attachment import name_log
from CamundaLibrary.task.context import Reported
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import Outcome
from CamundaLibrary.task.summary import summarise


class FileSink:
    """Writes the outcome into the handover. Under a worker the worker's lock file tells how the lock stands."""

    def __init__(self, handover: Handover, settings: Settings) -> None:
        self._handover = handover
        self.settings = settings

    @property
    def files(self) -> Path:
        self._handover.files.mkdir(exist_ok=True)
        return self._handover.files

    def download(self, name: str) -> bytes:
        raise ValueUnreadable(f"The task file '{self._handover.task_file}' gives no path for file '{name}'.")

    def extension_properties(self) -> Mapping[str, str]:
        return {}

    def lock_problem(self) -> str | None:
        lock = self._handover.read_lock()
        if lock is None or not (lock.lost or lock.held_until < datetime.now(timezone.utc)):
            return None
        return "another worker has it, or it is gone" if lock.lost else "it ran out"

    def extend_lock(self, duration: timedelta) -> str | None:
        """Without an engine there is no lock; with a worker, the worker keeps it as long as the run takes."""
        return self.lock_problem()

    def report(self, outcome: Outcome, log: Path | None, output_folder: Path) -> Reported:
        self._handover.write_outcome(outcome, name_log(log, self.settings))
        if self._handover.lock_file.exists():
            return Reported("")
        return Reported(summarise(outcome, f"written to {self._handover.outcome_file}"))

    def close(self) -> None:
        """Nothing to let go of."""
