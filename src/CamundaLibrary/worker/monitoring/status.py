"""What a worker does now and did last, as those want to see it who look at it."""

import os
import threading
from collections import deque
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.worker import notices
from CamundaLibrary.worker.monitoring.progress_notes import read_progress
from CamundaLibrary.worker.notices import Notice
from CamundaLibrary.worker.outcome_kinds import message_of, name_receipt

VERSION = 1
_LAST = 20
_LONGEST_MESSAGE = 500
_UNKNOWN = {"version": None, "lastAnswer": None, "problem": None}


class Status:
    """Learns from notices. `changed` is set by everything that a look would show, but for the keywords of robots."""

    def __init__(self, worker_id: str, slots: int, engines: Collection[str]) -> None:
        """`engines` are their addresses."""
        self.changed = threading.Event()
        self._guard = threading.Lock()
        self._about = {"workerId": worker_id, "pid": os.getpid(), "started": _now(), "slots": slots}
        self._state = "running"
        self._running: dict[str, dict[str, Any]] = {}
        self._seconds: dict[str, float] = {}
        self._outcomes: deque[dict[str, Any]] = deque(maxlen=_LAST)
        self._paused: dict[tuple[str, str], dict[str, Any]] = {}
        self._engines: dict[str, dict[str, Any]] = {url: {**_UNKNOWN} for url in engines}
        self._builds: deque[dict[str, Any]] = deque(maxlen=_LAST)

    @property
    def has_robots(self) -> bool:
        """Whether robots run, whose keywords change without notice."""
        return bool(self._running)

    def notice(self, notice: Notice) -> None:
        """Takes one notice into account; safe in any thread."""
        take = _TAKERS.get(type(notice))
        if take:
            with self._guard:
                take(self, notice)
            self.changed.set()

    def end(self) -> None:
        """From now on it is the status of a worker that stopped in order."""
        with self._guard:
            self._state = "broken" if self._state == "broken" else "stopped"
        self.changed.set()

    def snapshot(self) -> dict[str, Any]:
        """Returns it as JSON values: keys are the engine's words, times ISO 8601, outcomes the newest first."""
        with self._guard:
            running = [dict(each) for each in self._running.values()]
            told = {
                "version": VERSION,
                **self._about,
                "state": self._state,
                "outcomes": list(reversed(self._outcomes)),
                "pausedTopics": list(self._paused.values()),
                "engines": [{"url": url, **engine} for url, engine in self._engines.items()],
                "environments": list(reversed(self._builds)),
            }
        return {**told, "running": [{**each, **read_progress(Path(each["folder"]))} for each in running]}

    def _start(self, started: notices.Started) -> None:
        task, folder = started.task, str(started.folder)
        self._running[task.id] = {**_describe(task), "started": _now(), "folder": folder}

    def _end(self, ended: notices.Ended) -> None:
        self._running.pop(ended.task.id, None)
        self._seconds[ended.task.id] = round(ended.duration.total_seconds(), 3)

    def _report(self, reported: notices.Reported) -> None:
        task, receipt = reported.task, reported.receipt
        message = receipt.problem or message_of(receipt.outcome)
        self._outcomes.append(
            {
                **_describe(task),
                "outcome": name_receipt(receipt),
                "message": message[:_LONGEST_MESSAGE] if message else None,
                "seconds": self._seconds.pop(task.id, None),
                "reported": _now(),
            }
        )

    def _answer(self, answer: "notices.Connected | notices.Fetched") -> None:
        engine = self._engines.setdefault(answer.engine, {**_UNKNOWN})
        engine.update(lastAnswer=_now(), problem=None)
        if isinstance(answer, notices.Connected):
            engine["version"] = answer.version

    def _fail(self, failed: notices.FetchFailed) -> None:
        engine = self._engines.setdefault(failed.engine, {**_UNKNOWN})
        engine["problem"] = failed.problem

    def _pause(self, paused: notices.TopicPaused) -> None:
        end = None if paused.seconds is None else datetime.now(timezone.utc) + timedelta(seconds=paused.seconds)
        until = end.isoformat(timespec="seconds") if end else None
        about = {"topic": paused.topic, "reason": paused.why, "since": _now(), "until": until}
        self._paused[paused.topic, paused.why] = about

    def _resume(self, resumed: notices.TopicResumed) -> None:
        self._paused.pop((resumed.topic, resumed.why), None)

    def _build(self, built: notices.EnvironmentBuilt) -> None:
        seconds = round(built.duration.total_seconds(), 3)
        about = {"name": built.name, "built": _now(), "seconds": seconds, "problem": built.problem}
        self._builds.append(about)

    def _stop(self, notice: notices.Stopping) -> None:
        if self._state == "running":
            self._state = "stopping"

    def _break(self, broken: notices.Broken) -> None:
        self._state = "broken"


_TAKERS: Mapping[type, Any] = {
    notices.Connected: Status._answer,
    notices.Fetched: Status._answer,
    notices.FetchFailed: Status._fail,
    notices.Started: Status._start,
    notices.Ended: Status._end,
    notices.Reported: Status._report,
    notices.TopicPaused: Status._pause,
    notices.TopicResumed: Status._resume,
    notices.EnvironmentBuilt: Status._build,
    notices.Stopping: Status._stop,
    notices.Broken: Status._break,
}


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


def _describe(task: ExternalTask) -> dict[str, Any]:
    return {
        "taskId": task.id,
        "topic": task.topic,
        "businessKey": task.business_key,
        "processInstanceId": task.process_instance_id,
    }
