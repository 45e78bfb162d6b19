"""Results of earlier runs that are still to be brought to the engine, also those of a worker that died.

A task that a dead worker took and never began is given back. One whose robot was at work without coming to an end costs
no try. A robot that came to its end has its result reported, under the worker id that it was locked with.
"""

import logging
from datetime import timedelta
from time import monotonic

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import CamundaLibraryError, EngineError, TaskFileError
from CamundaLibrary.task.outcome import STOPPED, BpmnError, Completed, Failed, GivenBack, Outcome
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.task.reporting.retries import count_tries
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.fetching.lost_fetches import unlock
from CamundaLibrary.worker.log.fields import fields
from CamundaLibrary.worker.runs.dispatch import Dispatch, label, may_be_followed_by
from CamundaLibrary.worker.runs.run_care import RunCare
from CamundaLibrary.worker.runs.verdict import become_bpmn_error, excuse, is_final
from CamundaLibrary.worker.state.entry import Entry, Phase
from CamundaLibrary.worker.state.result import NEVER_STARTED, Result, read_result
from CamundaLibrary.worker.state.run_folder import RunFolder
from CamundaLibrary.worker.state.state_folder import StateFolder

_log = logging.getLogger(__name__)

DIED = "The worker died before the robot ended."
_KILLED = "terminated by signal"
_SHORT = timedelta(seconds=1)
_TERMINATED = "TERMINATED"


class Redelivery:
    """One result that is still to be delivered; to the roster what an execution is, but there is no robot in it."""

    is_robot_running = False
    has_result = True

    def __init__(
        self,
        entry: Entry,
        topic: Topic | None,
        state: StateFolder,
        equipment: Equipment,
        result: Result | None = None,
    ) -> None:
        self.entry = entry
        self.task = entry.task
        self.wait = 1.0
        self._equipment = equipment
        self._worker_id = entry.worker_id
        self._state = state
        self.folder = RunFolder(state.runs / entry.run, entry.artifacts)
        self._dispatch = Dispatch(self.task, entry.policy, self.folder, state.spool, equipment, {})
        self._care = RunCare(entry, topic, self.folder, state.spool, equipment)
        self._result = result
        self._receipt: Receipt | None = None
        self._is_fetched = False
        self._was_noted = state.spool.has(entry.run)
        self._may_be_done = result is not None or entry.result is not None

    @property
    def was_sent_by_hand(self) -> bool:
        """Whether somebody brought the result to the engine who is not this worker."""
        return self._was_noted and not self._state.spool.has(self.entry.run)

    def lock_again(self) -> None:
        """The engine gave us the task anew: it is locked for this worker now."""
        self._worker_id = self._equipment.worker_id
        self._is_fetched = True

    def withdraw(self) -> None:
        """There is no robot that could be started."""

    def stop(self, patience: timedelta | None = None) -> None:
        """There is no robot that could be stopped."""

    def work(self) -> None:
        """Finds out what became of the run, if its worker did not live to do so. Never raises."""
        if self._result:
            return
        if self.entry.result is None:
            self._result = self._judge()
            self._dispatch.note_result(self._result)
            return
        try:
            self._result = read_result(self.folder, self.entry.result)
        except (TaskFileError, OSError, ValueError) as error:
            message = f"The result of the robot cannot be read any more: {error}"
            self._result = Result(Failed(message, retries=0))

    def report(self) -> Delivery:
        """Reports the result and tidies up; soon gives up where the engine cannot be reached. Never raises."""
        self.work()
        result, begun = self._result or NEVER_STARTED, monotonic()
        self._equipment.keeper.release(self.task.id)
        receipt = self._receipt = self._report(result)
        self._is_fetched = False  # from now on it may be locked for others
        if receipt.delivery is Delivery.ACCEPTED and result is NEVER_STARTED:
            _log.info("%s: given back, as its worker died before it began.", label(self.task), extra=fields(self.task))
        self._dispatch.settle(result, receipt, begun)
        return receipt.delivery

    def may_be_followed_by(self, task: ExternalTask) -> bool:
        """Whether `task`, which the engine gave us again while we reported, is the next try and not this one."""
        return may_be_followed_by(self._receipt, task)

    def _judge(self) -> Result:
        if self.entry.phase is Phase.TAKEN and not self.folder.has_traces:
            return NEVER_STARTED
        self._care.recall_secrets()
        self._care.tidy_files()
        return self._care.finish(_judge(self.entry, self.folder))

    def _report(self, result: Result) -> Receipt:
        found = self._find_report(result)
        if found:
            return found
        receipt = self._send(result)
        if receipt.delivery is not Delivery.LOST:
            return receipt
        if self.was_sent_by_hand:
            return self._forget(result)
        if isinstance(result.outcome, GivenBack):
            return Receipt(Delivery.ACCEPTED, result.outcome)
        return self._send_under_own_id(result) or receipt

    def _find_report(self, result: Result) -> Receipt | None:
        """Finds out whether there is nothing left to report; then what was fetched anew is the next try."""
        try:
            found = self._look_for_report(result)
        except EngineError as error:
            return Receipt(Delivery.UNDELIVERED, result.outcome, str(error))
        if found and self._is_fetched:
            unlock(self._equipment.engine, self.task.id)
        return found

    def _look_for_report(self, result: Result) -> Receipt | None:
        """A report that came through may be one that a full disk kept the spool from noting."""
        if self.was_sent_by_hand:
            return self._forget(result)
        if not self._may_be_done and result is NEVER_STARTED:
            return None
        return find_report(self._equipment, self.entry, result.outcome)

    def _forget(self, result: Result) -> Receipt:
        _log.info("%s: its result was sent by hand meanwhile.", label(self.task), extra=fields(self.task))
        return Receipt(Delivery.ACCEPTED, result.outcome)

    def _send(self, result: Result) -> Receipt:
        self._may_be_done = True
        policy = self.entry.policy._replace(lock_duration=_SHORT)  # as long as its lock once it is known to be ours
        return self._dispatch.send(result, self._worker_id, policy)

    def _send_under_own_id(self, result: Result) -> Receipt | None:
        """The lock of a dead worker may be lost to ourselves: then the task is about to be handed to us."""
        own = self._equipment.worker_id
        if self._worker_id == own:
            return None
        try:
            holder = self._equipment.engine.external_tasks.get(self.task.id).worker_id
        except EngineError:
            return None
        if holder != own:
            return None
        self._worker_id = own
        return self._send(result)


def _judge(entry: Entry, folder: RunFolder) -> Result:
    """Returns what became of a run that nobody saw the end of. Its processes must be gone."""
    tries = entry.policy.tries if entry.task.retries is None else entry.task.retries
    console = folder.console_tail()
    details = f"Last lines of the console:\n{console}" if console else None
    died = excuse(DIED, tries, details)
    if not folder.handover.outcome_file.exists():
        return Result(died)
    try:
        outcome, log = folder.handover.read_outcome()
    except CamundaLibraryError as error:
        return Result(died._replace(details=str(error)))
    if isinstance(outcome, Failed) and not is_final(outcome):
        if _was_stopped(outcome):
            return Result(died._replace(details=outcome.details or details), log)
        return Result(become_bpmn_error(outcome, entry.bpmn_error), log)
    return Result(outcome, log, is_robots_own=True)


def _was_stopped(failure: Failed) -> bool:
    """A robot that notices that its worker is gone ends as one that is stopped."""
    return _KILLED in failure.message or STOPPED in failure.message


def find_report(equipment: Equipment, entry: Entry, outcome: Outcome) -> Receipt | None:
    """Finds in the engine's history a report that came through although nobody heard of it. Raises EngineError."""
    task, ids = entry.task, (entry.worker_id, equipment.worker_id)
    log = equipment.engine.history.external_task_log(external_task_id=task.id)
    ours = {each.event: each for each in log if each.worker_id in ids and (not entry.taken or each.time >= entry.taken)}
    failure = ours.get("failed")
    if failure and not isinstance(outcome, Failed):
        message = failure.error_message or ""
        return Receipt(Delivery.REFUSED, Failed(message, retries=0), message)
    if failure and isinstance(outcome, Failed):
        return Receipt(Delivery.ACCEPTED, count_tries(outcome, task.retries, entry.policy))
    if isinstance(outcome, Completed) and "succeeded" in ours:
        return Receipt(Delivery.ACCEPTED, outcome)
    if isinstance(outcome, BpmnError) and "deleted" in ours and _went_on(equipment, task):
        return Receipt(Delivery.ACCEPTED, outcome)
    return None


def _went_on(equipment: Equipment, task: ExternalTask) -> bool:
    """Whether the process instance was not cancelled."""
    instance = equipment.engine.history.process_instance(task.process_instance_id or "")
    return instance is not None and _TERMINATED not in instance.state
