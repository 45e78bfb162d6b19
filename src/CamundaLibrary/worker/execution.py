"""One task on its way, from the lock that the fetch took to the report."""

import logging
import traceback
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from CamundaLibrary.bundles.bundle import Topic
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import LockedTask
from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.runners import Runner
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.context import without_log
from CamundaLibrary.task.lock_keeper import KeptLock, LockKeeper
from CamundaLibrary.task.outcome import Failed, GivenBack
from CamundaLibrary.task.reporting import Delivery, Policy, Receipt, Reporter
from CamundaLibrary.worker.notices import Notices
from CamundaLibrary.worker.robot_run import NEVER_STARTED, PATIENCE, Result, RobotRun, label
from CamundaLibrary.worker.run_folder import RunFolder
from CamundaLibrary.worker.state_folder import StateFolder
from CamundaLibrary.worker.verdict import Stop

_log = logging.getLogger(__name__)

_TAKEN = (Delivery.ACCEPTED, Delivery.REFUSED)


class Equipment(NamedTuple):
    """What all executions of a worker share; `environment` is what robots get beyond the minimum."""

    engine: Engine
    worker_id: str
    keeper: LockKeeper
    reporter: Reporter
    state: StateFolder
    settings: Settings
    environment: Mapping[str, str]
    notices: Notices


class Execution:
    """One task. `work` and `report` are called in a thread of its own, the rest by any."""

    def __init__(self, locked: LockedTask, topic: Topic, runner: Runner, equipment: Equipment) -> None:
        self.task = locked.task
        self._variables = without_log(locked.variables, equipment.settings)
        self._equipment = equipment
        self._policy = _policy(topic, equipment.settings)
        self._folder = RunFolder(equipment.state.name_run_folder(), topic)
        self._run = RobotRun(topic, self._folder, runner, self._tries)
        self._result: Result | None = None
        self._receipt: Receipt | None = None
        self._begun = monotonic()
        self._lock = self._keep_lock()

    @property
    def is_robot_running(self) -> bool:
        """Whether there is a robot that would have to be stopped."""
        return self._run.is_running

    @property
    def path(self) -> Path:
        """The folder of the run."""
        return self._folder.path

    @property
    def is_kept(self) -> bool:
        """Whether the folder is still there after the report."""
        return self.path.exists()

    @property
    def has_result(self) -> bool:
        """Whether the robot is done and what it did is, or was, to be reported."""
        return self._result is not None

    def lock_again(self) -> None:
        """The engine gave us a task that we have already: its lock begins anew."""
        self._lock = self._keep_lock()

    def withdraw(self) -> None:
        """Sees to it that a robot that was not started yet never is."""
        self._run.withdraw()

    def stop(self, patience: timedelta = PATIENCE) -> None:
        """Stops the robot because the worker stops; does not wait for its end."""
        self._run.stop(Stop.WORKER, patience)

    def work(self) -> None:
        """Does everything up to the report, unless there is a result already that was not delivered. Never raises."""
        if self._result:
            return
        try:
            self._folder.make()
            self._note_lock(self._lock)
            locked = LockedTask(self.task, self._variables)
            self._result = self._run.work(locked, self._equipment.environment, self._download)
        except Exception as error:
            _log.exception("%s: the worker failed.", label(self.task))
            self._result = Result(Failed(f"The worker failed: {error}", traceback.format_exc(), retries=self._tries))

    def report(self) -> Delivery:
        """Reports the result and tidies up. Never raises."""
        result = self._result or NEVER_STARTED
        self._equipment.keeper.release(self.task.id)
        receipt = self._receipt = self._report(result)
        self._tidy(receipt)
        self._tell(receipt)
        return receipt.delivery

    def may_be_followed_by(self, task: ExternalTask) -> bool:
        """Whether `task`, which the engine gave us again while we reported, is the next try and not this one.

        If the report came through, only what it set free can have been fetched afterwards.
        """
        if self._receipt is None or self._receipt.delivery not in _TAKEN:
            return True
        outcome = self._receipt.outcome
        if isinstance(outcome, Failed):
            return task.retries == outcome.retries
        return isinstance(outcome, GivenBack) and not outcome.after

    @property
    def _tries(self) -> int:
        """The task's number of tries, should it stay as it is."""
        return self._policy.tries if self.task.retries is None else self.task.retries

    def _keep_lock(self) -> KeptLock:
        duration = self._policy.lock_duration
        return self._equipment.keeper.keep(self.task.id, self._equipment.worker_id, duration, self._note_lock)

    def _note_lock(self, lock: KeptLock) -> None:
        """Tells the robot how its lock stands; a lock that is lost ends the run."""
        held_until = datetime.now(timezone.utc) + timedelta(seconds=lock.held_until - monotonic())
        try:
            self._folder.handover.write_lock(held_until, lost=lock.lost is not None)
        except TaskFileError as error:
            _log.warning("%s: %s", label(self.task), error)
        if lock.lost:
            self._run.stop(Stop.LOCK_LOST)

    def _download(self, name: str) -> bytes:
        return self._equipment.engine.variables.visible_from(self.task.execution_id or "").download(name)

    def _report(self, result: Result) -> Receipt:
        if self._lock.lost:
            return Receipt(Delivery.LOST, result.outcome, self._lock.lost)
        worker_id, attachments = self._equipment.worker_id, [result.log] if result.log else []
        try:
            return self._equipment.reporter.report(self.task, worker_id, result.outcome, attachments, self._policy)
        except Exception as error:
            _log.exception("%s: reporting failed.", label(self.task))
            return Receipt(Delivery.UNDELIVERED, result.outcome, f"The worker failed: {error}.")

    def _tidy(self, receipt: Receipt) -> None:
        try:
            if receipt.delivery is Delivery.ACCEPTED and not isinstance(receipt.outcome, Failed):
                self._folder.remove()
            else:
                self._folder.keep()
        except OSError as error:
            _log.warning("%s: its files stay as they are: %s", label(self.task), error)

    def _tell(self, receipt: Receipt) -> None:
        """One line for the end of a task."""
        said = _SENTENCES[receipt.delivery].format(outcome=_one_line(str(receipt.outcome)).rstrip("."))
        problem = f" {_one_line(receipt.problem)}" if receipt.problem else ""
        kept = f" Its files are in '{self.path}'." if self.is_kept else ""
        seconds = monotonic() - self._begun
        level = logging.WARNING if kept else logging.INFO
        _log.log(
            level, "%s: %s%s (%.1f s).%s%s", label(self.task), said, self._tell_left(receipt), seconds, problem, kept
        )

    def _tell_left(self, receipt: Receipt) -> str:
        if not isinstance(receipt.outcome, Failed) or receipt.delivery not in _TAKEN:
            return ""
        left = receipt.outcome.retries
        return f", {left} {'try' if left == 1 else 'tries'} left" if left else ", an incident: no tries left"


_SENTENCES = {
    Delivery.ACCEPTED: "{outcome}",
    Delivery.REFUSED: "outcome refused by the engine, reported as {outcome}",
    Delivery.LOST: "lock lost, nothing was reported",
    Delivery.SUSPENDED: "not reported, the process instance is suspended: {outcome}",
    Delivery.UNDELIVERED: "not reported, the engine did not take it: {outcome}",
}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _policy(topic: Topic, settings: Settings) -> Policy:
    options = topic.options
    policy = Policy.of(settings)
    return policy._replace(
        tries=options.tries or policy.tries,
        pauses=options.pauses or policy.pauses,
        lock_duration=options.lock_duration or policy.lock_duration,
    )
