"""Which topics are fetched now: not those that fail again and again, are closed at this hour, or paused by hand."""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.bundles.hours import Hours, parse_hours
from CamundaLibrary.durations import format_duration
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed
from CamundaLibrary.task.reporting.receipt import Delivery
from CamundaLibrary.worker.fetching.breaker import Breaker
from CamundaLibrary.worker.fetching.pauses import PausesByHand
from CamundaLibrary.worker.notices import Notice, Notices, Reported, Stopping, TopicPaused, TopicResumed

_log = logging.getLogger(__name__)

FAILURES = 5
_LOOK_AGAIN = 3.0  # seconds, where somebody may resume a topic by hand
_LONGEST = 10.0


class Admitted(NamedTuple):
    """The topics to fetch now, each with the most of its tasks at once or None; and for how many seconds that holds."""

    topics: Mapping[str, int | None]
    seconds: float


class _Pause(NamedTuple):
    why: str
    seconds: float | None


class Admission:
    """Decides for every topic, learns from what was reported, and tells when a topic pauses or goes on.

    `breaker_after` failures in a row pause a topic, 0: none do. `now` is local time. Safe for several threads.
    """

    def __init__(
        self,
        topics: Iterable[Topic],
        state: Path,
        notices: Notices,
        breaker_after: int = FAILURES,
        *,
        make_breaker: Callable[[int], Breaker] = Breaker,
        now: Callable[[], datetime] = datetime.now,
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        topics = list(topics)
        names = [topic.name for topic in topics]
        self._hours = {topic.name: parse_hours(topic.options.hours) for topic in topics if topic.options.hours}
        self._breakers = {name: make_breaker(breaker_after) for name in names} if breaker_after else {}
        self._by_hand = PausesByHand(state)
        self._paused: dict[str, str] = {}
        self._notices = notices
        self._now = now
        self._changed = changed
        self._guard = threading.RLock()
        notices.subscribe(self._learn)

    def look(self, topics: Iterable[str]) -> Admitted:
        """Returns what may be fetched of these topics now."""
        admitted: dict[str, int | None] = {}
        seconds = _LONGEST
        with self._guard:
            for topic in topics:
                pause = self._pause_of(topic)
                self._tell(topic, pause)
                if pause is None:
                    admitted[topic] = 1 if self._is_probing(topic) else None
                    seconds = min(seconds, self._until_closing(topic))
                else:
                    seconds = min(seconds, _LOOK_AGAIN if pause.seconds is None else pause.seconds)
        return Admitted(admitted, max(seconds, 0.01))

    def is_open(self, topic: str) -> bool:
        """Whether a task of the topic that was fetched just now may run."""
        with self._guard:
            return self._pause_of(topic) is None

    def _pause_of(self, topic: str) -> _Pause | None:
        """Returns why the topic is not fetched, what lasts longest first."""
        if topic in self._by_hand.topics:
            return _Pause("hand", None)
        hours, breaker = self._hours.get(topic), self._breakers.get(topic)
        if hours and not hours.is_open(self._now()):
            return _Pause("hours", _seconds_to_change(hours, self._now()))
        if breaker and breaker.seconds_left:
            return _Pause("breaker", breaker.seconds_left)
        return None

    def _is_probing(self, topic: str) -> bool:
        return topic in self._breakers and self._breakers[topic].is_tripped

    def _until_closing(self, topic: str) -> float:
        hours = self._hours.get(topic)
        return _seconds_to_change(hours, self._now()) if hours else _LONGEST

    def _learn(self, notice: Notice) -> None:
        """Counts what robots and their environments did; a refused or undelivered report says nothing about them."""
        if isinstance(notice, Stopping):
            self._breakers = {}  # robots that are stopped now did not fail
        if not isinstance(notice, Reported) or notice.receipt.delivery is not Delivery.ACCEPTED:
            return
        topic, outcome = notice.task.topic, notice.receipt.outcome
        breaker = self._breakers.get(topic)
        if breaker is None:
            return
        with self._guard:
            if isinstance(outcome, Failed) and breaker.fail():
                self._say_that_it_fails(topic, breaker)
            elif isinstance(outcome, Completed | BpmnError) and breaker.succeed():
                _log.info("Topic '%s' works again.", topic)
            else:
                return
            self._tell(topic, self._pause_of(topic))
        self._changed()

    def _say_that_it_fails(self, topic: str, breaker: Breaker) -> None:
        self._paused.pop(topic, None)  # a further pause is told anew
        pause = format_duration(timedelta(seconds=round(breaker.seconds_left)))
        _log.warning(
            "Topic '%s' failed %d times in a row: it is paused for %s, then one task is tried.",
            topic,
            breaker.failures,
            pause,
        )

    def _tell(self, topic: str, pause: _Pause | None) -> None:
        """Tells of a change. A topic of which one task is tried counts as paused until that succeeds."""
        before = self._paused.get(topic)
        if pause is None and before == "breaker" and self._is_probing(topic):
            return
        after = pause.why if pause else None
        if before == after:
            return
        if before:
            self._paused.pop(topic)
            self._notices.tell(TopicResumed(topic, before))
        if pause:
            self._paused[topic] = pause.why
            self._notices.tell(TopicPaused(topic, pause.why, pause.seconds))
        _say(topic, before, pause)


def _say(topic: str, before: str | None, pause: _Pause | None) -> None:
    if pause and pause.why == "hand":
        _log.warning("Topic '%s' is paused by hand.", topic)
    elif pause and pause.why == "hours":
        opening = format_duration(timedelta(minutes=max(round((pause.seconds or 0) / 60), 1)))
        _log.info("Topic '%s' is outside its hours: it is fetched again in %s.", topic, opening)
    elif pause is None and before in ("hand", "hours"):
        _log.info("Topic '%s' is fetched again.", topic)


def _seconds_to_change(hours: Hours, at: datetime) -> float:
    change = hours.until_change(at)
    return change.total_seconds() if change else _LONGEST
