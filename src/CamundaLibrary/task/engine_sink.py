"""A task that came from an engine: the outcome is reported there."""

import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from os import getpid
from pathlib import Path
from secrets import token_hex

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.engines.records import Subscription
from CamundaLibrary.errors import LockedByAnother, NotFound, TaskFileError, TaskGone
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.attachment import Attachment, name_log
from CamundaLibrary.task.context import Reported, TaskContext
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.lock_keeper import KeptLock, LockKeeper, renew_lock
from CamundaLibrary.task.outcome import Outcome
from CamundaLibrary.task.reporting.catchers import Catchers
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.task.reporting.reporter import Reporter
from CamundaLibrary.task.summary import summarise
from CamundaLibrary.variables import safe_filename


def fetch_task(settings: Settings) -> TaskContext | None:
    """Fetches and locks one task of the topic; None if none is waiting."""
    access = EngineAccess(settings)
    worker_id = settings.worker_id or make_worker_id()
    subscription = Subscription(settings.topic or "", settings.lock_duration)
    for locked in access.engine.external_tasks.fetch_and_lock(worker_id, [subscription]):
        sink = EngineSink(access, locked.task, worker_id, settings, keeps_lock=True)
        return TaskContext(locked.task, locked.variables, sink, settings)
    access.close()
    return None


def open_task(settings: Settings) -> TaskContext:
    """Opens the task of the given id; TaskGone if there is none, LockedByAnother if it is not the given worker's."""
    access = EngineAccess(settings)
    engine = access.engine
    task_id = settings.task_id or ""
    try:
        task = engine.external_tasks.get(task_id)
    except NotFound:
        raise TaskGone(f"There is no external task '{task_id}' at {engine.url}: it is done, or never was.") from None
    worker_id, is_ours_to_keep = _take(engine, task, settings)
    variables = engine.variables.visible_from(task.execution_id or "").all()
    sink = EngineSink(access, task, worker_id, settings, keeps_lock=is_ours_to_keep)
    return TaskContext(task, variables, sink, settings)


def make_worker_id() -> str:
    """Returns an id that no other process has: host, process, random."""
    return f"{socket.gethostname()}-{getpid()}-{token_hex(4)}"


def _take(engine: Engine, task: ExternalTask, settings: Settings) -> tuple[str, bool]:
    """Returns who holds the lock and whether this run took it. No clock is asked: the engine's may differ."""
    if task.worker_id and task.worker_id == settings.worker_id:
        return task.worker_id, False
    worker_id = settings.worker_id or make_worker_id()
    try:
        engine.external_tasks.lock(task.id, worker_id, settings.lock_duration)
    except LockedByAnother:
        if settings.worker_id or not task.worker_id:
            raise
        return task.worker_id, False
    return worker_id, True


class EngineAccess:
    """One login, and what the tasks that come by it share: connections, lock keeper, and the models that were read."""

    def __init__(self, settings: Settings) -> None:
        self.engine = connect(settings=settings)
        self.keeper = LockKeeper(self.engine)
        self.reporter = Reporter(self.engine)

    def close(self) -> None:
        """Lets go of all locks and connections."""
        self.keeper.stop()
        self.engine.close()


class EngineSink:
    """Reports to the engine, and keeps the lock meanwhile if this run took it.

    With `is_only_one` the access ends with the task.
    """

    def __init__(
        self,
        access: EngineAccess,
        task: ExternalTask,
        worker_id: str,
        settings: Settings,
        *,
        keeps_lock: bool,
        is_only_one: bool = True,
    ) -> None:
        self._access = access
        self._engine = access.engine
        self._keeper = access.keeper
        self._task = task
        self._worker_id = worker_id
        self.settings = settings
        self._is_only_one = is_only_one
        self._files: Path | None = None
        self._lock: KeptLock | None = None
        if keeps_lock:
            self._lock = self._keeper.keep(task.id, worker_id, settings.lock_duration, _tell_loss)

    @property
    def files(self) -> Path:
        if self._files is None:
            self._files = Path(tempfile.mkdtemp(prefix="camunda-task-"))
        return self._files

    def download(self, name: str) -> bytes:
        return self._engine.variables.visible_from(self._task.execution_id or "").download(name)

    def extension_properties(self) -> Mapping[str, str]:
        return Catchers(self._engine).extension_properties(self._task)

    def lock_problem(self) -> str | None:
        if self._lock:
            return self._lock.problem
        try:
            holder = self._engine.external_tasks.get(self._task.id).worker_id
        except NotFound:
            return "the task is gone"
        return None if holder == self._worker_id else f"it is locked by '{holder}'"

    def extend_lock(self, duration: timedelta) -> str | None:
        if self._lock:
            self._keeper.extend(self._lock, duration)
            return self._lock.problem
        try:
            renew_lock(self._engine, self._task.id, self._worker_id, duration)
        except (LockedByAnother, NotFound) as error:
            return error.reason
        return None

    def report(self, outcome: Outcome, log: Path | None, output_folder: Path) -> Reported:
        kept_log = name_log(log, self.settings)
        receipt = self._deliver(outcome, kept_log)
        where = f"reported to {self._engine.url} for task '{self._task.id}'"
        if receipt.delivery is Delivery.ACCEPTED:
            return Reported(summarise(receipt.outcome, where), delivered=receipt.outcome)
        kept = self._keep(outcome, kept_log, output_folder)
        said = _SENTENCES[receipt.delivery].format(task=self._task.id)
        delivered = receipt.outcome if receipt.delivery is Delivery.REFUSED else None
        return Reported(f"{said} {receipt.problem} {kept}", is_problem=True, delivered=delivered)

    def _deliver(self, outcome: Outcome, log: Attachment | None) -> Receipt:
        self._keeper.release(self._task.id)
        if self._lock and self._lock.lost:
            return Receipt(Delivery.LOST, outcome, self._lock.lost)
        reporter = self._access.reporter
        return reporter.report(self._task, self._worker_id, outcome, [log] if log else [], Policy.of(self.settings))

    def close(self) -> None:
        self._keeper.release(self._task.id)
        if self._is_only_one:
            self._access.close()
        if self._files:
            shutil.rmtree(self._files, ignore_errors=True)

    def _keep(self, outcome: Outcome, log: Attachment | None, output_folder: Path) -> str:
        handover = Handover(output_folder / f"{safe_filename(self._task.id)}.json")
        try:
            handover.write_outcome(outcome, log)
        except (TaskFileError, OSError) as error:
            return f"Keeping the result failed, too: {error}"
        return f"The result is kept in '{handover.outcome_file}'."


_SENTENCES = {
    Delivery.REFUSED: "The outcome of task '{task}' was refused, and reported as a failure without tries left.",
    Delivery.LOST: "Nothing was reported for task '{task}': its lock is lost.",
    Delivery.SUSPENDED: "Nothing was reported for task '{task}': its process instance is suspended.",
    Delivery.UNDELIVERED: "The outcome of task '{task}' could not be delivered.",
}


def _tell_loss(lock: KeptLock) -> None:
    if lock.lost:
        sys.__stderr__ and print(
            f"The lock of task '{lock.task_id}' is lost: {lock.lost}. Nothing will be reported.", file=sys.__stderr__
        )
