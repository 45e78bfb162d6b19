"""The arithmetic of what the worker is measured by, and the tables; nothing is measured here."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def bench(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programs of the bench import each other from their own folder."""
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "bench")


def test_ratios_are_taken_round_by_round_and_judged_by_their_median() -> None:
    from tables import Goal, rate_rows

    rates = {"naive": [4.0, 2.0, 5.0], "fork": [28.0, 10.0, 40.0], "purjo": [1.0, 1.0, 2.0]}
    goals = [Goal("fork", "naive", 7), Goal("fork", "purjo", 25), Goal("fork", "absent", 2)]
    assert rate_rows(rates, goals) == [
        ("", "tasks/s", "x naive", "least … most", "target"),
        ("naive", "4.00", "1.00", "1.00 … 1.00", ""),
        ("fork", "28.00", "7.00", "5.00 … 8.00", "7: held"),
        ("purjo", "1.00", "0.40", "0.25 … 0.50", ""),
        ("fork / purjo", "", "20.00", "10.00 … 28.00", "25: MISSED"),
    ]


def test_latencies_are_compared_with_the_first_and_their_spread_with_their_own_middle() -> None:
    from tables import latency_rows

    measured = {"naive": [200.0] * 10, "fork": [60.0] * 9 + [150.0]}
    assert latency_rows(measured, ratio=0.35, spread=2) == [
        ("", "p50", "p95", "p50 / naive", "target", "p95 / p50", "target"),
        ("naive", "200 ms", "200 ms", "1.00", "", "1.00", ""),
        ("fork", "60 ms", "150 ms", "0.30", "at most 0.35: held", "2.50", "at most 2: MISSED"),
    ]


@pytest.mark.parametrize(("count", "share", "expected"), [(1, 0.95, 0), (15, 0.95, 14), (20, 0.95, 18), (10, 0.5, 4)])
def test_a_percentile_is_a_value_that_was_measured(count: int, share: float, expected: float) -> None:
    from tables import percentile

    assert percentile([float(number) for number in reversed(range(count))], share) == expected


def test_the_slope_is_that_of_the_line_through_all_points() -> None:
    from tables import slope

    assert slope([(0, 50.0), (1000, 52.0), (2000, 54.0)]) == pytest.approx(0.002)


def test_columns_are_as_wide_as_their_widest_cell_also_where_rows_are_short() -> None:
    from tables import table

    assert table([("", "tasks/s"), ("naive", "4.00"), ("left out",)]) == "          tasks/s\nnaive     4.00\nleft out"


def test_fetches_are_lost_that_brought_nothing_or_met_a_conflict() -> None:
    from races import Races, count_races

    metrics = """# HELP camunda_robot_tasks_fetched_total Tasks that were fetched and locked.
camunda_robot_tasks_fetched_total{topic="a"} 60.0
camunda_robot_tasks_fetched_total{topic="b"} 30.0
camunda_robot_tasks_fetched_created{topic="a"} 1.7e9
camunda_robot_fetch_duration_seconds_count{engine="x"} 95.0
"""
    log = "INFO Fetching tasks of topic 'a' failed: conflict. Trying again at once.\n" * 5
    races = count_races(metrics, log)
    assert (races, races.share) == (Races(100, 90), pytest.approx(0.1))


def test_every_series_says_what_it_measures() -> None:
    from worker_runs import SERIES

    assert all(measure.__doc__ for measure in SERIES.values())
    assert list(SERIES) == ["burst", "heavy", "trickle", "share", "memory", "queue", "workers"]
