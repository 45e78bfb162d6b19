"""One task on its way, from the lock that the fetch took to the report."""

import logging
import traceback
from datetime import timedelta
from time import monotonic

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.errors import BundleError, EngineError
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.context import without_log
from CamundaLibrary.task.lock_keeper import KeptLock, renew_lock
from CamundaLibrary.task.outcome import Failed
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.log.fields import fields
from CamundaLibrary.worker.notices import LockExtended, LockLost
from CamundaLibrary.worker.runs.dispatch import Dispatch, label, may_be_followed_by
from CamundaLibrary.worker.runs.run import Job, MakeRun
from CamundaLibrary.worker.runs.run_care import RunCare
from CamundaLibrary.worker.runs.verdict import Stop
from CamundaLibrary.worker.state.entry import Entry
from CamundaLibrary.worker.state.result import NEVER_STARTED, Result
from CamundaLibrary.worker.state.run_folder import NewRunFolder

__all__ = ["Equipment", "Execution"]

_log = logging.getLogger(__name__)


class Execution:
    """One task. `work` and `report` are called in a thread of its own, the rest by any."""

    def __init__(self, locked: LockedTask, topic: Topic, make_run: MakeRun, equipment: Equipment) -> None:
        self.task = locked.task
        self._topic = topic
        self._variables = without_log(locked.variables, equipment.settings)
        self._equipment = equipment
        self._problem: BundleError | None = None
        options = self._read_options()
        self._fetched_for = topic.options.lock_duration or equipment.settings.lock_duration
        self._policy = _policy(options, equipment.settings)
        self.folder = NewRunFolder(equipment.state.name_run_folder(), topic, equipment.state.copies)
        self._spool = equipment.state.spool
        self._dispatch = Dispatch(self.task, self._policy, self.folder, self._spool, equipment, self._variables)
        self.result: Result | None = None
        self._receipt: Receipt | None = None
        self._held_until = 0.0
        self.entry = self._make_entry(options)
        care = RunCare(self.entry, topic, self.folder, self._spool, equipment)
        self._run = make_run(Job(topic, options, self.folder, self._tries, care, equipment.settings))
        self._lock = self._keep_lock(self._fetched_for)

    @property
    def is_robot_running(self) -> bool:
        """Whether there is a robot that would have to be stopped."""
        return self._run.is_running

    @property
    def has_result(self) -> bool:
        """Whether the robot is done and what it did is, or was, to be reported."""
        return self.result is not None

    def lock_again(self) -> None:
        """The engine gave us a task that we have already: its lock begins anew."""
        self._lock = self._keep_lock(self._fetched_for)
        self._run.note_lock(self._lock)

    def withdraw(self) -> None:
        """Sees to it that a robot that was not started yet never is."""
        self._run.withdraw()

    def stop(self, patience: timedelta | None = None) -> None:
        """Stops the robot because the worker stops; does not wait for its end."""
        self._run.stop(Stop.WORKER, patience)

    def work(self) -> None:
        """Does everything up to the report. Never raises."""
        try:
            result = self._work()
        except Exception as error:
            _log.exception("%s: the worker failed.", label(self.task), extra=fields(self.task))
            result = Result(Failed(f"The worker failed: {error}", traceback.format_exc(), retries=self._tries))
        self._dispatch.note_result(result)
        self.result = result

    def report(self) -> Delivery:
        """Reports the result and tidies up. Never raises."""
        result, begun = self.result or NEVER_STARTED, monotonic()
        self._equipment.keeper.release(self.task.id)
        if self._lock.lost:
            receipt = Receipt(Delivery.LOST, result.outcome, self._lock.lost)
        else:
            receipt = self._dispatch.send(result, self._equipment.worker_id)
        self._receipt = receipt
        self._dispatch.settle(result, receipt, begun)
        return receipt.delivery

    def may_be_followed_by(self, task: ExternalTask) -> bool:
        """Whether `task`, which the engine gave us again while we reported, is the next try and not this one."""
        return may_be_followed_by(self._receipt, task)

    @property
    def _tries(self) -> int:
        """The task's number of tries, should it stay as it is."""
        return self._policy.tries if self.task.retries is None else self.task.retries

    def _read_options(self) -> TaskOptions:
        """A wrong model is nothing that another try would mend."""
        try:
            return self._topic.options_for(self.task)
        except BundleError as error:
            self._problem = error
            return self._topic.options

    def _make_entry(self, options: TaskOptions) -> Entry:
        expiration = self.task.lock_expiration
        taken = expiration - self._fetched_for if expiration else None
        run, engine, artifacts = self.folder.path.name, self._equipment.engine.url, self.folder.artifacts
        notices_death = self._topic.task.is_robot
        own_id = self._equipment.worker_id
        return Entry(run, engine, own_id, self.task, self._policy, artifacts, taken, options.bpmn_error, notices_death)

    def _keep_lock(self, duration: timedelta) -> KeptLock:
        return self._equipment.keeper.keep(self.task.id, self._equipment.worker_id, duration, self._note_lock)

    def _work(self) -> Result:
        try:
            self._spool.take(self.entry)
        except OSError as error:
            return Result(Failed(f"Preparing the run failed: {error}", retries=self._tries))
        if self._problem:
            return Result(Failed(str(self._problem), retries=0))
        self._lengthen_lock()
        self._note_lock(self._lock)
        locked = LockedTask(self.task, self._variables)
        result = self._run.work(locked, self._equipment.environments[self.task.topic], self._download)
        if isinstance(result.outcome, Failed) and result.outcome.retries == 0:
            self._spool.end_trouble(self.task.id)
        return result

    def _lengthen_lock(self) -> None:
        """The model may ask for another lock duration than the topic, which the fetch could not know."""
        duration = self._policy.lock_duration
        if duration == self._fetched_for:
            return
        try:
            renew_lock(self._equipment.engine, self.task.id, self._equipment.worker_id, duration)
        except EngineError as error:
            _log.warning(
                "%s: its lock keeps the duration of its topic: %s", label(self.task), error, extra=fields(self.task)
            )
        else:
            self._fetched_for = duration
            self._lock = self._keep_lock(duration)

    def _note_lock(self, lock: KeptLock) -> None:
        """Tells the robot how its lock stands; a lock that is lost ends the run."""
        self._run.note_lock(lock)
        if lock.lost:
            self._equipment.notices.tell(LockLost(self.task.id, lock.lost))
            self._run.stop(Stop.LOCK_LOST)
        elif self._held_until and lock.held_until > self._held_until:
            self._equipment.notices.tell(LockExtended(self.task.id))
        self._held_until = lock.held_until

    def _download(self, name: str) -> bytes:
        return self._equipment.engine.variables.visible_from(self.task.execution_id or "").download(name)


def _policy(options: TaskOptions, settings: Settings) -> Policy:
    policy = Policy.of(settings)
    return policy._replace(
        tries=options.tries or policy.tries,
        pauses=options.pauses or policy.pauses,
        lock_duration=options.lock_duration or policy.lock_duration,
    )
