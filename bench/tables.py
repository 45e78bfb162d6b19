"""Figures of the worker as lines of text: ratios round by round, percentiles, whether targets are held."""

import math
import statistics
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Row = tuple[str, ...]


class Goal(NamedTuple):
    """The rate of `name` is to be at least `least` times that of `other`."""

    name: str
    other: str
    least: float


def rate_rows(rates: Mapping[str, Sequence[float]], goals: Sequence[Goal]) -> list[Row]:
    """Returns medians, and the ratios that goals are about: medians of the ratios of each round, not of the rates.

    `rates` are tasks per second, by name and round; the first name is what all others are compared with.
    """
    base = next(iter(rates))
    rows: list[Row] = [("", "tasks/s", f"x {base}", "least … most", "target")]
    for name, found in rates.items():
        goal = next((goal for goal in goals if (goal.name, goal.other) == (name, base)), None)
        rows.append((name, f"{statistics.median(found):.2f}", *_ratio_cells(found, rates[base], goal)))
    for goal in goals:
        if goal.other != base and goal.other in rates:
            cells = _ratio_cells(rates[goal.name], rates[goal.other], goal)
            rows.append((f"{goal.name} / {goal.other}", "", *cells))
    return rows


def latency_rows(measured: Mapping[str, Sequence[float]], ratio: float, spread: float) -> list[Row]:
    """Returns medians and 95th percentiles of milliseconds; the first name is what the others are compared with.

    The targets are for the others: p50 at most `ratio` of the first, p95 at most `spread` of their p50.
    """
    base, *_ = measured
    middle = {name: statistics.median(times) for name, times in measured.items()}
    rows: list[Row] = [("", "p50", "p95", f"p50 / {base}", "target", "p95 / p50", "target")]
    for name, times in measured.items():
        high = percentile(times, 0.95)
        cells = [f"{middle[name]:.0f} ms", f"{high:.0f} ms"]
        for value, most in ((middle[name] / middle[base], ratio), (high / middle[name], spread)):
            cells += [f"{value:.2f}", "" if name == base else at_most(value, most)]
        rows.append((name, *cells))
    return rows


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Returns by how much the second value grows with each unit of the first, by least squares."""
    return statistics.linear_regression([x for x, _ in points], [y for _, y in points]).slope


def percentile(values: Sequence[float], share: float) -> float:
    """Returns the least value that so large a share of all values does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def at_most(value: float, most: float, unit: str = "") -> str:
    """Returns the target, and whether the value keeps to it."""
    return f"at most {most:g}{unit}: {'held' if value <= most else 'MISSED'}"


def table(rows: Sequence[Row]) -> str:
    """Returns rows of cells in columns."""
    columns = range(max(map(len, rows)))
    widths = [max(len(row[column]) for row in rows if column < len(row)) for column in columns]
    cells = [[cell.ljust(width) for cell, width in zip(row, widths, strict=False)] for row in rows]
    return "\n".join("  ".join(row).rstrip() for row in cells)


def _ratio_cells(rates: Sequence[float], others: Sequence[float], goal: Goal | None) -> Row:
    ratios = sorted(rate / other for rate, other in zip(rates, others, strict=True))
    ratio = statistics.median(ratios)
    verdict = f"{goal.least:g}: {'held' if ratio >= goal.least else 'MISSED'}" if goal else ""
    return f"{ratio:.2f}", f"{ratios[0]:.2f} … {ratios[-1]:.2f}", verdict
