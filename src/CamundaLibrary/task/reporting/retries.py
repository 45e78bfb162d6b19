"""How many tries are left, and how long to wait for the next one."""

from collections.abc import Sequence
from datetime import timedelta


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
