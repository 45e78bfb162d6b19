"""A task that came from an engine: the outcome is reported there."""

import shutil
import socket
import sys
import tempfile
from collections.abc import Mapping
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
from CamundaLibrary.task.catchers import Catchers
from CamundaLibrary.task.context import Reported, TaskContext
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.lock_keeper import KeptLock, LockKeeper
from CamundaLibrary.task.outcome import Outcome
from CamundaLibrary.task.reporting import Delivery, Policy, Receipt, Reporter
from CamundaLibrary.task.summary import summarise
from CamundaLibrary.variables import safe_filename


def fetch_task(settings: Settings) -> TaskContext | None:
    """Fetches and locks one task of the topic; None if none is waiting."""
    engine = connect(settings=settings)
    worker_id = settings.worker_id or make_worker_id()
    subscription = Subscription(settings.topic or "", settings.lock_duration)
    for locked in engine.external_tasks.fetch_and_lock(worker_id, [subscription]):
        sink = EngineSink(engine, locked.task, worker_id, settings, keeps_lock=True)
        return TaskContext(locked.task, locked.variables, sink, settings)
    engine.close()
    return None


def open_task(settings: Settings) -> TaskContext:
    """Opens the task of the given id; TaskGone if there is none, LockedByAnother if it is not the given worker's."""
    engine = connect(settings=settings)
    task_id = settings.task_id or ""
    try:
        task = engine.external_tasks.get(task_id)
    except NotFound:
        raise TaskGone(f"There is no external task '{task_id}' at {engine.url}: it is done, or never was.") from None
    worker_id, is_ours_to_keep = _take(engine, task, settings)
    variables = engine.variables.visible_from(task.execution_id or "").all()
    sink = EngineSink(engine, task, worker_id, settings, keeps_lock=is_ours_to_keep)
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


class EngineSink:
    """Reports to the engine, and keeps the lock meanwhile if this run took it."""

    def __init__(
        self, engine: Engine, task: ExternalTask, worker_id: str, settings: Settings, *, keeps_lock: bool
    ) -> None:
        self._engine = engine
        self._task = task
        self._worker_id = worker_id
        self.settings = settings
        self._files: Path | None = None
        self._keeper = LockKeeper(engine)
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

    def report(self, outcome: Outcome, log: Path | None, output_folder: Path) -> Reported:
        kept_log = name_log(log, self.settings)
        receipt = self._deliver(outcome, kept_log)
        where = f"reported to {self._engine.url} for task '{self._task.id}'"
        if receipt.delivery is Delivery.ACCEPTED:
            return Reported(summarise(receipt.outcome, where))
        kept = self._keep(outcome, kept_log, output_folder)
        said = _SENTENCES[receipt.delivery].format(task=self._task.id)
        return Reported(f"{said} {receipt.problem} {kept}", is_problem=True)

    def _deliver(self, outcome: Outcome, log: Attachment | None) -> Receipt:
        self._keeper.release(self._task.id)
        if self._lock and self._lock.lost:
            return Receipt(Delivery.LOST, outcome, self._lock.lost)
        reporter = Reporter(self._engine)
        return reporter.report(self._task, self._worker_id, outcome, [log] if log else [], Policy.of(self.settings))

    def close(self) -> None:
        self._keeper.stop()
        self._engine.close()
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
