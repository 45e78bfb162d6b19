"""Commands of the operator: one after every robot, one when a task becomes an incident.

No shell reads them, and they get no credentials: what a program needs to run on this machine, and what the hook is
about as `CAMUNDA_…` variables.
"""

import logging
import os
import shlex
import shutil
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.runners.environment import machine_environment
from CamundaLibrary.task.outcome import Outcome
from CamundaLibrary.worker.log.fields import fields
from CamundaLibrary.worker.notices import Notice, Notices, Reported
from CamundaLibrary.worker.outcome_kinds import INCIDENT, is_incident, message_of, name_outcome
from CamundaLibrary.worker.runs.hook_command import HookCommand

_log = logging.getLogger(__name__)

TIMEOUT = timedelta(seconds=60)
_LONGEST = 4000  # characters of a variable; systems have limits
_MOST_WAITING = 1000

Words = str | Sequence[str] | None
"""A command: one text, read as a shell would split it, or its words."""


class Hooks:
    """The two commands; each is stopped with all it started after `timeout`. Neither ever stands in a task's way."""

    def __init__(self, after_robot: Words = None, on_incident: Words = None, timeout: timedelta = TIMEOUT) -> None:
        self._after_robot = HookCommand("after_robot", _split(after_robot), timeout)
        self._on_incident = HookCommand("on_incident", _split(on_incident), timeout)
        self._incidents: SimpleQueue[Reported | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._timeout = timeout

    def check(self) -> None:
        """Raises SettingsError if a command names a program that is not there."""
        for command in (self._after_robot, self._on_incident):
            if command.words and shutil.which(command.words[0]) is None:
                raise SettingsError(f"The hook {command.name} cannot run: there is no program '{command.words[0]}'.")

    def subscribe(self, notices: Notices) -> None:
        """Has incidents looked for in what happens; their command runs in a thread of its own, one after the other."""
        if self._on_incident.words:
            notices.subscribe(self._notice)
            self._thread = threading.Thread(target=self._run_incidents, name="incident hook", daemon=True)
            self._thread.start()

    def after_robot(self, task: ExternalTask, outcome: Outcome, folder: Path) -> None:
        """Runs the command and waits for its end. Never raises."""
        about = {"CAMUNDA_OUTCOME": name_outcome(outcome), "CAMUNDA_RUN_FOLDER": str(folder)}
        self._run(self._after_robot, task, {**about, "CAMUNDA_MESSAGE": message_of(outcome)})

    def close(self) -> None:
        """Waits until what incidents have asked for is done, once the time limit at most."""
        if self._thread:
            self._incidents.put(None)
            self._thread.join(self._timeout.total_seconds() + 1)

    def _notice(self, notice: Notice) -> None:
        if not isinstance(notice, Reported) or not is_incident(notice.receipt):
            return
        if self._incidents.qsize() < _MOST_WAITING:
            self._incidents.put(notice)
        else:
            _log.warning("The hook on_incident is too slow: it is not run for task '%s'.", notice.task.id)

    def _run_incidents(self) -> None:
        while (incident := self._incidents.get()) is not None:
            message = message_of(incident.receipt.outcome)
            self._run(self._on_incident, incident.task, {"CAMUNDA_OUTCOME": INCIDENT, "CAMUNDA_MESSAGE": message})

    def _run(self, command: HookCommand, task: ExternalTask, about: Mapping[str, str | None]) -> None:
        if not command.words:
            return
        try:
            command.run({**machine_environment(), **_describe(task, about)}, Path(tempfile.gettempdir()))
        except Exception as error:
            problem = str(error).rstrip(".")
            _log.warning("The hook %s for task '%s' failed: %s.", command.name, task.id, problem, extra=fields(task))
        else:
            _log.info("The hook %s for task '%s' is done.", command.name, task.id, extra=fields(task))


def _split(command: Words) -> tuple[str, ...]:
    if not isinstance(command, str):
        return tuple(command or ())
    try:
        words = shlex.split(command, posix=os.name == "posix")
    except ValueError as error:
        raise SettingsError(f"'{command}' is no command: {error}.") from None
    return tuple(word if os.name == "posix" else word.strip('"') for word in words)


def _describe(task: ExternalTask, about: Mapping[str, str | None]) -> dict[str, str]:
    told = {
        "CAMUNDA_TASK_ID": task.id,
        "CAMUNDA_TOPIC": task.topic,
        "CAMUNDA_BUSINESS_KEY": task.business_key,
        "CAMUNDA_PROCESS_INSTANCE_ID": task.process_instance_id,
        "CAMUNDA_PROCESS_DEFINITION_KEY": task.process_definition_key,
        "CAMUNDA_ACTIVITY_ID": task.activity_id,
        **about,
    }
    return {name: _fit(value) for name, value in told.items() if value}


def _fit(value: str) -> str:
    """What a process brings may be too long for a variable, or nothing that one can hold."""
    return value[:_LONGEST].replace("\0", "").encode(errors="replace").decode()
