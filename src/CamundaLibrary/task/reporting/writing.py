"""What is written before the outcome: log and files of the run, and variables that need a call of their own."""

import logging
from collections.abc import Sequence

from CamundaLibrary.engines.contract import Engine, VariableScope
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import TEMPORARY, CamundaLibraryError, EngineError, EngineExhausted, ReplyUnreadable
from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.task.reporting.parts import Ahead
from CamundaLibrary.variables import FileValue

_log = logging.getLogger(__name__)
_ATTEMPTS_AT_MOST = 3
_FAILED = 500


class Writer:
    """Writes for one task; remembers between attempts what was already written. `attachments` are still to be kept."""

    def __init__(self, engine: Engine, task: ExternalTask, attachments: Sequence[Attachment]) -> None:
        self._engine = engine
        self._task = task
        self.attachments = list(attachments)
        self._uploads_broken = 0
        self._written: set[tuple[str, bool]] = set()

    def keep_attachments(self) -> None:
        """A log or file that cannot be stored never blocks the outcome; one that broke off is sent a few times."""
        while self.attachments:
            attachment = self.attachments[0]
            try:
                self._scope(attachment.scope == "task").upload(attachment.variable, attachment.value)
            except (CamundaLibraryError, OSError) as error:
                self._uploads_broken += 1
                if _may_break_off(error) and self._uploads_broken < _ATTEMPTS_AT_MOST:
                    raise
                _log.warning("File '%s' of the run was not kept with the task: %s", attachment.filename, error)
            self.attachments.pop(0)
            self._uploads_broken = 0

    def write(self, ahead: Ahead) -> None:
        """A file that was written in an attempt before is not sent again."""
        name, value = next(iter(ahead.values.items()))
        if len(ahead.values) > 1 or not isinstance(value, FileValue):
            self._scope(ahead.in_task).set(ahead.values)
        elif (name, ahead.in_task) not in self._written:
            self._scope(ahead.in_task).upload(name, value)
            self._written.add((name, ahead.in_task))

    def _scope(self, in_task: bool) -> VariableScope:
        if in_task:
            return self._engine.variables.of_execution(self._task.execution_id or "")
        return self._engine.variables.of_process_instance(self._task.process_instance_id or "")


def may_pass(error: EngineError) -> bool:
    """Whether another attempt may succeed; a reply that leads elsewhere (3xx) will go on doing so."""
    is_redirect = error.status is not None and 300 <= error.status < 400
    return isinstance(error, (*TEMPORARY, ReplyUnreadable)) and not is_redirect


def _may_break_off(error: Exception) -> bool:
    """Whether an upload failed for a reason of the moment, which one that exhausted the engine has not.

    Then the server in which the engine runs may answer, 500 without the engine's words [tried].
    """
    if not isinstance(error, EngineError) or isinstance(error, EngineExhausted):
        return False
    return may_pass(error) and not (error.status == _FAILED and error.type is None)
