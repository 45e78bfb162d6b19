"""One run of a robot for a task: files laid out, robot started, awaited or stopped, its end understood."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import NamedTuple

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.errors import CamundaLibraryError, EngineError
from CamundaLibrary.runners import Runner, RunningRobot
from CamundaLibrary.task.handover import LogFile
from CamundaLibrary.task.outcome import Failed, GivenBack, Outcome
from CamundaLibrary.worker.run_folder import RunFolder
from CamundaLibrary.worker.verdict import RunEnd, Stop, judge

_log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=10)
"""From SIGTERM to SIGKILL."""


class Result(NamedTuple):
    """What is to be reported."""

    outcome: Outcome
    log: LogFile | None = None


NEVER_STARTED = Result(GivenBack(timedelta()))


class RobotRun:
    """Runs a robot in `folder`. `tries` is what the task's number of tries is now."""

    def __init__(self, topic: Topic, folder: RunFolder, runner: Runner, tries: int) -> None:
        self._topic = topic
        self._folder = folder
        self._runner = runner
        self._tries = tries
        self._guard = threading.Lock()
        self._robot: RunningRobot | None = None
        self._stopped: Stop | None = None

    @property
    def is_running(self) -> bool:
        """Whether there is a robot."""
        return self._robot is not None

    def withdraw(self) -> None:
        """Sees to it that a robot that was not started yet never is."""
        with self._guard:
            if self._robot is None:
                self._stopped = self._stopped or Stop.WORKER

    def stop(self, reason: Stop, patience: timedelta = PATIENCE) -> None:
        """Stops the robot's whole tree, without waiting for it. A lost lock is the last word on the reason."""
        with self._guard:
            if reason is Stop.LOCK_LOST or self._stopped is None:
                self._stopped = reason
            robot = self._robot
        if robot:
            threading.Thread(target=robot.stop, args=(patience,), name="stop robot", daemon=True).start()

    def work(self, locked: LockedTask, environment: Mapping[str, str], download: Callable[[str], bytes]) -> Result:
        """Returns what became of the run, in the end. Trouble of the worker's own costs the task no try."""
        try:
            self._folder.lay_out(locked.task, locked.variables, download)
            robot = self._start(environment)
        except (EngineError, OSError) as error:
            return Result(Failed(f"Preparing the run failed: {error}", retries=self._tries))
        except CamundaLibraryError as error:
            return Result(Failed(f"Preparing the run failed: {error}"))
        if robot is None:
            return NEVER_STARTED
        _log.info("%s: started.", label(locked.task))
        return self._await(robot)

    def _start(self, environment: Mapping[str, str]) -> RunningRobot | None:
        with self._guard:
            if self._stopped is None:
                self._robot = self._runner.start(self._folder.order(environment))
            return self._robot

    def _await(self, robot: RunningRobot) -> Result:
        limit = min(self._topic.options.timeout.total_seconds(), threading.TIMEOUT_MAX)
        alarm = threading.Timer(limit, self.stop, (Stop.TIME_LIMIT,))
        alarm.daemon = True
        alarm.start()
        code = robot.wait()
        alarm.cancel()
        with self._guard:
            self._robot = None
            stopped = self._stopped
        return self._understand(code, stopped)

    def _understand(self, code: int, stopped: Stop | None) -> Result:
        handover = self._folder.handover
        outcome, log, unreadable = None, None, None
        if handover.outcome_file.exists():
            try:
                outcome, log = handover.read_outcome()
            except CamundaLibraryError as error:
                unreadable = str(error)
        is_wrapped, console = handover.started_file.exists(), self._folder.console_tail()
        end = RunEnd(self._topic.task, code, self._tries, is_wrapped, outcome, unreadable, stopped, console)
        return Result(judge(end), log)


def label(task: ExternalTask) -> str:
    """Returns the task as log lines name it, in one line whatever the business key holds."""
    key = f" (business key '{' '.join(task.business_key.split())}')" if task.business_key else ""
    return f"Task '{task.id}' of topic '{task.topic}'{key}"
