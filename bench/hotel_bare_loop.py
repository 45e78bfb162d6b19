"""The functions of the hotel in the least that can do them: what engine and services need, whoever asks them.

    python bench/hotel_bare_loop.py URL NAME

Two threads, each with one open connection: fetch with a long poll, call, complete. No lock is kept, nothing repeated,
nothing written down; an error ends it.
"""

import json
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1] / "robots" / "hotel"))

from functions import TASKS

TYPES = {bool: "Boolean", int: "Integer", str: "String", type(None): "Null"}
TOPICS = [{"topicName": topic, "lockDuration": 60_000} for topic in TASKS]


class Task:
    """What the functions ask of their task."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.id = self.idempotency_key = found["id"]
        self.business_key = found["businessKey"]
        self._variables = {name: each["value"] for name, each in found["variables"].items()}

    def variable(self, name: str, *default: object) -> object:
        return self._variables.get(name)


class Loop:
    """One thread of it."""

    def __init__(self, url: str, name: str) -> None:
        self._root = urlsplit(url)
        self._connection = HTTPConnection(self._root.netloc)
        self._name = name

    def run(self) -> None:
        while True:
            wanted = {"maxTasks": 1, "asyncResponseTimeout": 10_000, "topics": TOPICS}
            for found in json.loads(self._post("fetchAndLock", wanted)):
                done = TASKS[found["topicName"]](Task(found)) or {}
                variables = {name: {"value": value, "type": TYPES[type(value)]} for name, value in done.items()}
                self._post(f"{found['id']}/complete", {"variables": variables})

    def _post(self, path: str, body: dict[str, Any]) -> bytes:
        content = json.dumps({"workerId": self._name, **body})
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", f"{self._root.path}/external-task/{path}", content, headers)
        reply = self._connection.getresponse()
        answered = reply.read()
        if reply.status >= 300:
            sys.exit(f"{reply.status}: {answered.decode()}")
        return answered


def main(url: str, name: str) -> None:
    for number in range(2):
        threading.Thread(target=Loop(url, f"{name}-{number}").run).start()


if __name__ == "__main__":
    main(*sys.argv[1:])
