"""A robot in a fork of the fork server."""

import signal
import threading
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from CamundaLibrary.runners.process_tree import ProcessTree

if TYPE_CHECKING:
    from CamundaLibrary.runners.fork_server import ForkServer

_ANSWER_TIME = 10  # seconds that the server may take to kill a robot


class ForkedRobot:
    """What the server tells of a robot. Only the server, its parent, signals it: it knows which process it is.

    `name` is the number by which the server knows it.
    """

    def __init__(self, server: "ForkServer", name: int, task_file: Path) -> None:
        self.name = name
        self.broken: str | None = None
        self._server = server
        self._task_file = task_file
        self._process: psutil.Process | None = None
        self._guard = threading.Lock()
        self._is_stopping = False
        self._started = threading.Event()
        self._gone = threading.Event()
        self._pid = 0
        self._code = 0
        self._refusal: Exception | None = None

    @property
    def pid(self) -> int:
        return self._pid

    def wait(self) -> int:
        self._gone.wait()
        return self._code

    def stop(self, patience: timedelta) -> None:
        with self._guard:
            is_first, self._is_stopping = not self._is_stopping, True
        if is_first:
            self._server.ask_to_end(self)
        if not self._gone.wait(patience.total_seconds()):
            self._server.end(self)
            if not self._gone.wait(_ANSWER_TIME):
                self._server.kill()
            self._gone.wait()

    def await_start(self) -> None:
        """Returns when the robot was started; raises why not."""
        self._started.wait()
        if self._refusal:
            raise self._refusal

    def note_start(self, pid: int) -> None:
        """The server has started it."""
        self._pid = pid
        with suppress(psutil.Error):
            self._process = psutil.Process(pid)
        self._started.set()

    def note_end(self, code: int) -> None:
        """It ended, and what it left behind is gone."""
        self._code = code
        self._gone.set()

    def note_refusal(self, error: Exception) -> None:
        """It was not started."""
        self._refusal = error
        self._started.set()
        self._gone.set()

    def lose(self, error: Exception) -> None:
        """The server died with `error`: nobody else ends the robot, or knows how it ended.

        One that was not told of may have been started all the same; it is found by its task file.
        """
        is_same = self._process is not None and self._process.is_running()
        ProcessTree(self._pid if is_same else None, "CAMUNDA_TASK_FILE", str(self._task_file)).kill()
        psutil.wait_procs([self._process] if self._process else [], _ANSWER_TIME)
        if not self._started.is_set():
            self.note_refusal(error)
        else:
            self.broken = str(error)
            self.note_end(-signal.SIGKILL)
