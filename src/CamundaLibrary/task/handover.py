"""The handover: the task file that carries one task to a robot, and the outcome file that carries the result back.

Version 1, JSON, readable and writable by hand; the schema is in docs/task-file.schema.json. Beside `task.json` stand
`task.outcome.json`, the folder `task.outcome` with the outcome's files, and, under a worker, `task.lock.json` (what the
worker knows of the lock), `task.started.json` (written first by the listener: the run is wrapped) and
`task.progress.json` (the keyword that runs, where the run takes longer than a second).
"""

import json
import shutil
from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.task.context import free_path
from CamundaLibrary.task.json_file import VERSION, JsonReader, write_json
from CamundaLibrary.task.outcome import Outcome
from CamundaLibrary.task.outcome_file import ReadOutcome, describe_outcome, understand_outcome
from CamundaLibrary.variables import FileValue, TypedValue, to_task_file

__all__ = ["Handover", "LockFile", "ReadOutcome", "TaskFile"]

_TASK_KEYS = {
    "id": "id",
    "topic": "topic",
    "workerId": "worker_id",
    "businessKey": "business_key",
    "processInstanceId": "process_instance_id",
    "processDefinitionId": "process_definition_id",
    "processDefinitionKey": "process_definition_key",
    "processDefinitionVersionTag": "process_definition_version_tag",
    "activityId": "activity_id",
    "activityInstanceId": "activity_instance_id",
    "executionId": "execution_id",
    "retries": "retries",
    "priority": "priority",
    "tenantId": "tenant_id",
    "errorMessage": "error_message",
    "errorDetails": "error_details",
    "extensionProperties": "extension_properties",
}
_OTHER_KINDS: Mapping[str, type] = {"retries": int, "priority": int, "extensionProperties": dict}


class TaskFile(NamedTuple):
    """What a task file says."""

    task: ExternalTask
    variables: dict[str, TypedValue]


class LockFile(NamedTuple):
    """What the worker knows of the task's lock; `held_until` is by this machine's clock."""

    held_until: datetime
    lost: bool


class Handover:
    """The files around one task file."""

    def __init__(self, task_file: Path) -> None:
        self.task_file = task_file
        stem = task_file.name.removesuffix(".json")
        self.outcome_file = task_file.with_name(f"{stem}.outcome.json")
        self.files = task_file.with_name(f"{stem}.outcome")
        self.lock_file = task_file.with_name(f"{stem}.lock.json")
        self.started_file = task_file.with_name(f"{stem}.started.json")
        self.progress_file = task_file.with_name(f"{stem}.progress.json")

    def remove_stale(self) -> None:
        """Removes what an earlier run left; TaskFileError if that cannot be done."""
        try:
            self.outcome_file.unlink(missing_ok=True)
            self.started_file.unlink(missing_ok=True)
            if self.files.is_dir():
                shutil.rmtree(self.files)
        except OSError as error:
            raise TaskFileError(f"Removing the stale outcome of '{self.task_file}' failed: {error}.") from None

    def write_task(self, task: ExternalTask, variables: Mapping[str, TypedValue]) -> None:
        """Writes a task file that `read_task` reads back as the same task."""
        described = {key: getattr(task, field) for key, field in _TASK_KEYS.items()}
        content = {
            "version": VERSION,
            "task": {key: value for key, value in described.items() if value is not None},
            "variables": {name: self._to_json(value) for name, value in variables.items()},
        }
        write_json(self.task_file, content)

    def read_task(self) -> TaskFile:
        """Returns what the task file says; TaskFileError names line and field of what is wrong."""
        reader = JsonReader(self.task_file)
        content = reader.versioned_object()
        reader.check_keys((), content, ("$schema", "version", "task", "variables"), needed=("task",))
        task = self._read_external_task(reader, reader.expect_object(("task",), content["task"]))
        variables = reader.variables(("variables",), content.get("variables", {}), self.task_file.parent)
        return TaskFile(task, variables)

    def _read_external_task(self, reader: JsonReader, content: dict[str, Any]) -> ExternalTask:
        reader.check_keys(("task",), content, tuple(_TASK_KEYS), needed=("topic",))
        for key in content:
            reader.optional(("task",), content, key, _OTHER_KINDS.get(key, str))
        properties = content.get("extensionProperties") or {}
        for key in properties:
            reader.optional(("task", "extensionProperties"), properties, key, str)
        fields = {_TASK_KEYS[key]: value for key, value in content.items() if value is not None}
        return ExternalTask(**{"id": self.task_file.name.removesuffix(".json"), **fields})

    def write_outcome(self, outcome: Outcome, log: Attachment | None = None) -> None:
        """Writes the outcome atomically; files that are not there yet are copied beside it."""
        write_json(self.outcome_file, self.describe(outcome, log))

    def describe(self, outcome: Outcome, log: Attachment | None = None) -> dict[str, object]:
        """Returns what the outcome file says; files that are not there yet are copied beside it."""
        content: dict[str, object] = {"version": VERSION, **describe_outcome(outcome), "message": None}
        for key, values in (("variables", "variables"), ("taskVariables", "task_variables")):
            variables: Mapping[str, TypedValue] = getattr(outcome, values, {})
            content[key] = {name: self._to_json(value, is_typed=True) for name, value in variables.items()}
        if log:
            content["log"] = {
                "variable": log.variable,
                "scope": log.scope,
                "file": self._to_json(log.value),
            }
        return content

    def read_outcome(self) -> ReadOutcome:
        """Returns the outcome that was written; TaskFileError if there is none, or what is wrong by line and field."""
        return understand_outcome(JsonReader(self.outcome_file), self.outcome_file.parent)

    def write_lock(self, held_until: datetime, *, lost: bool) -> None:
        """Tells the robot how its lock stands."""
        write_json(self.lock_file, {"heldUntil": held_until.isoformat(), "lost": lost})

    def read_lock(self) -> LockFile | None:
        """Returns how the lock stands; None where no worker keeps one."""
        try:
            content = json.loads(self.lock_file.read_text("utf-8"))
            held_until = datetime.fromisoformat(content["heldUntil"].replace("Z", "+00:00"))
            return LockFile(held_until.astimezone(timezone.utc), bool(content["lost"]))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise TaskFileError(f"Reading the lock file '{self.lock_file}' failed: {error}.") from None

    def _to_json(self, value: TypedValue, *, is_typed: bool = False) -> object:
        if not isinstance(value, FileValue):
            return to_task_file(value, is_typed=is_typed)
        return to_task_file(value, self._relative_path(value))

    def _relative_path(self, value: FileValue) -> str | None:
        if value.path is None:
            return None
        path, folder = Path(value.path).resolve(), self.task_file.parent.resolve()
        if not path.is_relative_to(folder):
            self.files.mkdir(parents=True, exist_ok=True)
            path = Path(shutil.copyfile(path, free_path(self.files / path.name)))
        return path.relative_to(folder).as_posix()
