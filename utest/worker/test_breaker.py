import pytest

from CamundaLibrary.worker.fetching.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def breaker(clock):
    return Breaker(3, clock, lambda: 1.0)


def test_failures_in_a_row_begin_a_pause_and_a_success_between_them_does_not(breaker):
    assert [breaker.fail(), breaker.fail()] == [False, False]
    assert breaker.succeed() is False
    assert [breaker.fail(), breaker.fail()] == [False, False]
    assert breaker.seconds_left == 0
    assert breaker.fail() is True
    assert breaker.seconds_left == 30


def test_pauses_grow_to_ten_minutes_while_probes_fail(breaker, clock):
    pauses = []
    breaker.fail()
    breaker.fail()
    for _ in range(8):
        assert breaker.fail() is True
        pauses.append(breaker.seconds_left)
        clock.now += breaker.seconds_left
    assert pauses == [30, 60, 120, 240, 480, 600, 600, 600]


def test_after_a_pause_it_probes_until_a_success_closes_it_and_pauses_begin_anew(breaker, clock):
    for _ in range(3):
        breaker.fail()
    clock.now += 31
    assert (breaker.seconds_left, breaker.is_tripped) == (0, True)
    assert breaker.fail() is True
    assert breaker.seconds_left == 60
    clock.now += 60
    assert breaker.succeed() is True
    assert breaker.is_tripped is False
    for _ in range(3):
        breaker.fail()
    assert breaker.seconds_left == 30


def test_late_failures_of_what_ran_already_do_not_lengthen_a_pause(breaker, clock):
    for _ in range(3):
        breaker.fail()
    clock.now += 10
    assert breaker.fail() is False
    assert breaker.seconds_left == 20


def test_pauses_of_two_workers_differ(clock):
    first, second = Breaker(1, clock), Breaker(1, clock)
    first.fail()
    second.fail()
    assert first.seconds_left != second.seconds_left
    assert 24 <= first.seconds_left <= 36
