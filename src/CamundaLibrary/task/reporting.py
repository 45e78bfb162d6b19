"""Brings the outcome of a task to the engine, in an order and with repetitions that lose nothing.

Order: renew the lock (proves it and buys time), the log and files, variables that need a call of their own, then one
call with the outcome and everything else. What the engine may have carried out although its reply was lost is found
out from its history.
"""

import logging
import random
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from enum import Enum
from typing import NamedTuple

from CamundaLibrary.engines.contract import Engine, Variables, VariableScope
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import (
    TEMPORARY,
    CamundaLibraryError,
    EngineConflict,
    EngineError,
    EngineExhausted,
    EngineFailed,
    EngineUnavailable,
    EngineUnreachable,
    LockedByAnother,
    NotFound,
    ReplyUnreadable,
    RequestRefused,
    Suspended,
    ValueRefused,
)
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.task.catchers import Catchers
from CamundaLibrary.task.lock_keeper import renew_lock
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack, Outcome
from CamundaLibrary.task.retries import pause_after, retries_left
from CamundaLibrary.variables import FileValue

_log = logging.getLogger(__name__)
_REPLY_LOST = (EngineUnreachable, EngineUnavailable, ReplyUnreadable)
_NOT_A_REFUSAL = (Suspended, LockedByAnother, EngineConflict, EngineExhausted)
_ATTEMPTS_AT_MOST = 3
_FAILED = 500
_LEAST_LOCK = timedelta(seconds=30)
_INLINE = 10_000_000  # bytes of files; the engine takes 20,000,000 characters of JSON, base64 included


class Delivery(Enum):
    """What became of a report."""

    ACCEPTED = "accepted"  #: the engine has the outcome
    REFUSED = "refused"  #: the engine refused it, and has a failure without tries left instead
    LOST = "lost"  #: the lock or the task is gone; nothing was written
    SUSPENDED = "suspended"  #: to be sent once the instance is active again
    UNDELIVERED = "undelivered"  #: the engine could not be reached while the lock held


class Receipt(NamedTuple):
    """What became of a report, what was reported in the end, and a sentence where it is not what was asked for."""

    delivery: Delivery
    outcome: Outcome
    problem: str | None = None


class Policy(NamedTuple):
    """What settings and manifests say about reports."""

    tries: int = 3
    pauses: Sequence[timedelta] = (timedelta(minutes=1),)
    throws_uncaught: bool = False
    lock_duration: timedelta = timedelta(minutes=1)

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """Returns what settings say."""
        return cls(settings.retries, settings.retry_timeout, settings.uncaught == "throw", settings.lock_duration)


_DEFAULT_POLICY = Policy()


class Reporter:
    """Reports outcomes to one engine; `repeated` is called, with the problem, before a report is sent once more."""

    def __init__(
        self,
        engine: Engine,
        *,
        sleep: Callable[[float], None] = time.sleep,
        repeated: Callable[[ExternalTask, str], None] = lambda task, problem: None,
    ) -> None:
        self._engine = engine
        self._repeated = repeated
        self._catchers = Catchers(engine)
        self._sleep = sleep

    def report(
        self,
        task: ExternalTask,
        worker_id: str,
        outcome: Outcome,
        attachments: Sequence[Attachment] = (),
        policy: Policy = _DEFAULT_POLICY,
    ) -> Receipt:
        """Sends the outcome while the lock holds; never raises for what the engine says or fails to say."""
        attempt = _Attempts(self._engine, self._catchers, task, worker_id, policy, attachments)
        deadline = time.monotonic() + policy.lock_duration.total_seconds()
        wait = 0.2
        while True:
            try:
                return attempt.send(outcome)
            except EngineError as error:
                problem = str(error)
                deadline = attempt.lock_end or deadline
            if time.monotonic() + wait >= deadline:
                return Receipt(Delivery.UNDELIVERED, outcome, problem)
            _log.warning("%s Trying again in %.1f s.", problem, wait)
            self._repeated(task, problem)
            self._sleep(wait * random.uniform(0.5, 1))  # noqa: S311 - jitter, no secret
            wait = min(wait * 2, 15)


class _Attempts:
    """All attempts at one report; remembers what was already written."""

    def __init__(
        self,
        engine: Engine,
        catchers: Catchers,
        task: ExternalTask,
        worker_id: str,
        policy: Policy,
        attachments: Sequence[Attachment],
    ) -> None:
        self._engine = engine
        self._catchers = catchers
        self._task = task
        self._worker_id = worker_id
        self._policy = policy
        self._attachments = list(attachments)
        self._uploads_broken = 0
        self._unavailable = 0
        self._written: set[tuple[str, bool]] = set()
        self._may_be_done = False
        self.lock_end: float | None = None

    def send(self, outcome: Outcome) -> Receipt:
        """Makes one attempt; raises only what is worth another attempt."""
        try:
            return self._send_or_find_done(outcome)
        except Suspended as error:
            return Receipt(Delivery.SUSPENDED, outcome, str(error))
        except LockedByAnother as error:
            return Receipt(Delivery.LOST, outcome, str(error))
        except EngineError as error:
            if _may_pass(error):
                raise
            return Receipt(Delivery.UNDELIVERED, outcome, str(error))

    def _send_or_find_done(self, outcome: Outcome) -> Receipt:
        try:
            return self._send_in_order(outcome)
        except NotFound as error:
            if self._may_be_done and self._ended_in_order(outcome):
                return Receipt(Delivery.ACCEPTED, outcome)
            return Receipt(Delivery.LOST, outcome, str(error))

    def _send_in_order(self, outcome: Outcome) -> Receipt:
        self._renew_lock()
        problem = None
        if isinstance(outcome, BpmnError) and not self._is_caught(outcome):
            outcome = Failed(f"BPMN error '{outcome.code}' is not caught by the model.", outcome.message, retries=0)
            problem = outcome.message
        if isinstance(outcome, Failed):
            outcome = self._count_tries(outcome)
        self._keep_attachments()
        try:
            self._send_outcome(outcome)
        except (RequestRefused, EngineFailed, ValueRefused) as error:
            if isinstance(error, _NOT_A_REFUSAL):
                raise
            return self._fail_instead(outcome, error)
        except _REPLY_LOST as error:
            self._may_be_done = True
            if self._is_refused_for_good(error):
                return self._fail_instead(outcome, error)
            raise
        return Receipt(Delivery.REFUSED if problem else Delivery.ACCEPTED, outcome, problem)

    def _is_refused_for_good(self, error: EngineError) -> bool:
        """Whether an engine that renews locks says once too often that its database cannot do this."""
        self._unavailable += 1 if error.status == _FAILED else 0
        return self._unavailable >= _ATTEMPTS_AT_MOST

    def _renew_lock(self) -> None:
        duration = max(self._policy.lock_duration, _LEAST_LOCK)
        started = time.monotonic()
        renew_lock(self._engine, self._task.id, self._worker_id, duration)
        self.lock_end = started + duration.total_seconds()

    def _is_caught(self, error: BpmnError) -> bool:
        return self._policy.throws_uncaught or self._catchers.is_caught(self._task, error.code)

    def _keep_attachments(self) -> None:
        """A log or file that cannot be stored never blocks the outcome; one that broke off is sent a few times."""
        while self._attachments:
            attachment = self._attachments[0]
            try:
                self._scope(attachment.scope == "task").upload(attachment.variable, attachment.value)
            except (CamundaLibraryError, OSError) as error:
                self._uploads_broken += 1
                if _may_break_off(error) and self._uploads_broken < _ATTEMPTS_AT_MOST:
                    raise
                _log.warning("File '%s' of the run was not kept with the task: %s", attachment.filename, error)
            self._attachments.pop(0)
            self._uploads_broken = 0

    def _send_outcome(self, outcome: Outcome) -> None:
        if isinstance(outcome, GivenBack):
            return self._give_back(outcome)
        variables, in_task = self._write_ahead(outcome)
        tasks = self._engine.external_tasks
        task_id, worker_id = self._task.id, self._worker_id
        if isinstance(outcome, Completed):
            tasks.complete(task_id, worker_id, variables, in_task)
        elif isinstance(outcome, BpmnError):
            tasks.bpmn_error(task_id, worker_id, outcome.code, outcome.message, variables)
        else:
            left, pause = outcome.retries or 0, outcome.retry_timeout or timedelta()
            tasks.failure(task_id, worker_id, outcome.message, outcome.details, left, pause, variables, in_task)
        return None

    def _give_back(self, outcome: GivenBack) -> None:
        if outcome.after:
            self._engine.external_tasks.extend_lock(self._task.id, self._worker_id, outcome.after)
        else:
            self._engine.external_tasks.unlock(self._task.id)

    def _count_tries(self, failure: Failed) -> Failed:
        left = retries_left(self._task.retries, self._policy.tries) if failure.retries is None else failure.retries
        pause = failure.retry_timeout
        if pause is None:
            pause = pause_after(left, self._policy.tries, self._policy.pauses)
        return failure._replace(retries=left, retry_timeout=pause)

    def _write_ahead(self, outcome: Completed | BpmnError | Failed) -> tuple[Variables, Variables]:
        """Writes what cannot ride along with the outcome; returns what can."""
        variables, in_task = dict(outcome.variables), dict(outcome.task_variables)
        for name in self._too_large(variables):
            self._upload(name, variables.pop(name), in_task=False)
        for name in self._too_large(in_task):
            self._upload(name, in_task.pop(name), in_task=True)
        if isinstance(outcome, BpmnError):
            self._write(in_task, in_task=True)
            in_task = {}
        if variables:
            hidden = self._catchers.shadowed_names(self._task)
            shadowed = {name: variables.pop(name) for name in hidden if name in variables}
            self._write(shadowed, in_task=False)
        return variables, in_task

    def _too_large(self, variables: Variables) -> list[str]:
        """The largest files first, until the rest fits into one JSON body. Names with a slash can only go there."""
        files = [(value.size or 0, name) for name, value in variables.items() if isinstance(value, FileValue)]
        total = sum(size for size, _ in files)
        chosen = []
        for size, name in sorted(files, reverse=True):
            if total > _INLINE and "/" not in name:
                chosen.append(name)
                total -= size
        return chosen

    def _upload(self, name: str, value: object, *, in_task: bool) -> None:
        if (name, in_task) not in self._written and isinstance(value, FileValue):
            self._scope(in_task).upload(name, value)
            self._written.add((name, in_task))

    def _write(self, values: Variables, *, in_task: bool) -> None:
        if values:
            self._scope(in_task).set(values)

    def _scope(self, in_task: bool) -> VariableScope:
        if in_task:
            return self._engine.variables.of_execution(self._task.execution_id or "")
        return self._engine.variables.of_process_instance(self._task.process_instance_id or "")

    def _fail_instead(self, outcome: Outcome, error: CamundaLibraryError) -> Receipt:
        """Another run would repeat the robot's effects: so a failure without tries left."""
        failure = Failed(f"The engine refused the outcome: {error}", f"The outcome was: {outcome}", retries=0)
        try:
            self._send_outcome(failure)
        except (RequestRefused, EngineFailed) as second:
            if isinstance(second, _NOT_A_REFUSAL):
                raise
            return Receipt(Delivery.UNDELIVERED, outcome, f"{error} Reporting that failed, too: {second}")
        return Receipt(Delivery.REFUSED, failure, str(error))

    def _ended_in_order(self, outcome: Outcome) -> bool:
        """A caught BPMN error leaves its activity canceled, as a cancelled instance does."""
        if isinstance(outcome, BpmnError) or not self._task.activity_instance_id:
            return True
        activity = self._engine.history.activity_instance(self._task.activity_instance_id)
        return activity is None or not activity.canceled


def _may_pass(error: EngineError) -> bool:
    """Whether another attempt may succeed; a reply that leads elsewhere (3xx) will go on doing so."""
    is_redirect = error.status is not None and 300 <= error.status < 400
    return isinstance(error, (*TEMPORARY, ReplyUnreadable)) and not is_redirect


def _may_break_off(error: Exception) -> bool:
    """Whether an upload failed for a reason of the moment, which one that exhausted the engine has not.

    Then the server in which the engine runs may answer, 500 without the engine's words [tried].
    """
    if not isinstance(error, EngineError) or isinstance(error, EngineExhausted):
        return False
    return _may_pass(error) and not (error.status == _FAILED and error.type is None)
