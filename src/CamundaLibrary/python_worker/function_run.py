"""One run of a function of this process for a task: in memory, in the thread of the task."""

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.errors import EngineError
from CamundaLibrary.handlers.handler import Handler, do_task
from CamundaLibrary.python_worker.interruption import Interruptible
from CamundaLibrary.settings import Settings
from CamundaLibrary.task import current
from CamundaLibrary.task.context import Reported, TaskContext
from CamundaLibrary.task.lock_keeper import KeptLock
from CamundaLibrary.task.outcome import Failed, Outcome
from CamundaLibrary.task.python_run import PythonRun
from CamundaLibrary.variables import TypedValue
from CamundaLibrary.worker.runs.run import Job, Run
from CamundaLibrary.worker.runs.verdict import RunEnd, Stop, judge
from CamundaLibrary.worker.state.result import NEVER_STARTED, Result
from CamundaLibrary.worker.state.run_folder import NewRunFolder

_log = logging.getLogger(__name__)

_DONE, _FAILED = 0, 1


class FunctionRun(Run):
    """Calls a function, which decides the outcome as any handler does. Its folder is made when a file needs it."""

    def __init__(self, function: Handler, job: Job) -> None:
        super().__init__(job)
        self._function = function

    def work(self, locked: LockedTask, environment: Mapping[str, str], download: Callable[[str], bytes]) -> Result:
        job = self.job
        try:
            variables = job.folder.with_content(locked.variables, download)
        except (EngineError, OSError) as error:
            return Result(Failed(f"Preparing the run failed: {error}", retries=job.tries))
        call = Call(self._function, job.topic.task.handler or "")
        if self._begin(call):
            self._end()
            return NEVER_STARTED
        job.care.note_start(None)
        with job.care.limit(job.options.time_limit, lambda: self.stop(Stop.TIME_LIMIT)):
            outcome = call.make(self._context(locked, variables), job.folder.path / job.folder.artifacts)
        stopped = self._end()
        job.care.note_end()
        return job.care.finish(Result(self._judge(outcome, stopped)))

    def _context(self, locked: LockedTask, variables: Mapping[str, TypedValue]) -> TaskContext:
        settings = self.job.settings
        sink = FunctionSink(self.job.folder, settings, lambda: self._lock)
        return TaskContext(locked.task, variables, sink, settings)

    def _judge(self, outcome: Outcome | None, stopped: Stop | None) -> Outcome:
        job, is_done = self.job, outcome is not None and not isinstance(outcome, Failed)
        return judge(
            RunEnd(
                job.topic.task,
                _DONE if is_done else _FAILED,
                job.tries,
                outcome=outcome,
                stopped=stopped,
                timeout=job.options.time_limit,
                bpmn_error=job.options.bpmn_error,
            )
        )


class FunctionSink:
    """The outcome stays in memory: the worker that made the call takes it from there."""

    def __init__(self, folder: NewRunFolder, settings: Settings, lock: Callable[[], KeptLock | None]) -> None:
        self._folder = folder
        self._lock = lock
        self.settings = settings

    @property
    def files(self) -> Path:
        self._folder.make()
        files = self._folder.handover.files
        files.mkdir(exist_ok=True)
        return files

    def download(self, name: str) -> bytes:
        raise AssertionError(f"File '{name}' came with its content.")

    def extension_properties(self) -> Mapping[str, str]:
        return {}

    def lock_problem(self) -> str | None:
        lock = self._lock()
        return lock.problem if lock else None

    def extend_lock(self, duration: timedelta) -> str | None:
        """The worker keeps the lock as long as the call takes."""
        return self.lock_problem()

    def report(self, outcome: Outcome, log: Path | None, output_folder: Path) -> Reported:
        return Reported("")

    def close(self) -> None:
        """Nothing to let go of."""


class Call:
    """One call of a function, that others may interrupt."""

    def __init__(self, function: Handler, name: str) -> None:
        self._function = function
        self._name = name
        self._block = Interruptible()
        self._over = threading.Event()

    def make(self, context: TaskContext, output_folder: Path) -> Outcome | None:
        """Returns the outcome; None where that went wrong, which is logged. Never raises."""
        try:
            return self._make(context, output_folder)
        except BaseException:
            _log.exception("Calling '%s' failed.", self._name)
            return None
        finally:
            self._over.set()

    def stop(self, patience: timedelta) -> None:
        """Interrupts the function, again and again, until it ends: nobody can kill a thread."""
        self._block.interrupt()
        seconds = max(patience.total_seconds(), 1)
        while not self._over.wait(seconds):
            _log.warning(
                "'%s' was told to end, and does not: its slot and its lock are kept until it does.", self._name
            )
            self._block.interrupt()

    def _make(self, context: TaskContext, output_folder: Path) -> Outcome | None:
        error: BaseException | None = None
        run = PythonRun(state=current.begin_in_thread(output_folder), context=context)
        try:
            with self._block:
                do_task(run.state, self._function)
        except BaseException as raised:  # whatever it is, it is how the call ended
            error = raised
        self._block.leave()
        reported = run.end(error)
        return reported.outcome if reported else None
