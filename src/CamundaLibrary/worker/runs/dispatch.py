"""The way of a result to the engine, and what becomes of its files."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from time import monotonic
from typing import Any

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import CamundaLibraryError
from CamundaLibrary.task.outcome import Failed, GivenBack
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.variables import TypedValue
from CamundaLibrary.worker.equipment import Equipment
from CamundaLibrary.worker.log.fields import fields
from CamundaLibrary.worker.notices import Reported
from CamundaLibrary.worker.outcome_kinds import name_receipt
from CamundaLibrary.worker.state.entry import Phase
from CamundaLibrary.worker.state.result import NEVER_STARTED, Result, write_result
from CamundaLibrary.worker.state.run_folder import RunFolder
from CamundaLibrary.worker.state.spool import Spool

_log = logging.getLogger(__name__)

TAKEN = (Delivery.ACCEPTED, Delivery.REFUSED)
"""The engine has an outcome."""
_PHASES = {
    Delivery.REFUSED: Phase.REFUSED,
    Delivery.LOST: Phase.LOST,
    Delivery.SUSPENDED: Phase.UNDELIVERED,
    Delivery.UNDELIVERED: Phase.UNDELIVERED,
}


class Dispatch:
    """Sends the result of one run, and settles its row in the spool and its files. `variables` came with its task."""

    def __init__(
        self,
        task: ExternalTask,
        policy: Policy,
        folder: RunFolder,
        spool: Spool,
        equipment: Equipment,
        variables: Mapping[str, TypedValue],
    ) -> None:
        self._task = task
        self._variables = variables
        self._policy = policy
        self._folder = folder
        self._spool = spool
        self._equipment = equipment
        self._begun = monotonic()

    def note_result(self, result: Result) -> None:
        """Writes the result down before it is sent. A full disk is no reason not to send it."""
        if result is NEVER_STARTED:
            return
        try:
            text = write_result(self._folder, result)
        except (OSError, CamundaLibraryError) as error:
            _log.warning("%s: its result is not kept on disk: %s", label(self._task), error, extra=fields(self._task))
        else:
            self._spool.note_end(self._folder.path.name, text)

    def send(self, result: Result, worker_id: str, policy: Policy | None = None) -> Receipt:
        """Sends the result. Never raises."""
        attachments, reporter = result.attachments, self._equipment.reporter
        try:
            return reporter.report(self._task, worker_id, result.outcome, attachments, policy or self._policy)
        except Exception as error:
            _log.exception("%s: reporting failed.", label(self._task), extra=fields(self._task))
            return Receipt(Delivery.UNDELIVERED, result.outcome, f"The worker failed: {error}.")

    def settle(self, result: Result, receipt: Receipt, begun: float) -> None:
        """Does what follows from a report that began at `begun` (monotonic clock), and tells of it. Never raises."""
        self._equipment.notices.tell(Reported(self._task, receipt, timedelta(seconds=monotonic() - begun)))
        self._note(receipt)
        self._tidy(result, receipt)
        self._tell(receipt)

    def _note(self, receipt: Receipt) -> None:
        """A task at rest must never look like one that was forgotten, so that is noted first."""
        run = self._folder.path.name
        if pause := _pause(receipt):
            self._spool.note_rest(self._task.id, pause)
        if phase := _PHASES.get(receipt.delivery):
            self._spool.move(run, phase, receipt.problem)
        else:
            self._spool.remove(run, self._task.id)

    def _tidy(self, result: Result, receipt: Receipt) -> None:
        """The files of a result that is still to be delivered stay where the result says that they are."""
        try:
            if _PHASES.get(receipt.delivery) is Phase.UNDELIVERED:
                self._folder.remove_temporary()
            elif receipt.delivery is Delivery.ACCEPTED and not isinstance(receipt.outcome, Failed):
                self._folder.remove()
            else:
                if result is not NEVER_STARTED:
                    self._folder.write_down(self._task, self._variables, result.outcome)
                self._folder.keep()
        except (OSError, CamundaLibraryError) as error:
            _log.warning("%s: its files stay as they are: %s", label(self._task), error, extra=fields(self._task))

    def _tell(self, receipt: Receipt) -> None:
        """One line for the end of a task."""
        said = _SENTENCES[receipt.delivery].format(outcome=_one_line(str(receipt.outcome)).rstrip("."))
        problem = f" {_one_line(receipt.problem)}" if receipt.problem else ""
        is_kept = self._folder.exists
        kept = f" Its files are in '{self._folder.path}'." if is_kept else ""
        seconds = monotonic() - self._begun
        left = _tell_left(receipt)
        level = logging.WARNING if is_kept else logging.INFO
        _log.log(
            level,
            "%s: %s%s (%.1f s).%s%s",
            *(label(self._task), said, left, seconds, problem, kept),
            extra=self._fields(receipt, seconds),
        )

    def _fields(self, receipt: Receipt, seconds: float) -> dict[str, Any]:
        engine, outcome = self._equipment.engine.url, name_receipt(receipt)
        return fields(self._task, engine=engine, outcome=outcome, seconds=round(seconds, 3))


def _pause(receipt: Receipt) -> timedelta | None:
    """Returns how long the engine will keep the lock although nobody works on the task."""
    outcome = receipt.outcome
    if receipt.delivery not in TAKEN:
        return None
    if isinstance(outcome, Failed):
        return outcome.retry_timeout
    return outcome.after if isinstance(outcome, GivenBack) else None


def may_be_followed_by(receipt: Receipt | None, task: ExternalTask) -> bool:
    """Whether `task`, which the engine gave us again while we reported, is the next try and not this one.

    If the report came through, only what it set free can have been fetched afterwards.
    """
    if receipt is None or receipt.delivery not in TAKEN:
        return True
    if isinstance(receipt.outcome, Failed):
        return task.retries == receipt.outcome.retries
    return isinstance(receipt.outcome, GivenBack) and not receipt.outcome.after


def label(task: ExternalTask) -> str:
    """Returns the task as log lines name it, in one line whatever the business key holds."""
    key = f" (business key '{_one_line(task.business_key)}')" if task.business_key else ""
    return f"Task '{task.id}' of topic '{task.topic}'{key}"


_SENTENCES = {
    Delivery.ACCEPTED: "{outcome}",
    Delivery.REFUSED: "outcome refused by the engine, reported as {outcome}",
    Delivery.LOST: "lock lost, nothing was reported",
    Delivery.SUSPENDED: "not reported, the process instance is suspended: {outcome}",
    Delivery.UNDELIVERED: "not reported, the engine did not take it: {outcome}",
}


def _tell_left(receipt: Receipt) -> str:
    if not isinstance(receipt.outcome, Failed) or receipt.delivery not in TAKEN:
        return ""
    left = receipt.outcome.retries
    return f", {left} {'try' if left == 1 else 'tries'} left" if left else ", an incident: no tries left"


def _one_line(text: str) -> str:
    return " ".join(text.split())
