import threading
import time

import pytest

from CamundaLibrary.worker.fetching.slots import Demand, Slots


class Desktop:
    """What one robot at a time may use; `is_elsewhere`: another worker has it."""

    def __init__(self) -> None:
        self.is_held = False
        self.is_elsewhere = False

    def take(self, who: str) -> bool:
        assert not self.is_held
        self.is_held = not self.is_elsewhere
        return self.is_held

    def give_back(self) -> None:
        self.is_held = False


def ask(slots: Slots, fetcher: str = "one", topics: str = "ab", seconds: float = 0, **limits: int) -> Demand | None:
    return slots.reserve(fetcher, {topic: limits.get(topic) for topic in topics}, seconds)


def fetch(slots: Slots, *tasks: str, fetcher: str = "one", topics: str = "ab") -> Demand | None:
    """Fetches, takes what came, and settles."""
    demand = ask(slots, fetcher, topics)
    for topic in tasks:
        slots.take(topic)
    slots.settle(fetcher, len(tasks))
    return demand


@pytest.fixture
def shared():
    """Four slots for two engines."""
    slots = Slots(4)
    slots.join("one")
    slots.join("two")
    return slots


def test_as_many_tasks_are_asked_for_as_slots_are_free():
    slots = Slots(3)
    slots.join("one")
    assert fetch(slots, "a", "b") == Demand(3, ("a", "b"), False)
    assert fetch(slots) == Demand(1, ("a", "b"), False)


def test_a_topic_at_its_limit_is_left_out():
    slots = Slots(3, {"a": 1})
    slots.take("a")
    assert fetch(slots) == Demand(2, ("b",), True)


def test_never_more_is_asked_for_than_any_topic_may_have():
    slots = Slots(5, {"a": 2})
    slots.join("one")
    assert fetch(slots, "a") == Demand(2, ("a", "b"), False)
    assert fetch(slots) == Demand(1, ("a", "b"), False)


def test_a_limit_for_now_holds_beside_that_of_the_topic():
    slots = Slots(5, {"a": 3})
    assert ask(slots, a=1) == Demand(1, ("a", "b"), False)
    slots.take("a")
    slots.settle("one", 1)
    assert ask(slots, a=1) == Demand(4, ("b",), True)


def test_a_limit_for_now_counts_reports_too_as_they_may_change_it():
    slots = Slots(5)
    slots.take("a")
    slots.begin_report("a")
    assert ask(slots, a=1) == Demand(5, ("b",), True)
    slots.settle("one", 0)
    slots.end_report("a")
    assert ask(slots, a=1) == Demand(1, ("a", "b"), False)


def test_nothing_is_asked_for_until_a_robot_ended_and_then_the_fetch_is_short_for_its_report():
    slots = Slots(1)
    slots.take("a")
    threading.Timer(0.2, slots.begin_report, ["a"]).start()
    begun = time.monotonic()
    assert ask(slots, seconds=5) == Demand(1, ("a", "b"), True)
    assert time.monotonic() - begun > 0.15


def test_a_limit_of_one_topic_alone_is_waited_for():
    slots = Slots(2, {"a": 1})
    slots.take("a")
    threading.Timer(0.1, slots.free, ["a"]).start()
    assert ask(slots, topics="a", seconds=5) == Demand(1, ("a",), False)


def test_reports_that_pile_up_hold_slots_back():
    slots = Slots(2)
    slots.join("one")
    for _ in range(3):
        slots.take("a")
        slots.begin_report("a")
    assert fetch(slots) == Demand(1, ("a", "b"), True)
    for _ in range(3):
        slots.end_report("a")
    assert fetch(slots) == Demand(2, ("a", "b"), False)


def test_without_a_slot_nothing_is_waited_for_longer_than_said():
    slots = Slots(1)
    slots.take("a")
    begun = time.monotonic()
    assert ask(slots, seconds=0.1) is None
    assert 0.1 <= time.monotonic() - begun < 2


def test_without_an_open_topic_nothing_is_asked_for():
    assert ask(Slots(1), topics="") is None


def test_a_wake_and_closing_end_every_wait():
    slots = Slots(1)
    slots.take("a")
    for end in (slots.wake, slots.close):
        threading.Timer(0.1, end).start()
        begun = time.monotonic()
        assert ask(slots, seconds=10) is None
        assert time.monotonic() - begun < 5
    assert slots.is_over
    assert slots.wait_until_closed(10) is True


def test_a_wait_that_is_not_ended_takes_its_time():
    begun = time.monotonic()
    assert Slots(1).wait_until_closed(0.1) is False
    assert time.monotonic() - begun >= 0.1


def test_two_engines_that_are_quiet_ask_for_one_task_each_and_may_poll_for_long(shared):
    assert ask(shared, "one") == Demand(1, ("a", "b"), False)
    assert ask(shared, "two") == Demand(1, ("a", "b"), False)


def test_an_engine_with_more_tasks_gets_what_the_other_does_not_need(shared):
    assert ask(shared, "two").tasks == 1
    assert fetch(shared, "a").tasks == 1
    assert fetch(shared, "a", "a") == Demand(2, ("a", "b"), False)
    assert ask(shared) is None


def test_all_fetches_together_never_bring_more_than_there_are_slots(shared):
    fetch(shared, "a")
    fetch(shared, "a", fetcher="two")
    asked = ask(shared, "one").tasks + ask(shared, "two").tasks
    assert asked == 2
    assert ask(shared, "between") is None


def test_engines_take_turns_where_slots_are_short_with_short_fetches():
    slots = Slots(1)
    slots.join("one")
    slots.join("two")
    turns = []

    def work(fetcher: str) -> None:
        for _ in range(3):
            demand = slots.reserve(fetcher, {"a": None}, 5)
            turns.append((fetcher, demand.tasks, demand.is_partial))
            time.sleep(0.05)
            slots.settle(fetcher, 0)
        slots.leave(fetcher)

    threads = [threading.Thread(target=work, args=(fetcher,)) for fetcher in ("one", "two")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert turns[:4] == [(turns[0][0], 1, True), (turns[1][0], 1, True)] * 2
    assert turns[0][0] != turns[1][0]


def test_who_waits_for_its_own_limit_keeps_no_slot_from_others():
    slots = Slots(2, {"a": 1})
    slots.join("one")
    slots.join("two")
    slots.take("a")
    waiting = threading.Thread(target=ask, args=(slots, "one", "a", 1))
    waiting.start()
    time.sleep(0.1)
    assert ask(slots, "two", "b") is not None
    waiting.join()


def test_an_engine_that_is_done_takes_no_part_any_more(shared):
    shared.leave("two")
    assert ask(shared) == Demand(4, ("a", "b"), False)


def test_topics_that_need_the_same_resource_run_one_at_a_time():
    desktop = Desktop()
    slots = Slots(3, {}, {"a": "desktop", "b": "desktop"}, {"desktop": desktop})
    assert ask(slots, topics="abc") == Demand(1, ("a", "b", "c"), False)
    slots.take("a")
    slots.settle("one", 1)
    assert desktop.is_held
    assert ask(slots, topics="abc") == Demand(2, ("c",), True)
    slots.settle("one", 0)
    slots.begin_report("a")
    assert not desktop.is_held
    assert ask(slots, topics="abc") == Demand(1, ("a", "b", "c"), True)


def test_a_resource_that_two_engines_need_is_in_their_fetches_in_turn():
    slots = Slots(4, {}, {"a": "desktop", "b": "desktop"}, {"desktop": Desktop()})
    slots.join("one")
    slots.join("two")
    assert ask(slots, "one", "ac") == Demand(1, ("a", "c"), False)
    assert ask(slots, "two", "bd") == Demand(1, ("d",), True)
    slots.settle("one", 0)
    assert ask(slots, "one", "ac") == Demand(1, ("c",), True)
    slots.settle("two", 0)
    assert ask(slots, "two", "bd") == Demand(1, ("b", "d"), True)
    slots.settle("one", 0)
    assert ask(slots, "one", "ac") == Demand(1, ("c",), True)
    slots.settle("two", 0)
    assert ask(slots, "two", "bd") == Demand(1, ("d",), True)
    slots.settle("one", 0)
    assert ask(slots, "one", "ac") == Demand(1, ("a", "c"), True)


def test_a_resource_that_no_task_came_for_is_free_again():
    desktop = Desktop()
    slots = Slots(3, {}, {"a": "desktop"}, {"desktop": desktop})
    assert ask(slots).topics == ("a", "b")
    slots.take("b")
    slots.settle("one", 1)
    assert not desktop.is_held


def test_a_resource_that_another_worker_has_leaves_its_topics_out():
    desktop = Desktop()
    desktop.is_elsewhere = True
    slots = Slots(3, {}, {"a": "desktop"}, {"desktop": desktop})
    assert ask(slots) == Demand(3, ("b",), True)
    slots.settle("one", 0)
    assert ask(slots, topics="a") is None


def test_no_more_tasks_are_taken_than_wanted_in_all():
    slots = Slots(4, most=3)
    slots.join("one")
    assert fetch(slots, "a", "a").tasks == 3
    slots.begin_report("a")
    assert not slots.is_over
    assert fetch(slots, "a").tasks == 1
    assert slots.is_over
    assert ask(slots) is None


def test_idleness_begins_when_the_last_report_ended():
    now = [0.0]
    slots = Slots(1, clock=lambda: now[0])
    slots.take("a")
    now[0] = 10
    assert slots.idle_seconds == 0
    slots.begin_report("a")
    now[0] = 20
    assert (slots.idle_seconds, slots.is_idle) == (0, False)
    slots.end_report("a")
    now[0] = 23
    assert (slots.idle_seconds, slots.is_idle) == (3, True)
