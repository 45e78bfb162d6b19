import threading
import time

from CamundaLibrary.worker.fetching.alarms import Alarms


def test_a_call_is_made_after_its_time():
    called = threading.Event()
    Alarms().add(0.05, called.set)
    assert not called.is_set()
    assert called.wait(5)


def test_after_the_end_no_call_is_made_and_one_that_is_under_way_is_over():
    alarms, calls = Alarms(), []
    begun = threading.Event()

    def slow():
        begun.set()
        time.sleep(0.2)
        calls.append("slow")

    alarms.add(0, slow)
    alarms.add(30, lambda: calls.append("late"))
    begun.wait(5)
    alarms.end()
    assert calls == ["slow"]
    alarms.add(0, lambda: calls.append("too late"))
    time.sleep(0.1)
    assert calls == ["slow"]


def test_calls_wait_for_one_another_and_for_a_pause():
    alarms, order = Alarms(), []
    with alarms.paused():
        alarms.add(0, lambda: order.append("call"))
        time.sleep(0.1)
        order.append("pause")
    time.sleep(0.1)
    assert order == ["pause", "call"]


def test_a_call_that_fails_is_told_and_harms_no_other(caplog):
    alarms, called = Alarms(), threading.Event()
    alarms.add(0, lambda: 1 / 0)
    alarms.add(0.1, called.set)
    assert called.wait(5)
    assert "A call that was to be made later failed." in caplog.text
