"""What does a task: a robot, or a function of this process. Begun at most once, and stopped from outside."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple, Protocol

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.lock_keeper import KeptLock
from CamundaLibrary.worker.runs.run_care import RunCare
from CamundaLibrary.worker.runs.verdict import Stop
from CamundaLibrary.worker.state.result import Result
from CamundaLibrary.worker.state.run_folder import NewRunFolder

PATIENCE = timedelta(seconds=10)
"""From the time that a run is asked to end in order until it is ended."""


class Job(NamedTuple):
    """One task to do. `tries` is what the task's number of tries is now; `folder` is not made yet."""

    topic: Topic
    options: TaskOptions
    folder: NewRunFolder
    tries: int
    care: RunCare
    settings: Settings


class Stoppable(Protocol):
    """What a run has going on."""

    def stop(self, patience: timedelta) -> None:
        """Asks it to end in order, and sees to it that it is gone after `patience`. Returns once it is gone."""


class Run(ABC):
    """One run for a task. `work` is called in the thread of the task, the rest by any."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._guard = threading.Lock()
        self._running: Stoppable | None = None
        self._stopped: Stop | None = None
        self._lock: KeptLock | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is something that would have to be stopped."""
        return self._running is not None

    def withdraw(self) -> None:
        """Sees to it that a run that did not begin yet never does."""
        with self._guard:
            if self._running is None:
                self._stopped = self._stopped or Stop.WORKER

    def stop(self, reason: Stop, patience: timedelta | None = None) -> None:
        """Stops what runs, without waiting for it. A lost lock is the last word on the reason."""
        with self._guard:
            if reason is Stop.LOCK_LOST or self._stopped is None:
                self._stopped = reason
            running = self._running
        if running:
            limit = PATIENCE if patience is None else patience
            threading.Thread(target=running.stop, args=(limit,), name="stop run", daemon=True).start()

    def note_lock(self, lock: KeptLock) -> None:
        """Hears how the lock stands: before `work`, and whenever that changes."""
        self._lock = lock

    @abstractmethod
    def work(self, locked: LockedTask, environment: Mapping[str, str], download: Callable[[str], bytes]) -> Result:
        """Returns what became of the run, in the end. Trouble of the worker's own costs the task no try."""

    def _begin(self, running: Stoppable) -> Stop | None:
        """Notes what runs from now on; returns why it is to be stopped, if it is."""
        with self._guard:
            self._running = running
            return self._stopped

    def _end(self) -> Stop | None:
        """Notes that nothing runs any more; returns why it was stopped, if it was."""
        with self._guard:
            self._running = None
            return self._stopped


MakeRun = Callable[[Job], Run]
