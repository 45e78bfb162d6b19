"""Threads of tasks, which do one after the other: beginning a thread takes longer than most of what a task needs."""

import threading
from collections.abc import Callable
from queue import SimpleQueue


class TaskThreads:
    """There are as many as there were calls at the same time. Safe for several threads."""

    def __init__(self) -> None:
        self._idle: list[SimpleQueue[Callable[[], None]]] = []
        self._guard = threading.Lock()

    def run(self, call: Callable[[], None]) -> None:
        """Makes a call in a thread that does nothing else meanwhile."""
        with self._guard:
            calls = self._idle.pop() if self._idle else None
        if calls is None:
            calls = SimpleQueue()
            threading.Thread(target=self._work, args=(calls,), name="task", daemon=True).start()
        calls.put(call)

    def _work(self, calls: "SimpleQueue[Callable[[], None]]") -> None:
        """A call that raises ends the thread."""
        while True:
            calls.get()()
            with self._guard:
                self._idle.append(calls)
