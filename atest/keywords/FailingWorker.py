"""A worker that fails, for the suites in this folder."""

from datetime import timedelta

import CamundaLibrary
from CamundaLibrary.engines.records import Subscription


class FailingWorker:
    """Fetches external tasks and reports a failure without tries left."""

    def __init__(self, url: str) -> None:
        self._tasks = CamundaLibrary.connect(url).external_tasks

    def fail_external_tasks(self, topic: str, message: str, details: str = "") -> int:
        """Returns how many there were."""
        subscription = Subscription(topic, timedelta(minutes=1))
        locked = self._tasks.fetch_and_lock("failing worker", [subscription], 100)
        for each in locked:
            self._tasks.failure(each.task.id, "failing worker", message, details, 0, timedelta(), {}, {})
        return len(locked)
