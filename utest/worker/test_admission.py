from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.worker.fetching.admission import Admission
from CamundaLibrary.worker.fetching.breaker import Breaker
from CamundaLibrary.worker.fetching.pauses import pause, resume
from CamundaLibrary.worker.notices import Notices, Reported, Stopping, TopicPaused, TopicResumed


class Options(NamedTuple):
    hours: str | None = None


class Topic(NamedTuple):
    name: str
    options: Options = Options()


class Stage:
    """An admission with clocks of its own, and what it told."""

    def __init__(self, state, *topics, breaker_after=2):
        self.seconds = 0.0
        self.now = datetime(2026, 11, 16, 12)
        self.told = []
        self.changes = 0
        self.notices = Notices()
        self.notices.subscribe(self._note)
        self.admission = Admission(
            topics,
            state,
            self.notices,
            breaker_after,
            make_breaker=lambda limit: Breaker(limit, lambda: self.seconds, lambda: 1.0),
            now=lambda: self.now,
            changed=self._change,
        )

    def report(self, outcome, topic="a", delivery=Delivery.ACCEPTED):
        self.notices.tell(Reported(ExternalTask("id", topic), Receipt(delivery, outcome), timedelta()))

    def look(self, *topics):
        return self.admission.look(topics or ("a", "b"))

    def _note(self, notice):
        if isinstance(notice, TopicPaused | TopicResumed):
            self.told.append(notice)

    def _change(self):
        self.changes += 1


@pytest.fixture
def stage(tmp_path):
    return Stage(tmp_path, Topic("a"), Topic("b"))


FAILED = Failed("down", retries=2)


def test_all_topics_are_open_at_first(stage):
    assert stage.look() == ({"a": None, "b": None}, 10.0)
    assert stage.told == []


def test_a_topic_that_fails_pauses_alone_and_one_task_at_a_time_tries_it_again(stage, caplog):
    caplog.set_level("INFO")
    stage.report(FAILED)
    stage.report(FAILED)
    assert stage.look() == ({"b": None}, 10.0)
    assert not stage.admission.is_open("a")
    assert stage.told == [TopicPaused("a", "breaker", 30)]
    stage.seconds = 29
    assert stage.look() == ({"b": None}, 1.0)
    stage.seconds = 30
    assert stage.look() == ({"a": 1, "b": None}, 10.0)
    assert stage.told == [TopicPaused("a", "breaker", 30)]
    stage.report(Completed())
    assert stage.look() == ({"a": None, "b": None}, 10.0)
    assert stage.told[1:] == [TopicResumed("a", "breaker")]
    assert stage.changes == 2
    assert caplog.messages == [
        "Topic 'a' failed 2 times in a row: it is paused for 30 seconds, then one task is tried.",
        "Topic 'a' works again.",
    ]


def test_a_probe_that_fails_pauses_for_longer_and_that_is_told(stage):
    stage.report(FAILED)
    stage.report(FAILED)
    stage.seconds = 30
    stage.look()
    stage.report(FAILED)
    assert stage.look().topics == {"b": None}
    assert stage.told == [TopicPaused("a", "breaker", 30), TopicPaused("a", "breaker", 60)]


@pytest.mark.parametrize(
    ("outcome", "delivery"),
    [
        (GivenBack(), Delivery.ACCEPTED),
        (FAILED, Delivery.LOST),
        (FAILED, Delivery.REFUSED),
        (FAILED, Delivery.UNDELIVERED),
    ],
)
def test_what_says_nothing_about_the_robot_neither_counts_nor_resets(stage, outcome, delivery):
    stage.report(FAILED)
    stage.report(outcome, delivery=delivery)
    assert stage.look().topics == {"a": None, "b": None}
    stage.report(FAILED)
    assert stage.look().topics == {"b": None}


def test_a_bpmn_error_is_a_success(stage):
    stage.report(FAILED)
    stage.report(BpmnError("not_found"))
    stage.report(FAILED)
    assert stage.look().topics == {"a": None, "b": None}


def test_failures_of_different_topics_are_counted_apart(stage):
    stage.report(FAILED, "a")
    stage.report(FAILED, "b")
    assert stage.look().topics == {"a": None, "b": None}


def test_robots_that_are_stopped_with_the_worker_pause_nothing(stage):
    stage.notices.tell(Stopping())
    stage.report(FAILED)
    stage.report(FAILED)
    assert stage.told == []


def test_a_breaker_can_be_left_out(tmp_path):
    stage = Stage(tmp_path, Topic("a"), breaker_after=0)
    for _ in range(20):
        stage.report(FAILED)
    assert stage.look("a").topics == {"a": None}


def test_outside_its_hours_a_topic_is_closed_and_the_time_to_the_next_change_is_known(tmp_path, caplog):
    caplog.set_level("INFO")
    stage = Stage(tmp_path, Topic("a", Options("Mo-Fr 06:00-22:00")), Topic("b"))
    stage.now = datetime(2026, 11, 16, 21, 59, 55)
    assert stage.look() == ({"a": None, "b": None}, 5.0)
    stage.now = datetime(2026, 11, 16, 22)
    assert stage.look("a") == ({}, 10.0)
    assert stage.look("b") == ({"b": None}, 10.0)
    assert stage.told == [TopicPaused("a", "hours", 8 * 3600)]
    stage.now = datetime(2026, 11, 17, 6)
    assert stage.look().topics == {"a": None, "b": None}
    assert stage.told[1:] == [TopicResumed("a", "hours")]
    assert caplog.messages == [
        "Topic 'a' is outside its hours: it is fetched again in 8 hours.",
        "Topic 'a' is fetched again.",
    ]


def test_a_pause_by_hand_is_seen_at_the_next_look_and_looked_for_every_few_seconds(stage, tmp_path, caplog):
    caplog.set_level("INFO")
    pause(tmp_path, "a")
    assert stage.look() == ({"b": None}, 3.0)
    assert stage.told == [TopicPaused("a", "hand", None)]
    resume(tmp_path, "a")
    assert stage.look() == ({"a": None, "b": None}, 10.0)
    assert stage.told[1:] == [TopicResumed("a", "hand")]
    assert caplog.messages == ["Topic 'a' is paused by hand.", "Topic 'a' is fetched again."]


def test_a_pause_for_another_reason_is_told_when_the_first_one_is_over(stage, tmp_path):
    pause(tmp_path, "a")
    stage.look()
    stage.report(FAILED)
    stage.report(FAILED)
    resume(tmp_path, "a")
    stage.look()
    assert [(type(each), each.why) for each in stage.told][-2:] == [(TopicResumed, "hand"), (TopicPaused, "breaker")]
