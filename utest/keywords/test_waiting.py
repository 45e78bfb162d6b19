"""Waiting for something in the engine."""

import time
from datetime import timedelta

import pytest

from CamundaLibrary.errors import ConditionNotMet
from CamundaLibrary.keywords.waiting import wait_for

SHORT = timedelta(seconds=0.3)


def never():
    return None


def nowhere():
    raise AssertionError("nobody asked how things stand")


@pytest.mark.parametrize("answer", ["x", 0, False, []])
def test_the_first_answer_that_is_one_is_returned_at_once(answer):
    begin = time.monotonic()
    assert wait_for("It", lambda: answer, timedelta(hours=1), nowhere) == answer
    assert time.monotonic() - begin < 1


def test_it_asks_again_until_there_is_an_answer():
    answers = iter([None, None, "there"])
    assert wait_for("It", lambda: next(answers), SHORT, nowhere) == "there"


def test_when_time_is_over_it_says_what_was_waited_for_and_how_things_stand():
    begin = time.monotonic()
    with pytest.raises(ConditionNotMet) as error:
        wait_for("The end of process instance 'p'", never, SHORT, lambda: "It is at 'Search' (serviceTask).")
    assert str(error.value) == (
        "The end of process instance 'p' did not come within 0.3 seconds. It is at 'Search' (serviceTask)."
    )
    assert time.monotonic() - begin < 1


def test_without_any_time_it_asks_once():
    asked = []
    with pytest.raises(ConditionNotMet):
        wait_for("It", lambda: asked.append(1), timedelta(), lambda: "It is nowhere.")
    assert asked == [1]


def test_what_asking_raises_ends_the_waiting():
    def ask():
        raise ConditionNotMet("There is no process instance 'p'.")

    with pytest.raises(ConditionNotMet, match=r"^There is no process instance 'p'\.$"):
        wait_for("It", ask, timedelta(hours=1), nowhere)
