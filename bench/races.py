"""What several workers lose by asking the engine for the same task at the same time."""

import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.request import urlopen

from contenders import Running

_ADDRESS = re.compile(r"Metrics: (\S+)")
_CONFLICT = "Trying again at once."
_FETCHES = "camunda_robot_fetch_duration_seconds_count"
_TASKS = "camunda_robot_tasks_fetched_total"


class Races(NamedTuple):
    """Fetches that were answered while there were tasks, and the tasks that they brought to workers of one slot."""

    fetches: int
    tasks: int

    @property
    def share(self) -> float:
        """Of fetches that brought nothing, as another worker had the task first, or that the engine refused for it."""
        return 1 - self.tasks / self.fetches

    @classmethod
    def of(cls, crowd: Iterable[Running]) -> "Races":
        """Reads metrics and logs of workers that run with `--metrics-port`."""
        read = [_read(running.output.read_text("utf-8", "replace")) for running in crowd]
        return cls(sum(each.fetches for each in read), sum(each.tasks for each in read))


def _read(log: str) -> Races:
    address = _ADDRESS.search(log)
    assert address, log
    with urlopen(address[1], timeout=10) as reply:
        metrics = reply.read().decode()
    return count_races(metrics, log)


def count_races(metrics: str, log: str) -> Races:
    """Returns what one worker tells in its metrics and, of refused fetches, in its log."""
    fetches, tasks = (round(_sum(metrics, name)) for name in (_FETCHES, _TASKS))
    return Races(fetches + log.count(_CONFLICT), tasks)


def _sum(metrics: str, name: str) -> float:
    lines = (line.split() for line in metrics.splitlines() if line.startswith((f"{name}{{", f"{name} ")))
    return sum(float(words[-1]) for words in lines)
