"""JSON files that people write too: read with errors that name line and field, written whole or not at all."""

import contextlib
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from CamundaLibrary.durations import parse_duration
from CamundaLibrary.errors import CamundaLibraryError, TaskFileError
from CamundaLibrary.variables import TypedValue, check_name, from_task_file

VERSION = 1
_KINDS: Mapping[type, str] = {int: "a whole number", dict: "an object", str: "text"}

Kind = TypeVar("Kind", int, str, dict[str, Any])


class JsonReader:
    """Reads one JSON file and says where it is wrong. `text` is what it says, where that is known already."""

    def __init__(self, path: Path, text: str | None = None) -> None:
        self._path = path
        self._text = _read_text(path) if text is None else text

    def parse(self) -> object:
        try:
            return json.loads(self._text)
        except json.JSONDecodeError as error:
            raise TaskFileError(
                f"'{self._path}' is not JSON: {error.msg} in line {error.lineno}, column {error.colno}."
            ) from None
        except RecursionError:
            raise TaskFileError(f"'{self._path}' is not readable: it is nested too deeply.") from None
        except ValueError as error:  # a number of more digits than Python reads
            raise TaskFileError(f"'{self._path}' is not readable: {error}.") from None

    def versioned_object(self) -> dict[str, Any]:
        """Returns the content of the file, an object of our version."""
        content = self.expect_object((), self.parse())
        version = content.get("version")
        if version is not None and (version != VERSION or isinstance(version, bool)):
            raise self.error(("version",), f"is {version!r}; this version reads {VERSION}")
        self.check_needed((), content, ("version",))
        return content

    def expect_object(self, field: tuple[str, ...], content: object) -> dict[str, Any]:
        if not isinstance(content, dict):
            raise self.error(field, "must be an object")
        return content

    def check_keys(
        self, field: tuple[str, ...], content: dict[str, Any], known: tuple[str, ...], needed: tuple[str, ...]
    ) -> None:
        for key in content:
            if key not in known:
                raise self.error((*field, key), f"is unknown; known are {', '.join(known)}")
        self.check_needed(field, content, needed)

    def check_needed(self, field: tuple[str, ...], content: dict[str, Any], needed: tuple[str, ...]) -> None:
        for key in needed:
            if content.get(key) is None:
                raise self.error(field, f"lacks '{key}'")

    def optional(self, field: tuple[str, ...], content: dict[str, Any], key: str, kind: type[Kind]) -> Kind | None:
        """Returns what stands under `key`, of that kind; None where there is nothing, or null."""
        value = content.get(key)
        if value is None:
            return None
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.error((*field, key), f"must be {_KINDS[kind]}")
        return value

    def text_that_is_not_empty(self, content: dict[str, Any], key: str) -> str:
        text = self.optional((), content, key, str)
        if not text:
            raise self.error((key,), "must not be empty")
        return text

    def duration(self, content: dict[str, Any], key: str) -> timedelta:
        try:
            return parse_duration(self.optional((), content, key, str) or "")
        except ValueError as error:
            raise self.error((key,), f"is wrong: {error}") from None

    def variables(
        self, field: tuple[str, ...], content: object, folder: Path, *, are_new: bool = False
    ) -> dict[str, TypedValue]:
        """Returns typed values by name. Names are checked of those that `are_new`, and yet to be sent to an engine."""
        variables = {}
        for name, item in self.expect_object(field, content).items():
            try:
                if are_new:
                    check_name(name)
                variables[name] = from_task_file(item, folder)
            except CamundaLibraryError as error:
                raise self.error((*field, name), f"is wrong: {error}") from None
        return variables

    def error(self, field: tuple[str, ...], problem: str) -> TaskFileError:
        lines = [line for path, line in _lines(self._text) if path == field]
        line = lines[-1] if lines else 1  # of a key that stands twice, the last one counts
        named = f"field '{'.'.join(field)}'" if field else "the file"
        return TaskFileError(f"'{self._path}', line {line}: {named} {problem.rstrip('.')}.")


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yields the path of every key of a JSON text with its line; for objects in objects, which is all we need."""
    path: list[str] = []
    key = ""
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"(?P<key>\s*:)?|[{}]', text):
        if token["key"]:
            key = json.loads(token[0].rstrip(": \t\r\n"))
            yield (*path[1:], key), text.count("\n", 0, token.start()) + 1
        elif token[0] == "{":
            path.append(key)
        elif token[0] == "}" and path:
            key = path.pop()


def _read_text(path: Path) -> str:
    try:
        return path.read_text("utf-8").removeprefix("\ufeff")  # as utf-8-sig, which takes time to import
    except FileNotFoundError:
        raise TaskFileError(f"There is no file '{path}'.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise TaskFileError(f"Reading '{path}' failed: {error}.") from None


def write_json(path: Path, content: object) -> None:
    """Writes a file that others see whole or not at all; a virus scanner that holds it open is waited for (Windows)."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(_encode(content))
        _replace(temporary, path)
    except OSError as error:
        with contextlib.suppress(OSError):
            temporary.unlink()
        raise TaskFileError(f"Writing '{path}' failed: {error}.") from None


def _encode(content: object) -> bytes:
    try:
        return json.dumps(content, ensure_ascii=False, indent=2).encode()
    except UnicodeEncodeError:  # half a surrogate pair, which JSON can hold only as \\u escape
        return json.dumps(content, indent=2).encode()


def _replace(source: Path, target: Path) -> None:
    for wait in (0.01, 0.05, 0.2, 0.5):
        try:
            source.replace(target)
            return
        except PermissionError:
            time.sleep(wait)
    source.replace(target)
