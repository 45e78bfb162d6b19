"""One run of a robot for a task: files laid out, robot started, awaited or stopped, its end understood."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from time import time

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.bundles.options import DEFAULT_TIMEOUT, TaskOptions
from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.errors import CamundaLibraryError, EngineError, EnvironmentNotBuilt
from CamundaLibrary.runners import Runner, RunningRobot
from CamundaLibrary.task.outcome import Failed
from CamundaLibrary.worker.runs.run_care import NO_ROOM, NOT_BUILT, RunCare
from CamundaLibrary.worker.runs.verdict import RunEnd, Stop, judge
from CamundaLibrary.worker.state.result import NEVER_STARTED, Result
from CamundaLibrary.worker.state.run_folder import NewRunFolder

_log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=10)
"""From SIGTERM to SIGKILL."""
DISK_FULL = "The disk of the worker is full: what the robot had to say is not known."
_MOST_TROUBLES = 5
_LONGEST_TROUBLE = timedelta(hours=1)
_FIRST_PAUSE = timedelta(minutes=1)


class RobotRun:
    """Runs a robot in `folder`. `tries` is what the task's number of tries is now."""

    def __init__(
        self,
        topic: Topic,
        options: TaskOptions,
        folder: NewRunFolder,
        runner: Runner,
        tries: int,
        care: RunCare,
    ) -> None:
        self._topic = topic
        self._options = options
        self._folder = folder
        self._runner = runner
        self._tries = tries
        self._care = care
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

    def stop(self, reason: Stop, patience: timedelta | None = None) -> None:
        """Stops the robot's whole tree, without waiting for it. A lost lock is the last word on the reason."""
        with self._guard:
            if reason is Stop.LOCK_LOST or self._stopped is None:
                self._stopped = reason
            robot = self._robot
        if robot:
            limit = PATIENCE if patience is None else patience
            threading.Thread(target=robot.stop, args=(limit,), name="stop robot", daemon=True).start()

    def work(self, locked: LockedTask, environment: Mapping[str, str], download: Callable[[str], bytes]) -> Result:
        """Returns what became of the run, in the end. Trouble of the worker's own costs the task no try."""
        try:
            self._folder.lay_out(locked.task, locked.variables, download)
            robot = self._start(environment, self._care.give_secrets())
        except EnvironmentNotBuilt as error:
            return NEVER_STARTED if self._stopped else Result(self._await_environment(error))
        except (EngineError, OSError) as error:
            return Result(Failed(f"Preparing the run failed: {error}", retries=self._tries))
        except CamundaLibraryError as error:
            return Result(Failed(f"Preparing the run failed: {error}"))
        return NEVER_STARTED if robot is None else self._await(robot)

    def _start(self, environment: Mapping[str, str], secrets: Path | None) -> RunningRobot | None:
        """Its environment may have to be built, which takes time, and meanwhile the worker may lose its interest."""
        if self._stopped:
            return None
        order = self._folder.order(environment, secrets)
        robot = self._runner.start(order._replace(is_unwanted=lambda: self._stopped is not None))
        with self._guard:
            self._robot = robot
            stopped = self._stopped
        self._care.note_start(robot.pid)
        if stopped:
            self.stop(stopped)
        return robot

    def _await_environment(self, error: EnvironmentNotBuilt) -> Failed:
        """The pauses grow; after an hour, or the fifth time, somebody has to look at it."""
        trouble = self._care.count_trouble(NOT_BUILT)
        is_over = trouble.times >= _MOST_TROUBLES or time() - trouble.since >= _LONGEST_TROUBLE.total_seconds()
        pause = timedelta() if is_over else _FIRST_PAUSE * 2 ** (trouble.times - 1)
        return Failed(str(error), error.details or None, 0 if is_over else self._tries, pause)

    def _await(self, robot: RunningRobot) -> Result:
        with self._care.limit(self._timeout, lambda: self.stop(Stop.TIME_LIMIT)):
            code = robot.wait()
        with self._guard:
            self._robot = None
            stopped = self._stopped
        self._care.tidy_files()
        return self._care.finish(self._understand(code, stopped, robot.broken or self._find_full_disk(code)))

    def _find_full_disk(self, code: int) -> str | None:
        """A robot without an outcome may be one that could not write it. Again and again, it is the robot's own fault.

        A command that ended well need not write one.
        """
        handover = self._folder.handover
        is_content = code == 0 and self._topic.task.command is not None and not handover.started_file.exists()
        if code < 0 or is_content or handover.outcome_file.exists() or self._folder.has_room():
            self._care.end_trouble()
            return None
        return DISK_FULL if self._care.count_trouble(NO_ROOM).times < _MOST_TROUBLES else None

    @property
    def _timeout(self) -> timedelta:
        return self._options.timeout or DEFAULT_TIMEOUT

    def _understand(self, code: int, stopped: Stop | None, broken: str | None) -> Result:
        handover, on_failure = self._folder.handover, self._options.on_failure
        outcome, log, unreadable = None, None, None
        if handover.outcome_file.exists():
            try:
                outcome, log = handover.read_outcome()
            except CamundaLibraryError as error:
                unreadable = str(error)
        end = RunEnd(
            self._topic.task,
            code,
            self._tries,
            handover.started_file.exists(),
            outcome,
            unreadable,
            stopped,
            self._folder.console_tail(),
            self._timeout,
            broken,
            on_failure.bpmn_error if on_failure else None,
        )
        judged = judge(end)
        return Result(judged, log, is_robots_own=judged is outcome)
