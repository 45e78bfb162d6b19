"""Tries left, and the pause before the next one."""

from datetime import timedelta

import pytest

from CamundaLibrary.task.reporting.retries import pause_after, retries_left

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def count_down(tries, in_engine=None):
    """Yields what is reported after each failed try, as the engine gives it back with the next one."""
    left = in_engine
    while left != 0:
        left = retries_left(left, tries)
        yield left


@pytest.mark.parametrize(("tries", "reported"), [(1, [0]), (2, [1, 0]), (3, [2, 1, 0])])
def test_the_number_of_tries_is_the_number_of_runs(tries, reported):
    assert list(count_down(tries)) == reported


@pytest.mark.parametrize(("in_engine", "reported"), [(1, [0]), (5, [4, 3, 2, 1, 0])])
def test_a_number_in_the_engine_wins(in_engine, reported):
    assert list(count_down(3, in_engine)) == reported


def test_no_less_than_an_incident_is_reported():
    assert retries_left(0, 3) == 0


@pytest.mark.parametrize(
    ("tries", "pauses", "expected"),
    [
        (3, [MINUTE], [MINUTE, MINUTE]),
        (3, [SECOND, MINUTE, HOUR], [SECOND, MINUTE]),
        (4, [SECOND, MINUTE, HOUR], [SECOND, MINUTE, HOUR]),
        (5, [SECOND, MINUTE], [SECOND, MINUTE, MINUTE, MINUTE]),
    ],
)
def test_each_failed_try_has_its_pause_and_the_last_one_repeats(tries, pauses, expected):
    assert [pause_after(left, tries, pauses) for left in range(tries - 1, 0, -1)] == expected


def test_more_tries_than_configured_begin_with_the_first_pause():
    """An operator gave the task ten tries: that its first ones failed is nothing we know of."""
    assert pause_after(9, 3, [SECOND, MINUTE]) == SECOND
