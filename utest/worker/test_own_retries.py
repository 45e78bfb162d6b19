from datetime import timedelta

import pytest

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.outcome import Completed, Failed, GivenBack
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.worker.fetching.own_retries import OwnRetries
from CamundaLibrary.worker.notices import Reported

now = [0.0]


@pytest.fixture
def retries():
    now[0] = 100.0
    return OwnRetries(lambda: now[0])


def reported(outcome, delivery=Delivery.ACCEPTED, task_id="t1", topic="a"):
    return Reported(ExternalTask(task_id, topic), Receipt(delivery, outcome), timedelta())


def failed(seconds, retries=2):
    return Failed("no", retries=retries, retry_timeout=timedelta(seconds=seconds))


@pytest.mark.parametrize("outcome", [failed(7), GivenBack(timedelta(seconds=7))], ids=["failed", "given back"])
def test_a_task_with_a_pause_comes_back_after_it(retries, outcome):
    assert retries.note(reported(outcome)) == 7
    now[0] += 3
    assert retries.seconds_to_next(["a", "b"]) == 4
    assert retries.seconds_to_next(["b"]) is None
    assert retries.ids == {"t1"}
    now[0] += 4
    assert retries.seconds_to_next(["a"]) is None
    assert retries.ids == frozenset()


@pytest.mark.parametrize(
    ("outcome", "delivery"),
    [
        (Completed(), Delivery.ACCEPTED),
        (failed(7, retries=0), Delivery.ACCEPTED),
        (failed(0), Delivery.ACCEPTED),
        (GivenBack(timedelta()), Delivery.ACCEPTED),
        (failed(7), Delivery.LOST),
        (failed(7), Delivery.UNDELIVERED),
    ],
)
def test_what_does_not_come_back_is_not_waited_for(retries, outcome, delivery):
    assert retries.note(reported(outcome, delivery)) is None
    assert retries.seconds_to_next(["a"]) is None


def test_the_first_of_several_counts_and_a_new_report_replaces_the_old_one(retries):
    retries.note(reported(failed(9), task_id="t1"))
    retries.note(reported(failed(5), task_id="t2"))
    assert retries.seconds_to_next(["a"]) == 5
    retries.note(reported(Completed(), task_id="t2"))
    assert retries.seconds_to_next(["a"]) == 9
