"""Process instances with one external task each, and what the engine's history tells of them."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import local
from typing import Any, NamedTuple

import requests

_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="bench"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="to-task" sourceRef="start" targetRef="task"/>
    <serviceTask id="task" camunda:type="external" camunda:topic="{key}"/>
    <sequenceFlow id="to-end" sourceRef="task" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""
_CREATED, _SUCCEEDED = "creationLog", "successLog"
_STARTERS = 4


class Done(NamedTuple):
    """When the tasks of a queue were created and completed, in seconds by the engine's clock, in order of their end."""

    created: tuple[float, ...]
    completed: tuple[float, ...]

    @property
    def rate(self) -> float:
        """Tasks per second, from the first completion to the last: starting the worker is not in it."""
        return (len(self.completed) - 1) / (self.completed[-1] - self.completed[0])

    @property
    def latencies(self) -> list[float]:
        """Milliseconds from creation to completion, sorted."""
        return sorted((end - start) * 1000 for start, end in zip(self.created, self.completed, strict=True))


class Queue:
    """One topic of its own in the engine at `url`."""

    def __init__(self, url: str, topic: str) -> None:
        self.url = url
        self.topic = topic
        self._threads = local()
        self._forgotten: set[str] = set()
        self._deploy()

    def fill(self, count: int) -> None:
        """Starts `count` instances."""
        with ThreadPoolExecutor(_STARTERS) as pool:
            list(pool.map(self._start, range(count)))

    def await_empty(self, at_most: float, look: Callable[[], None] = lambda: None) -> None:
        """Returns once no task is left; `look` is called about three times a second meanwhile."""
        deadline = time.monotonic() + at_most
        while self.waiting():
            look()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.waiting()} tasks of topic '{self.topic}' are left after {at_most:.0f} s.")
            time.sleep(0.3)

    def waiting(self) -> int:
        """Returns how many tasks are not completed."""
        return int(self._get("external-task/count", topicName=self.topic).json()["count"])

    def fetch_time(self) -> float:
        """Returns the milliseconds that the engine takes to lock one task for 1 ms."""
        topics = [{"topicName": self.topic, "lockDuration": 1}]
        body = {"workerId": "bench", "maxTasks": 1, "usePriority": True, "topics": topics}
        started = time.perf_counter()
        self._session.post(f"{self.url}/external-task/fetchAndLock", json=body).raise_for_status()
        return (time.perf_counter() - started) * 1000

    def done(self) -> Done:
        """Returns what the history says; ValueError if a task failed or was completed twice."""
        times: dict[str, dict[str, float]] = {}
        for entry in self._log():
            event = next(kind for kind in (_CREATED, _SUCCEEDED, "failureLog", "deletionLog") if entry[kind])
            moments = times.setdefault(entry["externalTaskId"], {})
            if event in moments or event not in (_CREATED, _SUCCEEDED):
                raise ValueError(f"Task '{entry['externalTaskId']}' has a second or bad entry in the history: {entry}")
            moments[event] = datetime.strptime(entry["timestamp"], "%Y-%m-%dT%H:%M:%S.%f%z").timestamp()
        ended = sorted((each for each in times.values() if _SUCCEEDED in each), key=lambda each: each[_SUCCEEDED])
        return Done(tuple(each[_CREATED] for each in ended), tuple(each[_SUCCEEDED] for each in ended))

    def forget(self) -> None:
        """Leaves what was done so far out of what `done` tells."""
        self._forgotten |= {entry["externalTaskId"] for entry in self._log()}

    def remove(self) -> None:
        """Removes the deployment with all its instances and history."""
        self._session.delete(f"{self.url}/deployment/{self._deployment}?cascade=true&skipCustomListeners=true")

    @property
    def _session(self) -> requests.Session:
        if not hasattr(self._threads, "session"):
            self._threads.session = requests.Session()
        session: requests.Session = self._threads.session
        return session

    def _deploy(self) -> None:
        files = {"model": ("bench.bpmn", _MODEL.format(key=self.topic))}
        reply = self._session.post(f"{self.url}/deployment/create", data={"deployment-name": "bench"}, files=files)
        reply.raise_for_status()
        self._deployment = reply.json()["id"]

    def _start(self, number: int) -> None:
        body = {"businessKey": f"bench-{number}", "variables": {"query": {"type": "String", "value": "rabbit"}}}
        self._session.post(f"{self.url}/process-definition/key/{self.topic}/start", json=body).raise_for_status()

    def _log(self) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self._get("history/external-task-log", topicName=self.topic).json()
        return [entry for entry in entries if entry["externalTaskId"] not in self._forgotten]

    def _get(self, path: str, **query: str) -> requests.Response:
        reply = self._session.get(f"{self.url}/{path}", params=query, timeout=120)
        reply.raise_for_status()
        return reply
