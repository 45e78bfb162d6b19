"""How many tries are left, and how long to wait for the next one."""

from collections.abc import Sequence
from datetime import timedelta

from CamundaLibrary.task.outcome import Failed
from CamundaLibrary.task.reporting.policy import Policy


def count_tries(failure: Failed, in_engine: int | None, policy: Policy) -> Failed:
    """Returns the failure with the tries that are left after it, and the pause, where it does not say them itself."""
    left = retries_left(in_engine, policy.tries) if failure.retries is None else failure.retries
    pause = failure.retry_timeout
    if pause is None:
        pause = pause_after(left, policy.tries, policy.pauses)
    return failure._replace(retries=left, retry_timeout=pause)


def retries_left(in_engine: int | None, tries: int) -> int:
    """Returns what to report after a failed try.

    The engine knows no number before the first failure: then `tries` in all, as for the engine's own jobs (three: 2,
    1, 0 are reported). A number in the engine, an operator's too, wins.
    """
    return max((tries if in_engine is None else in_engine) - 1, 0)


def pause_after(left: int, tries: int, pauses: Sequence[timedelta]) -> timedelta:
    """Returns the pause before the next try when `left` tries are left of `tries`; the last one repeats."""
    failed = max(tries - left, 1)
    return pauses[min(failed, len(pauses)) - 1]
