"""Waiting for something in the engine, with a deadline."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from CamundaLibrary.errors import ConditionNotMet

T = TypeVar("T")


def wait_for(what: str, ask: Callable[[], T | None], timeout: timedelta, where: Callable[[], str]) -> T:
    """Returns the first answer of `ask` that is not None; asks at growing intervals of at most a second.

    ConditionNotMet after `timeout` names `what` was waited for and, by `where`, how things stand.
    """
    deadline = time.monotonic() + timeout.total_seconds()
    pause = 0.05
    while True:
        answer = ask()
        if answer is not None:
            return answer
        if time.monotonic() + pause > deadline:
            raise ConditionNotMet(f"{what} did not come within {timeout.total_seconds():g} seconds. {where()}")
        time.sleep(pause)
        pause = min(pause * 1.5, 1)
