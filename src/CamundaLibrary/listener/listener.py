"""The hooks of Robot Framework's listener API 3, turned into start and end of a task's run. Decides nothing itself.

When which hook comes is Robot Framework's: `log_file` after the log is written, `close` last, and the default signal
handlers are restored before `output_file` (robot/running/model.py).
"""

import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from robot import result, running
from robot.libraries.BuiltIn import BuiltIn
from robot.output.loggerhelper import Message
from robot.utils import console_encode, escape

from CamundaLibrary.keywords.robot_variables import robot_variables
from CamundaLibrary.listener.arguments import read_arguments
from CamundaLibrary.listener.observer import Observer, known_secrets
from CamundaLibrary.settings import Settings, Source
from CamundaLibrary.task import current
from CamundaLibrary.task.run import Start, TaskRun
from CamundaLibrary.task.signal_guard import SignalGuard

if TYPE_CHECKING:
    from CamundaLibrary.listener.progress import Progress


class CamundaListener:
    """Completes or fails the task of a run by itself, and keeps the run's log with it.

    Takes settings as `name=value` arguments, see the docs. One for which nothing names a task does nothing.
    """

    ROBOT_LISTENER_API_VERSION = 3
    ROBOT_LISTENER_PRIORITY = -1000  # last: sees what other listeners made of the results

    def __init__(self, *arguments: str) -> None:
        state = current.begin_with_listener()
        self._attach(state, read_arguments(arguments))
        if state is None:
            say("CamundaListener is attached twice. The first one works, this one does nothing.", is_problem=True)

    def _attach(self, state: current.RunState | None, arguments: dict[str, Any]) -> None:
        self._state = state
        self._arguments = arguments
        self._observer = Observer()
        if state:
            state.listener_source = Source("listener argument", arguments)
            state.describe_failure = self._observer.describe
        self._guard = SignalGuard()
        self._output_folder = Path.cwd()
        self._log: Path | None = None
        self._progress: Progress | None = None
        self._has_ended = False

    def start_suite(self, data: running.TestSuite, result: result.TestSuite) -> None:
        if self._has_ended:  # the same object serves another `robot.run`
            self._attach(current.begin_with_listener(), self._arguments)
        if self._state:
            _prefer_our_keywords()
        context = self._state.task_run.context if self._state else None
        if context and context.is_over:
            _replace_code(data, "Skip", f"{context.decided}")
        elif self._state and (data.parent is None or self._state.has_new_arguments):
            self._state.has_started = True
            self._output_folder = Path(BuiltIn().get_variable_value("${OUTPUT DIR}") or ".")
            self._state.output_folder = self._output_folder
            self._open(self._state, data)

    def start_test(self, data: running.TestCase, result: result.TestCase) -> None:
        context = self._state.task_run.context if self._state else None
        if context and context.is_over:
            _replace_code(data, "Skip", f"{context.decided}")

    def end_test(self, data: running.TestCase, result: result.TestCase) -> None:
        self._observer.end_test(result)

    def end_suite(self, data: running.TestSuite, result: result.TestSuite) -> None:
        self._observer.end_suite(result)

    def end_user_keyword(self, data: Any, implementation: Any, result: result.Keyword) -> None:
        self._observer.end_user_keyword(result)

    def log_message(self, message: Message) -> None:
        self._observer.log_message(message)
        context = self._state.context if self._state else None
        if context and message.level in ("FAIL", "SKIP"):
            from CamundaLibrary.listener.raised_endings import heed_raised_ending

            heed_raised_ending(context)

    def message(self, message: Message) -> None:
        self._observer.message(message)

    def output_file(self, path: Path | None) -> None:
        if self._state and self._state.task_run.context:
            self._guard.on()

    def log_file(self, path: Path) -> None:
        self._log = path

    def close(self) -> None:
        if self._state is None:
            return
        state, self._state = self._state, None
        self._has_ended = True
        self._guard.on()
        if self._progress:
            self._progress.stop()
        try:
            if not state.has_started:
                state.task_run.open_ended([state.listener_source])
            for sentence in state.end_taken():
                say(sentence, is_problem=True)
            self._report(state.task_run)
        finally:
            current.end(state)
            self._guard.off()

    def _open(self, state: current.RunState, data: running.TestSuite) -> None:
        state.has_new_arguments = False
        opening = state.task_run.open(state.sources(robot_variables()), is_dry=BuiltIn().dry_run_active)
        if state.task_run.context and self._progress is None:
            self._progress = _note_progress(state.task_run.settings.task_file)
        if opening.start is not Start.GO:
            _replace_code(data, "Skip" if opening.start is Start.SKIP else "Fail", opening.sentence)

    def _report(self, run: TaskRun) -> None:
        if run.context is None:
            return
        reported = run.close(self._observer.run_result, self._publish, self._output_folder)
        if reported:
            say(reported.text, is_problem=reported.is_problem)

    def _publish(self, target: Path, settings: Settings) -> Path | None:
        """Returns the log as one file; None, said on the console, where there is none."""
        if self._log is None:
            say("No log is kept with the task: the run wrote none.", is_problem=True)
            return None
        from CamundaLibrary.logs import References, publish

        return publish(
            self._log,
            target,
            output_folder=self._output_folder,
            references=self._observer.references or References(),
            max_size=settings.log_max_size,
            secrets=(*settings.secrets, *known_secrets()),
        )


def _note_progress(task_file: str | None) -> "Progress | None":
    """Starts taking notes where a worker keeps the lock of the task, and nowhere else."""
    if task_file is None:
        return None
    from CamundaLibrary.task.handover import Handover

    handover = Handover(Path(task_file).absolute())
    if not handover.lock_file.exists():
        return None
    from CamundaLibrary.listener.progress import Progress

    return Progress(handover.progress_file)


def _prefer_our_keywords() -> None:
    """BuiltIn has a `Set Task Variable`, too: without this Robot Framework would warn at every use of ours."""
    builtin = BuiltIn()
    former = builtin.set_library_search_order()
    builtin.set_library_search_order(*former, "CamundaLibrary")


def say(text: str, *, is_problem: bool = False) -> None:
    """Writes to the console; one that is closed or full is no reason to lose a result."""
    stream = sys.__stderr__ if is_problem else sys.__stdout__
    if text and stream:
        with contextlib.suppress(OSError, ValueError):
            print(console_encode(text, stream=stream), file=stream, flush=True)


def _replace_code(data: running.TestSuite | running.TestCase, keyword: str, sentence: str) -> None:
    """No robot code runs: neither setup, body nor teardown. The sentence may hold process values: it is escaped."""
    data.setup.config(name=f"BuiltIn.{keyword}", args=[escape(sentence)])
    data.teardown = None
