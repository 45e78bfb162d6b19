"""What happens in a worker, told to whoever wants to know: metrics, status, breakers, logs."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.reporting.receipt import Receipt

_log = logging.getLogger(__name__)


class Connected(NamedTuple):
    """An engine answered the first call of all, and told its version."""

    engine: str
    version: str


class Fetched(NamedTuple):
    """A fetch came back: what it brought, and how long it took (long poll included)."""

    engine: str
    tasks: tuple[ExternalTask, ...]
    duration: timedelta


class FetchFailed(NamedTuple):
    """A fetch, or the first call of all, was refused or got no answer."""

    engine: str
    problem: str


class Started(NamedTuple):
    """A robot runs. `waited` is the time since the task was created, by the engine's clock; None if unknown."""

    task: ExternalTask
    folder: Path
    waited: timedelta | None


class Ended(NamedTuple):
    """A robot and all it had started is gone."""

    task: ExternalTask
    duration: timedelta


class Reported(NamedTuple):
    """An outcome went to the engine, or could not: see the receipt."""

    task: ExternalTask
    receipt: Receipt
    duration: timedelta


class ReportRepeated(NamedTuple):
    """A report has to be sent once more."""

    task: ExternalTask
    problem: str


class LockExtended(NamedTuple):
    """The lock of a running task was extended."""

    task_id: str


class LockLost(NamedTuple):
    """The lock of a running task is lost."""

    task_id: str
    reason: str


class TopicPaused(NamedTuple):
    """A topic is not fetched for a while; `why` is `breaker`, `hours` or `hand`."""

    topic: str
    why: str
    seconds: float | None


class TopicResumed(NamedTuple):
    """A topic is fetched again."""

    topic: str
    why: str


class EnvironmentBuilt(NamedTuple):
    """An environment for robots was built, or not: then `problem` says why."""

    name: str
    duration: timedelta
    problem: str | None = None


class Alive(NamedTuple):
    """The main thread of the worker is at work: told about once a second."""


class Stopping(NamedTuple):
    """The worker fetches no more, and ends."""


class Broken(NamedTuple):
    """A thread that the worker cannot do without died."""

    reason: str


Notice = (
    Connected
    | Fetched
    | FetchFailed
    | Started
    | Ended
    | Reported
    | ReportRepeated
    | LockExtended
    | LockLost
    | TopicPaused
    | TopicResumed
    | EnvironmentBuilt
    | Alive
    | Stopping
    | Broken
)


class Notices:
    """Passes notices on, in the thread that tells them. A listener that fails is no reason to lose a task."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Notice], None]] = []

    def subscribe(self, listener: Callable[[Notice], None]) -> None:
        """Has `listener` called with every notice. It must be quick and safe in any thread."""
        self._listeners.append(listener)

    def tell(self, notice: Notice) -> None:
        """Calls all listeners."""
        for listener in self._listeners:
            try:
                listener(notice)
            except Exception:
                _log.exception("Taking notice of %s failed.", type(notice).__name__)
