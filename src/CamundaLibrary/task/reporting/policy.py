"""What settings and manifests say about reports."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from CamundaLibrary.settings import Settings


class Policy(NamedTuple):
    """How often a task is tried, after which pauses, and how long its locks are."""

    tries: int = 3
    pauses: Sequence[timedelta] = (timedelta(minutes=1),)
    throws_uncaught: bool = False
    lock_duration: timedelta = timedelta(minutes=1)

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """Returns what settings say."""
        return cls(settings.retries, settings.retry_timeout, settings.uncaught == "throw", settings.lock_duration)
