"""What became of a report."""

from enum import Enum
from typing import NamedTuple

from CamundaLibrary.task.outcome import Outcome


class Delivery(Enum):
    """What became of a report."""

    ACCEPTED = "accepted"  #: the engine has the outcome
    REFUSED = "refused"  #: the engine refused it, and has a failure without tries left instead
    LOST = "lost"  #: the lock or the task is gone; nothing was written
    SUSPENDED = "suspended"  #: to be sent once the instance is active again
    UNDELIVERED = "undelivered"  #: the engine could not be reached while the lock held


class Receipt(NamedTuple):
    """What became of a report, what was reported in the end, and a sentence where it is not what was asked for."""

    delivery: Delivery
    outcome: Outcome
    problem: str | None = None
