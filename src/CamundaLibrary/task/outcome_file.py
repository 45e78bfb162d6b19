"""What an outcome file says: the outcome, the log that goes with it, and everything that may be wrong with it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from CamundaLibrary.durations import format_iso
from CamundaLibrary.task.attachment import Attachment, attach_log
from CamundaLibrary.task.json_file import JsonReader
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack, Outcome
from CamundaLibrary.variables import FileValue, TypedValue

_COMMON = ("version", "outcome", "message", "variables", "taskVariables", "log")
_KEYS: Mapping[object, tuple[str, ...]] = {
    "completed": (),
    "bpmnError": ("errorCode", "errorMessage"),
    "failure": ("errorMessage", "errorDetails", "retries", "retryTimeout"),
    "givenBack": ("after",),
}
_NEEDED: Mapping[object, tuple[str, ...]] = {"bpmnError": ("errorCode",), "givenBack": ("after",)}


class ReadOutcome(NamedTuple):
    """What an outcome file says."""

    outcome: Outcome
    log: Attachment | None


def describe_outcome(outcome: Outcome) -> dict[str, object]:
    """Returns the outcome without its variables, as JSON."""
    if isinstance(outcome, Completed):
        return {"outcome": "completed"}
    if isinstance(outcome, BpmnError):
        return {"outcome": "bpmnError", "errorCode": outcome.code, "errorMessage": outcome.message}
    if isinstance(outcome, GivenBack):
        return {"outcome": "givenBack", "after": format_iso(outcome.after)}
    return {
        "outcome": "failure",
        "errorMessage": outcome.message,
        "errorDetails": outcome.details,
        "retries": outcome.retries,
        "retryTimeout": None if outcome.retry_timeout is None else format_iso(outcome.retry_timeout),
    }


def understand_outcome(reader: JsonReader, folder: Path) -> ReadOutcome:
    """Returns the outcome in a file that lies in `folder`; TaskFileError names line and field of what is wrong."""
    content = reader.versioned_object()
    kind = content.get("outcome")
    if not isinstance(kind, str) or kind not in _KEYS:
        raise reader.error(("outcome",), f"is {kind!r}; it must be one of {', '.join(map(str, _KEYS))}")
    reader.check_keys((), content, (*_COMMON, *_KEYS[kind]), needed=_NEEDED.get(kind, ()))
    reader.optional((), content, "message", str)
    given = {key: {} if content.get(key) is None else content[key] for key in ("variables", "taskVariables")}
    variables, in_task = (reader.variables((key,), each, folder, are_new=True) for key, each in given.items())
    return ReadOutcome(_understand(kind, reader, content, variables, in_task), _read_log(reader, content, folder))


def _understand(
    kind: str,
    reader: JsonReader,
    content: dict[str, Any],
    variables: dict[str, TypedValue],
    in_task: dict[str, TypedValue],
) -> Outcome:
    if kind == "completed":
        return Completed(variables, in_task)
    if kind == "givenBack":
        return GivenBack(reader.duration(content, "after"))
    message = reader.optional((), content, "errorMessage", str)
    if kind == "bpmnError":
        return BpmnError(reader.text_that_is_not_empty(content, "errorCode"), message, variables, in_task)
    return Failed(
        message or "The robot reported a failure.",
        reader.optional((), content, "errorDetails", str),
        reader.optional((), content, "retries", int),
        reader.duration(content, "retryTimeout") if content.get("retryTimeout") is not None else None,
        variables,
        in_task,
    )


def _read_log(reader: JsonReader, content: dict[str, Any], folder: Path) -> Attachment | None:
    if content.get("log") is None:
        return None
    keys = ("variable", "scope", "file")
    log = reader.expect_object(("log",), content["log"])
    reader.check_keys(("log",), log, keys, needed=keys)
    variable, scope = (reader.optional(("log",), log, key, str) for key in ("variable", "scope"))
    if scope not in ("task", "process"):
        raise reader.error(("log", "scope"), f"is {scope!r}; it must be one of task, process")
    file = reader.variables(("log",), {"file": log["file"]}, folder)["file"]
    if not isinstance(file, FileValue) or file.path is None:
        raise reader.error(("log", "file"), "must be a file")
    return attach_log(file.path, str(variable), scope)
