"""Threads that do one call after the other.

Beginning a thread takes longer than most of what a task needs, and what code keeps for its thread, a connection say,
stays open from task to task.
"""

import threading
from collections.abc import Callable
from queue import SimpleQueue


class TaskThreads:
    """There are as many as there were calls at the same time, and they keep no process from ending."""

    def __init__(self, name: str = "task") -> None:
        self._name = name
        self._idle: list[SimpleQueue[Callable[[], None] | None]] = []
        self._guard = threading.Lock()
        self._is_closed = False

    def run(self, call: Callable[[], None]) -> None:
        """Makes a call in a thread that does nothing else meanwhile."""
        with self._guard:
            calls = self._idle.pop() if self._idle else None
        if calls is None:
            calls = SimpleQueue()
            threading.Thread(target=self._work, args=(calls,), name=self._name, daemon=True).start()
        calls.put(call)

    def close(self) -> None:
        """Ends the threads, each when its call is done; later calls have one of their own."""
        with self._guard:
            self._is_closed = True
            for calls in self._idle:
                calls.put(None)
            self._idle.clear()

    def _work(self, calls: "SimpleQueue[Callable[[], None] | None]") -> None:
        """A call that raises ends the thread."""
        while call := calls.get():
            call()
            with self._guard:
                if self._is_closed:
                    return
                self._idle.append(calls)
