"""Tasks that a robot takes by itself, one after the other or one inside the other, with one login and without log."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.engines.records import LockedTask, Subscription
from CamundaLibrary.errors import CamundaLibraryError, OutcomeAlreadyDecided
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.context import Reported, TaskContext
from CamundaLibrary.task.ending import end_task
from CamundaLibrary.task.engine_sink import EngineAccess, EngineSink, make_worker_id
from CamundaLibrary.task.outcome import GivenBack, Outcome, RunResult
from CamundaLibrary.task.signal_guard import SignalDelay

_log = logging.getLogger(__name__)
_LONGEST_POLL = timedelta(seconds=10)
"""The engine wakes a poll for new tasks only, not for one whose lock or pause ran out."""
_SHORTEST_RETURN = timedelta(seconds=1)


class Request(NamedTuple):
    """What to fetch, and how long to wait for it if there is none."""

    subscription: Subscription
    wait: timedelta = timedelta()
    use_priority: bool = True
    oldest_first: bool = True


class TakenTask(TaskContext):
    """A task that a robot fetched: an outcome is reported as soon as it is asked for, and ends nothing else."""

    ends_robot = False

    def __init__(self, task: LockedTask, sink: EngineSink, output_folder: Path) -> None:
        super().__init__(task.task, task.variables, sink, sink.settings)
        self._output_folder = output_folder

    def decide(self, outcome: Outcome) -> None:
        """Reports; CamundaLibraryError where the engine did not take the outcome."""
        was_decided = self.decided is not None
        super().decide(outcome)
        if was_decided:
            return
        reported = report(self, RunResult("PASS"), self._output_folder)
        if reported.is_problem:
            raise CamundaLibraryError(reported.text)
        _log.info(reported.text)

    def leave(self) -> str | None:
        """Gives the task back if nothing was decided; returns a sentence about it."""
        if self.decided is not None:
            return None
        try:
            self.decide(GivenBack())
        except CamundaLibraryError as problem:
            return f"Task '{self.task.id}' of topic '{self.task.topic}' was left without an outcome. {problem}"
        return f"Task '{self.task.id}' of topic '{self.task.topic}' was left without an outcome: it is {self.decided}."

    def _check_name(self, name: str) -> None:
        if self.decided is not None:
            raise OutcomeAlreadyDecided(
                f"Variable '{name}' comes too late: the outcome of task '{self.task.id}' is reported, {self.decided}."
            )
        super()._check_name(name)


class TakenTasks:
    """Those of one run. The current one is the last that was taken and not put aside."""

    def __init__(self) -> None:
        self._accesses: dict[Settings, EngineAccess] = {}
        self._worker_id = make_worker_id()
        self._turns: list[TaskContext] = []
        self._fetched: list[TakenTask | None] = [None]

    @property
    def current(self) -> TaskContext | None:
        """The task that keywords are about; None where it is that of the run, if there is one."""
        return self._fetched[-1] or (self._turns[-1] if self._turns else None)

    def fetch(self, request: Request, settings: Settings, output_folder: Path) -> TakenTask | None:
        """Makes the next task the current one; None if there is none. The one before must be done with."""
        self._leave_fetched()
        taken = self._take(request, settings)
        if taken:
            self._fetched[-1] = TakenTask(*taken, output_folder)
        return self._fetched[-1]

    def fetch_for_turn(self, request: Request, settings: Settings) -> TaskContext | None:
        """Takes a task to be worked on in a `turn`; None if there is none."""
        taken = self._take(request, settings)
        if taken is None:
            return None
        locked, sink = taken
        return TaskContext(locked.task, locked.variables, sink, sink.settings)

    @contextmanager
    def turn(self, context: TaskContext) -> Iterator[None]:
        """The task is the current one inside the block."""
        self._turns.append(context)
        self._fetched.append(None)
        try:
            yield
        finally:
            self._leave_fetched()
            self._fetched.pop()
            self._turns.pop()

    def close(self) -> list[str]:
        """Ends it all; returns sentences about what was left undecided."""
        sentences = [task.leave() for task in self._fetched if task]
        for access in self._accesses.values():
            access.close()
        return [sentence for sentence in sentences if sentence]

    def _leave_fetched(self) -> None:
        task, self._fetched[-1] = self._fetched[-1], None
        sentence = task.leave() if task else None
        if sentence:
            _log.warning(sentence)

    def _take(self, request: Request, settings: Settings) -> tuple[LockedTask, EngineSink] | None:
        if settings not in self._accesses:
            self._accesses[settings] = EngineAccess(settings)
        access, worker_id = self._accesses[settings], settings.worker_id or self._worker_id
        locked = _fetch_within(request, access, worker_id)
        if locked is None:
            return None
        settings = settings._replace(lock_duration=request.subscription.lock_duration, log="never")
        return locked, EngineSink(access, locked.task, worker_id, settings, keeps_lock=True, is_only_one=False)


def report(context: TaskContext, result: RunResult, output_folder: Path) -> Reported:
    """Decides by the result and what was asked for, and reports, undisturbed by signals and timeouts."""
    with SignalDelay():
        return end_task(context, None, result, None, output_folder)


def end_turn(context: TaskContext, result: RunResult, output_folder: Path) -> Reported:
    """Reports what became of a task in its turn.

    One that is given back at once would be the next one again, and the last, too: so that takes a second.
    """
    if isinstance(context.decided, GivenBack):
        context.decided = GivenBack(max(context.decided.after, _SHORTEST_RETURN))
    return report(context, result, output_folder)


def _fetch_within(request: Request, access: EngineAccess, worker_id: str) -> LockedTask | None:
    deadline = time.monotonic() + request.wait.total_seconds()
    while True:
        left = timedelta(seconds=max(deadline - time.monotonic(), 0))
        found = access.engine.external_tasks.fetch_and_lock(
            worker_id,
            [request.subscription],
            poll=min(left, _LONGEST_POLL),
            use_priority=request.use_priority,
            oldest_first=request.oldest_first,
        )
        if found or not left:
            return found[0] if found else None
