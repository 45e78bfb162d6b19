"""Secrets of a run taken out of its files and its outcome, before anything is reported or kept.

The robot's own process does so first, for its log and its failure. This is for all that it could not reach.
"""

import json
import logging
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Any

from CamundaLibrary.errors import CamundaLibraryError
from CamundaLibrary.logs.published_page import clean_page
from CamundaLibrary.logs.scrubbing import Scrubber
from CamundaLibrary.secrets.values import SecretValue, texts_of
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.json_file import write_json
from CamundaLibrary.task.outcome import BpmnError, Failed, GivenBack, Outcome
from CamundaLibrary.task.secrets_file import FILE_NAME
from CamundaLibrary.variables import TypedValue

_log = logging.getLogger(__name__)

_MOST_BYTES = 200_000_000
"""Of a page; one that is larger cannot be looked through and is not kept."""
_HEAD = 1024
_PAGES = (".html", ".htm", ".js")
_CLOCK_STEP = 2_000_000_000  # nanoseconds: as coarse as the clock of a file system gets (FAT)
_TEXT_KEYS = ("message", "errorMessage", "errorDetails")


def clean_run(folder: Path, values: Mapping[str, SecretValue]) -> None:
    """Takes the secrets out of what the run in `folder` left, in place; call it before anything is read there.

    Texts and pages that are newer than the task file are looked through; pictures and documents are not, and the values
    and files of variables stay as the robot set them. A file that cannot be cleaned is removed, with a warning. The
    secrets file goes, too, should the robot not have read it. Never raises.
    """
    with suppress(OSError):
        (folder / FILE_NAME).unlink(missing_ok=True)
    if not values:
        return
    scrubber = Scrubber(tuple(texts_of(values)))
    handover = Handover(folder / "task.json")
    left_alone = {handover.task_file, handover.outcome_file, *_clean_outcome_file(handover, scrubber)}
    for path in _new_files(folder, _written(handover.task_file)):
        if path not in left_alone:
            _clean_file(path, scrubber)


def clean_outcome(outcome: Outcome, values: Mapping[str, SecretValue]) -> Outcome:
    """Returns the outcome without secrets in its texts. Variables stay; those with secrets are named in a warning."""
    if not values or isinstance(outcome, GivenBack):
        return outcome
    scrubber = Scrubber(tuple(texts_of(values)))
    for name, value in (*outcome.variables.items(), *outcome.task_variables.items()):
        if scrubber.finds(_shown(value)):
            _log.warning("Variable '%s', which the robot set, holds a secret in plain text.", scrubber.text(name))
    if isinstance(outcome, BpmnError):
        return outcome._replace(message=_clean(outcome.message, scrubber))
    if isinstance(outcome, Failed):
        message, details = scrubber.text(outcome.message), _clean(outcome.details, scrubber)
        return outcome._replace(message=message, details=details)
    return outcome


def _clean(text: str | None, scrubber: Scrubber) -> str | None:
    return scrubber.text(text) if text else text


def _shown(value: TypedValue) -> str:
    return value.value if isinstance(value.value, str) else repr(value.value)


def _clean_outcome_file(handover: Handover, scrubber: Scrubber) -> set[Path]:
    """Returns the files that are variables; the log, which is none, is cleaned as any other file."""
    try:
        content = json.loads(handover.outcome_file.read_text("utf-8"))
        texts = {key: text for key in _TEXT_KEYS if isinstance(text := content.get(key), str)}
    except (OSError, ValueError, AttributeError):
        return set()  # there is none, or none that can be read: what will be said of it names no content
    clean = {key: scrubber.text(text) for key, text in texts.items()}
    if clean != texts:
        _write_outcome(handover, {**content, **clean})
    kept = (*_paths(content.get("variables")), *_paths(content.get("taskVariables")))
    return {handover.outcome_file.parent / path for path in kept}


def _write_outcome(handover: Handover, content: dict[str, Any]) -> None:
    try:
        write_json(handover.outcome_file, content)
    except (CamundaLibraryError, OSError) as error:
        _log.warning("Secrets stay in '%s': %s", handover.outcome_file, error)


def _paths(variables: Any) -> Iterator[str]:
    for value in variables.values() if isinstance(variables, dict) else ():
        if isinstance(value, dict) and isinstance(value.get("path"), str):
            yield value["path"]


def _written(path: Path) -> int:
    """Returns when the file was written, in nanoseconds, at the earliest."""
    try:
        return path.stat().st_mtime_ns - _CLOCK_STEP
    except OSError:
        return 0


def _new_files(folder: Path, since: int) -> Iterator[Path]:
    """Yields regular files; links lead out, and a pipe would never end."""
    for parent, _, names in os.walk(folder):
        for path in (Path(parent, name) for name in names):
            with suppress(OSError):
                status = path.lstat()
                if stat.S_ISREG(status.st_mode) and status.st_mtime_ns >= since:
                    yield path


def _clean_file(path: Path, scrubber: Scrubber) -> None:
    """Writes beside the file and takes its place: what the robot may have linked elsewhere stays as it is."""
    copy = path.with_name(f"{token_hex(8)}.clean")
    try:
        if _write_clean(path, copy, scrubber):
            copy.replace(path)
    except (OSError, MemoryError) as error:
        _log.warning("'%s' is removed: the run's secrets could not be taken out of it: %s", path, error)
        with suppress(OSError):
            path.unlink()
    finally:
        with suppress(OSError):
            copy.unlink(missing_ok=True)


def _write_clean(path: Path, copy: Path, scrubber: Scrubber) -> bool:
    """Returns whether there were secrets; only then the copy is of any use."""
    if path.suffix.lower() in _PAGES:
        return _write_clean_page(path, copy, scrubber)
    encoding = _encoding(path)
    if encoding is None:
        return False
    errors, is_markup = "surrogateescape" if encoding == "utf-8" else "replace", path.suffix.lower() in (".xml", ".svg")
    with (
        path.open(encoding=encoding, errors=errors, newline="") as source,
        copy.open("x", encoding=encoding, errors=errors, newline="") as target,
    ):
        return scrubber.stream(source, target, is_html=is_markup)


def _write_clean_page(path: Path, copy: Path, scrubber: Scrubber) -> bool:
    if path.stat().st_size > _MOST_BYTES:
        raise OSError(f"it is larger than {_MOST_BYTES} bytes.")
    content = path.read_bytes()
    clean = clean_page(content, scrubber)
    if clean != content:
        with copy.open("xb") as target:
            target.write(clean)
    return clean != content


def _encoding(path: Path) -> str | None:
    """Returns the encoding of a text file, None for others."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    return None if b"\0" in head else "utf-8"
