"""One outcome on its way to the engine.

At once: what fits into one call is one, which the engine carries out whole or not at all, and for the worker alone that
has the lock. In order, where that is not so or did not work: renew the lock (proves it and buys time), the log and
files, variables that need a call of their own, then one call with the outcome and everything else. What the engine may
have carried out although its reply was lost is found out from its history.
"""

import time
from collections.abc import Sequence
from datetime import timedelta

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import (
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
from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.task.lock_keeper import renew_lock
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack, Outcome
from CamundaLibrary.task.reporting.catchers import Catchers
from CamundaLibrary.task.reporting.parts import Parts, split
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.task.reporting.retries import count_tries
from CamundaLibrary.task.reporting.writing import Writer, may_pass
from CamundaLibrary.variables import TypedValue

_REPLY_LOST = (EngineUnreachable, EngineUnavailable, ReplyUnreadable)
_NOT_A_REFUSAL = (Suspended, LockedByAnother, EngineConflict, EngineExhausted)
_ATTEMPTS_AT_MOST = 3
_FAILED = 500
_LEAST_LOCK = timedelta(seconds=30)
_ENCLOSED = 1_000_000  # bytes of log and files that go in one call with the outcome
_Final = Completed | BpmnError | Failed


class Report:
    """All attempts at one report; remembers what was already written, and until when the lock is known to hold."""

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
        self._writer = Writer(engine, task, attachments)
        self._is_first = True
        self._unavailable = 0
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
            if may_pass(error):
                raise
            return Receipt(Delivery.UNDELIVERED, outcome, str(error))

    def _send_or_find_done(self, outcome: Outcome) -> Receipt:
        try:
            return self._give_back(outcome) if isinstance(outcome, GivenBack) else self._send_final(outcome)
        except NotFound as error:
            if self._may_be_done and self._ended_in_order(outcome):
                return Receipt(Delivery.ACCEPTED, outcome)
            return Receipt(Delivery.LOST, outcome, str(error))

    def _give_back(self, outcome: GivenBack) -> Receipt:
        self._renew_lock()
        self._writer.keep_attachments()
        if outcome.after:
            self._engine.external_tasks.extend_lock(self._task.id, self._worker_id, outcome.after)
        else:
            self._engine.external_tasks.unlock(self._task.id)
        return Receipt(Delivery.ACCEPTED, outcome)

    def _send_final(self, outcome: _Final) -> Receipt:
        sent, problem = self._settle(outcome)
        whole = self._put_into_one_call(sent) if self._is_first else None
        self._is_first = False
        if whole is None:
            self._renew_lock()
            self._writer.keep_attachments()
        try:
            self._call(sent, whole or self._write_ahead(sent))
        except (RequestRefused, EngineFailed, ValueRefused) as error:
            if isinstance(error, _NOT_A_REFUSAL):
                raise
            if self._writer.attachments:  # it may be for their sake, and they never block the outcome
                return self._send_final(outcome)
            return self._fail_instead(sent, error)
        except _REPLY_LOST as error:
            if self._unavailable >= _ATTEMPTS_AT_MOST:  # an engine that renews locks, and whose database refuses this
                return self._fail_instead(sent, error)
            raise
        return Receipt(Delivery.REFUSED if problem else Delivery.ACCEPTED, sent, problem)

    def _settle(self, outcome: _Final) -> tuple[_Final, str | None]:
        """Returns what is to be sent, and what is the matter if it is not what was asked for."""
        problem = None
        if isinstance(outcome, BpmnError) and not self._is_caught(outcome):
            problem = f"BPMN error '{outcome.code}' is not caught by the model."
            outcome = Failed(problem, outcome.message, retries=0)
        if isinstance(outcome, Failed):
            outcome = count_tries(outcome, self._task.retries, self._policy)
        return outcome, problem

    def _put_into_one_call(self, outcome: _Final) -> Parts | None:
        """Returns the variables of the outcome with log and files among them, None if one call cannot have them all."""
        try:
            if sum(each.value.size or 0 for each in self._writer.attachments) > _ENCLOSED:
                return None
            parts = self._split(self._enclose(outcome))
        except ValueRefused:  # a file that is gone
            return None
        return None if parts.ahead else parts

    def _enclose(self, outcome: _Final) -> _Final:
        in_task: dict[str, TypedValue] = {}
        in_process: dict[str, TypedValue] = {}
        for each in self._writer.attachments:
            (in_task if each.scope == "task" else in_process)[each.variable] = each.value
        return outcome._replace(
            variables={**in_process, **outcome.variables}, task_variables={**in_task, **outcome.task_variables}
        )

    def _split(self, outcome: _Final) -> Parts:
        return split(outcome, lambda: self._catchers.shadowed_names(self._task))

    def _renew_lock(self) -> None:
        duration = max(self._policy.lock_duration, _LEAST_LOCK)
        started = time.monotonic()
        renew_lock(self._engine, self._task.id, self._worker_id, duration)
        self.lock_end = started + duration.total_seconds()

    def _is_caught(self, error: BpmnError) -> bool:
        return self._policy.throws_uncaught or self._catchers.is_caught(self._task, error.code)

    def _write_ahead(self, outcome: _Final) -> Parts:
        """Writes what cannot ride along with the outcome; returns what can."""
        parts = self._split(outcome)
        for ahead in parts.ahead:
            self._writer.write(ahead)
        return parts

    def _call(self, outcome: _Final, parts: Parts) -> None:
        tasks = self._engine.external_tasks
        task_id, worker_id = self._task.id, self._worker_id
        variables, in_task = parts.variables, parts.task_variables
        try:
            if isinstance(outcome, Completed):
                tasks.complete(task_id, worker_id, variables, in_task)
            elif isinstance(outcome, BpmnError):
                tasks.bpmn_error(task_id, worker_id, outcome.code, outcome.message, variables)
            else:
                left, pause = outcome.retries or 0, outcome.retry_timeout or timedelta()
                tasks.failure(task_id, worker_id, outcome.message, outcome.details, left, pause, variables, in_task)
        except _REPLY_LOST as error:
            self._may_be_done = True
            self._unavailable += 1 if error.status == _FAILED else 0
            raise

    def _fail_instead(self, outcome: Outcome, error: CamundaLibraryError) -> Receipt:
        """Another run would repeat the robot's effects: so a failure without tries left."""
        failure = Failed(f"The engine refused the outcome: {error}", f"The outcome was: {outcome}", retries=0)
        try:
            self._call(failure, Parts((), {}, {}))
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
