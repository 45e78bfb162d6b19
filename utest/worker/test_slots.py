import threading
import time

from CamundaLibrary.worker.slots import Demand, Slots


def test_as_many_tasks_are_asked_for_as_slots_are_free():
    slots = Slots(3, ["a", "b"], {})
    assert slots.wait_for_demand() == Demand(3, ("a", "b"), False)
    slots.take("a")
    slots.take("b")
    assert slots.wait_for_demand() == Demand(1, ("a", "b"), False)


def test_a_topic_at_its_limit_is_left_out():
    slots = Slots(3, ["a", "b"], {"a": 1})
    slots.take("a")
    assert slots.wait_for_demand() == Demand(2, ("b",), True)


def test_never_more_is_asked_for_than_any_topic_may_have():
    slots = Slots(5, ["a", "b"], {"a": 2})
    assert slots.wait_for_demand() == Demand(2, ("a", "b"), False)
    slots.take("a")
    assert slots.wait_for_demand() == Demand(1, ("a", "b"), False)


def test_nothing_is_asked_for_until_a_robot_ended():
    slots = Slots(1, ["a"], {})
    slots.take("a")
    threading.Timer(0.2, slots.begin_report, ["a"]).start()
    begun = time.monotonic()
    assert slots.wait_for_demand() == Demand(1, ("a",), False)
    assert time.monotonic() - begun > 0.15


def test_a_limit_of_one_topic_alone_is_waited_for():
    slots = Slots(2, ["a"], {"a": 1})
    slots.take("a")
    threading.Timer(0.1, slots.begin_report, ["a"]).start()
    assert slots.wait_for_demand() == Demand(1, ("a",), False)


def test_reports_that_pile_up_hold_slots_back():
    slots = Slots(2, ["a"], {})
    for _ in range(3):
        slots.take("a")
        slots.begin_report("a")
    assert slots.wait_for_demand() == Demand(1, ("a",), False)
    slots.end_report()
    assert slots.wait_for_demand() == Demand(2, ("a",), False)


def test_closing_ends_every_wait():
    slots = Slots(1, ["a"], {})
    slots.take("a")
    threading.Timer(0.1, slots.close).start()
    assert slots.wait_for_demand() is None
    assert slots.wait_until_closed(10) is True


def test_a_wait_that_is_not_ended_takes_its_time():
    begun = time.monotonic()
    assert Slots(1, ["a"], {}).wait_until_closed(0.1) is False
    assert time.monotonic() - begun >= 0.1
