"""When a worker ends by itself."""

from datetime import timedelta
from typing import NamedTuple


class Batch(NamedTuple):
    """`once`: when nothing waits any more. `limit`: after that many tasks. `idle_exit`: after so long without any.

    What was taken is done and reported first; tasks whose pause is not over are not waited for. By default never.
    """

    once: bool = False
    limit: int | None = None
    idle_exit: timedelta | None = None


ENDLESS = Batch()
