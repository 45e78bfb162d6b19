"""Comparisons of two programs on a machine that has other things to do: interleaved pairs, medians, quartiles."""

import os
import platform
import random
import statistics
import sys
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol


class Program(Protocol):
    """What is compared; equal programs are warmed up only once."""

    def time(self) -> float:
        """Runs once and returns the wall time in milliseconds."""


class Comparison(NamedTuple):
    """The same thing done without and with something that costs time."""

    name: str
    without: Program
    with_it: Program
    target: "Target | None" = None


class Target(NamedTuple):
    """The most that may be added: `milliseconds`, or `ratio` of the whole run."""

    ratio: float | None = None
    milliseconds: float | None = None

    def __str__(self) -> str:
        return f"at most {self.ratio:.2f}" if self.ratio else f"at most {self.milliseconds:+.0f} ms"

    def is_met(self, pairs: "Pairs") -> bool:
        """Whether the median keeps to it."""
        return pairs.ratio <= self.ratio if self.ratio else pairs.difference <= (self.milliseconds or 0)


class Pairs:
    """What was measured for one comparison: times in milliseconds, pair by pair."""

    def __init__(self) -> None:
        self.without: list[float] = []
        self.with_it: list[float] = []

    @property
    def ratio(self) -> float:
        """The median of the ratios of the pairs, which is not the ratio of the medians."""
        return statistics.median(with_it / without for without, with_it in self._pairs)

    @property
    def difference(self) -> float:
        """The median of the differences of the pairs."""
        return statistics.median(self._differences)

    @property
    def quartiles(self) -> tuple[float, float]:
        """Half of the differences lie between these two."""
        if len(self._pairs) < 2:
            return self.difference, self.difference
        first, _, third = statistics.quantiles(self._differences, n=4, method="inclusive")
        return first, third

    @property
    def _pairs(self) -> list[tuple[float, float]]:
        return list(zip(self.without, self.with_it, strict=True))

    @property
    def _differences(self) -> list[float]:
        return [with_it - without for without, with_it in self._pairs]


def measure(comparisons: Sequence[Comparison], pairs: int, say: Callable[[str], None]) -> dict[Comparison, Pairs]:
    """Returns what `pairs` rounds show. In each round every comparison is made once, in an order of its own.

    Each program runs once before, so that everything is compiled and in the caches of the system.
    """
    for program in {program for comparison in comparisons for program in (comparison.without, comparison.with_it)}:
        program.time()
    measured = {comparison: Pairs() for comparison in comparisons}
    for number in range(1, pairs + 1):
        say(f"round {number} of {pairs}")
        for comparison in random.sample(comparisons, len(comparisons)):
            _measure_pair(comparison, measured[comparison])
    return measured


def _measure_pair(comparison: Comparison, measured: Pairs) -> None:
    sides = [(comparison.without, measured.without), (comparison.with_it, measured.with_it)]
    for program, times in random.sample(sides, 2):
        times.append(program.time())


def table(measured: dict[Comparison, Pairs]) -> str:
    """Returns the medians as lines of text."""
    width = max(len(comparison.name) for comparison in measured)
    head = f"{'':{width}}   without      with   ratio  difference  (quartiles)      target"
    return "\n".join([head, *(_row(comparison, pairs, width) for comparison, pairs in measured.items())])


def _row(comparison: Comparison, pairs: Pairs, width: int) -> str:
    without, with_it = statistics.median(pairs.without), statistics.median(pairs.with_it)
    first, third = pairs.quartiles
    return (
        f"{comparison.name:{width}} {without:6.1f} ms {with_it:6.1f} ms {pairs.ratio:7.3f} {pairs.difference:+8.1f} ms"
        f"  {f'({first:+.1f} … {third:+.1f})':15}  {_verdict(comparison, pairs)}"
    ).rstrip()


def _verdict(comparison: Comparison, pairs: Pairs) -> str:
    if comparison.target is None:
        return ""
    return f"{comparison.target}: {'held' if comparison.target.is_met(pairs) else 'MISSED'}"


def machine() -> str:
    """Returns what was measured on."""
    from robot.version import VERSION

    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{python}, Robot Framework {VERSION}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores"


def say(text: str) -> None:
    """Shows progress on a terminal, and only there."""
    if sys.stderr.isatty():
        print(f"\r{text:60}\r", end="", file=sys.stderr, flush=True)
