"""One run of a robot for a task: files laid out, robot started, awaited or stopped, its end understood."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from time import time

from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.errors import CamundaLibraryError, EngineError, EnvironmentNotBuilt
from CamundaLibrary.runners import Runner, RunningRobot
from CamundaLibrary.task.lock_keeper import KeptLock
from CamundaLibrary.task.outcome import Failed
from CamundaLibrary.worker.runs.run import Job, Run
from CamundaLibrary.worker.runs.run_care import NO_ROOM, NOT_BUILT
from CamundaLibrary.worker.runs.verdict import RunEnd, Stop, judge
from CamundaLibrary.worker.state.result import NEVER_STARTED, Result

DISK_FULL = "The disk of the worker is full: what the robot had to say is not known."
_MOST_TROUBLES = 5
_LONGEST_TROUBLE = timedelta(hours=1)
_FIRST_PAUSE = timedelta(minutes=1)


class RobotRun(Run):
    """Has a runner run a robot, in a folder of its own."""

    def __init__(self, runner: Runner, job: Job) -> None:
        super().__init__(job)
        self._runner = runner
        self._folder = job.folder
        self._care = job.care

    def note_lock(self, lock: KeptLock) -> None:
        """Tells the robot, if it has a folder already."""
        super().note_lock(lock)
        if self._folder.exists:
            self._care.tell_lock(lock)

    def work(self, locked: LockedTask, environment: Mapping[str, str], download: Callable[[str], bytes]) -> Result:
        try:
            self._lay_out(locked, download)
            robot = self._start(environment, self._care.give_secrets())
        except EnvironmentNotBuilt as error:
            return NEVER_STARTED if self._stopped else Result(self._await_environment(error))
        except (EngineError, OSError) as error:
            return Result(Failed(f"Preparing the run failed: {error}", retries=self.job.tries))
        except CamundaLibraryError as error:
            return Result(Failed(f"Preparing the run failed: {error}"))
        return NEVER_STARTED if robot is None else self._await(robot)

    def _lay_out(self, locked: LockedTask, download: Callable[[str], bytes]) -> None:
        """The lock file goes first: by it the robot knows that there is a worker."""
        self._folder.make()
        if self._lock:
            self._care.tell_lock(self._lock)
        self._folder.lay_out(locked.task, locked.variables, download)

    def _start(self, environment: Mapping[str, str], secrets: Path | None) -> RunningRobot | None:
        """Its environment may have to be built, which takes time, and meanwhile the worker may lose its interest."""
        if self._stopped:
            return None
        order = self._folder.order(environment, secrets)
        robot = self._runner.start(order._replace(is_unwanted=lambda: self._stopped is not None))
        stopped = self._begin(robot)
        self._care.note_start(robot.pid)
        if stopped:
            self.stop(stopped)
        return robot

    def _await_environment(self, error: EnvironmentNotBuilt) -> Failed:
        """The pauses grow; after an hour, or the fifth time, somebody has to look at it."""
        trouble = self._care.count_trouble(NOT_BUILT)
        is_over = trouble.times >= _MOST_TROUBLES or time() - trouble.since >= _LONGEST_TROUBLE.total_seconds()
        pause = timedelta() if is_over else _FIRST_PAUSE * 2 ** (trouble.times - 1)
        return Failed(str(error), error.details or None, 0 if is_over else self.job.tries, pause)

    def _await(self, robot: RunningRobot) -> Result:
        with self._care.limit(self.job.options.time_limit, lambda: self.stop(Stop.TIME_LIMIT)):
            code = robot.wait()
        stopped = self._end()
        self._care.note_end()
        self._care.tidy_files()
        return self._care.finish(self._understand(code, stopped, robot.broken or self._find_full_disk(code)))

    def _find_full_disk(self, code: int) -> str | None:
        """A robot without an outcome may be one that could not write it. Again and again, it is the robot's own fault.

        A command that ended well need not write one.
        """
        handover = self._folder.handover
        is_content = code == 0 and self.job.topic.task.command is not None and not handover.started_file.exists()
        if code < 0 or is_content or handover.outcome_file.exists() or self._folder.has_room():
            self._care.end_trouble()
            return None
        return DISK_FULL if self._care.count_trouble(NO_ROOM).times < _MOST_TROUBLES else None

    def _understand(self, code: int, stopped: Stop | None, broken: str | None) -> Result:
        handover = self._folder.handover
        outcome, log, unreadable = None, None, None
        if handover.outcome_file.exists():
            try:
                outcome, log = handover.read_outcome()
            except CamundaLibraryError as error:
                unreadable = str(error)
        end = RunEnd(
            self.job.topic.task,
            code,
            self.job.tries,
            handover.started_file.exists(),
            outcome,
            unreadable,
            stopped,
            self._folder.console_tail(),
            self.job.options.time_limit,
            broken,
            self.job.options.bpmn_error,
        )
        judged = judge(end)
        return Result(judged, log, is_robots_own=judged is outcome)
