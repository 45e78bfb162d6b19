"""Results that robots had, and that never became the outcome of their task: found again, and sent again."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import CamundaLibraryError, LockedByAnother, NotFound, TaskFileError, TaskGone
from CamundaLibrary.task.outcome import Failed
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.task.reporting.reporter import Reporter
from CamundaLibrary.worker.runs.verdict import LOCK_LOST
from CamundaLibrary.worker.state.entry import Entry, Phase
from CamundaLibrary.worker.state.result import Result, read_result
from CamundaLibrary.worker.state.run_folder import RunFolder
from CamundaLibrary.worker.state.spool import FILE, Spool

_LOCK = timedelta(minutes=1)
_WITH_RESULT = (Phase.ENDED, Phase.UNDELIVERED, Phase.REFUSED, Phase.LOST)


class KeptResult(NamedTuple):
    """A result in the state folder `state` of one worker, which may be alive."""

    entry: Entry
    state: Path

    @property
    def task_id(self) -> str:
        return self.entry.task.id

    @property
    def folder(self) -> RunFolder:
        """The files of the run."""
        return RunFolder(self.state / "runs" / self.entry.run, self.entry.artifacts)

    def read(self) -> Result:
        """Returns the result. Raises CamundaLibraryError if it cannot be read, or if the robot did not come to one."""
        try:
            result = read_result(self.folder, self.entry.result or "")
        except (TaskFileError, OSError, ValueError) as error:
            reason = str(error).rstrip(".")
            raise CamundaLibraryError(f"The result of task '{self.task_id}' cannot be read: {reason}.") from None
        if isinstance(result.outcome, Failed) and result.outcome.message == LOCK_LOST:
            raise CamundaLibraryError(
                f"There is no result of task '{self.task_id}' to send: its robot was stopped when the lock was lost. "
                f"Its files are in '{self.folder.path}'."
            )
        return result

    def send(self, engine: Engine, worker_id: str) -> Receipt:
        """Sends the result to the engine, for which it locks the task under `worker_id`.

        A worker that holds the task, and cannot get rid of the result itself, lends its own id. Where the engine takes
        the result, row and files are gone afterwards; else they stay. Raises TaskGone, and CamundaLibraryError with the
        sentence why the task cannot be locked.
        """
        result = self.read()
        task = self._find_task(engine)
        if task.worker_id == self.entry.worker_id and self.entry.phase is Phase.UNDELIVERED:
            worker_id = task.worker_id
        self._lock(engine, task, worker_id)
        policy = self.entry.policy._replace(lock_duration=_LOCK)
        receipt = Reporter(engine).report(task, worker_id, result.outcome, result.attachments, policy)
        if receipt.delivery is Delivery.ACCEPTED:
            self._forget(is_failure=isinstance(receipt.outcome, Failed))
        return receipt

    def _find_task(self, engine: Engine) -> ExternalTask:
        try:
            task = engine.external_tasks.get(self.task_id)
        except NotFound:
            raise self._gone(engine) from None
        if task.suspended:
            raise CamundaLibraryError(
                f"The process instance of task '{self.task_id}' is suspended: activate it, then try again."
            )
        return task

    def _lock(self, engine: Engine, task: ExternalTask, worker_id: str) -> None:
        try:
            engine.external_tasks.lock(self.task_id, worker_id, _LOCK)
        except NotFound:
            raise self._gone(engine) from None
        except LockedByAnother:
            raise CamundaLibraryError(
                f"Task '{self.task_id}' is locked by '{task.worker_id}': try again when that worker is done with it."
            ) from None

    def _gone(self, engine: Engine) -> TaskGone:
        return TaskGone(
            f"There is no external task '{self.task_id}' at {engine.url} any more: it was completed, or its "
            f"process instance was cancelled. The files of its run are in '{self.folder.path}'."
        )

    def _forget(self, *, is_failure: bool) -> None:
        with closing(Spool(self.state)) as spool:
            spool.remove(self.entry.run, self.task_id)
        if is_failure:
            self.folder.keep()
        else:
            self.folder.remove()


def find_results(parent: Path, task_id: str) -> list[KeptResult]:
    """Returns the newest result of each task whose id is, or begins with, `task_id`; OSError if a spool is unreadable.

    `parent` is the folder that all workers of a user share. Workers may go on meanwhile.
    """
    found: dict[str, KeptResult] = {}
    for result in sorted(_all_results(parent), key=lambda each: each.entry.run):
        if result.task_id.startswith(task_id) and result.entry.result and result.entry.phase in _WITH_RESULT:
            found[result.task_id] = result
    return [found[task_id]] if task_id in found else list(found.values())


def _all_results(parent: Path) -> Iterator[KeptResult]:
    for folder in parent.glob("worker-*"):
        if (folder / FILE).exists():
            with closing(Spool(folder)) as spool:
                yield from (KeptResult(entry, folder) for entry in spool.entries())
