"""Threads that are used again: what code keeps for its thread, a connection say, stays warm from task to task."""

import threading
from collections.abc import Callable
from queue import SimpleQueue


class Threads:
    """As many as there is work at once. They keep no process from ending."""

    def __init__(self) -> None:
        self._work: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._guard = threading.Lock()
        self._idle = 0
        self._count = 0

    def do(self, work: Callable[[], None]) -> None:
        """Has a thread do the work, which must not raise."""
        with self._guard:
            if self._idle:
                self._idle -= 1
            else:
                self._count += 1
                threading.Thread(target=self._serve, name=f"function {self._count}", daemon=True).start()
            self._work.put(work)

    def close(self) -> None:
        """Ends the threads, each when its work is done."""
        for _ in range(self._count):
            self._work.put(None)

    def _serve(self) -> None:
        while work := self._work.get():
            work()
            with self._guard:
                self._idle += 1
