"""The file that carries secrets to a robot: only its user can read it, and it is gone once it was read."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.secrets.values import HiddenMapping, SecretValue, hide, texts_of

VARIABLE = "CAMUNDA_SECRETS_FILE"
"""Environment variable with the path, for robots that are no robot tasks: handlers and commands."""
FILE_NAME = "secrets.json"

_read: dict[str, HiddenMapping] = {}


def write_secrets(path: Path, values: Mapping[str, SecretValue]) -> None:
    """Creates the file, for this user only. OSError if that fails, or if there is anything at `path` already."""
    content = json.dumps({name: value if isinstance(value, str) else dict(value) for name, value in values.items()})
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(content)


def read_secrets(path: Path | str) -> HiddenMapping:
    """Returns the secrets and deletes the file; later calls in this process return what was read then.

    TaskFileError if there is no such file, or if it cannot be read or deleted.
    """
    key = os.path.abspath(path)  # noqa: PTH100 - resolve() asks the file system, and the file may be gone
    if key not in _read:
        _read[key] = _take(Path(key))
    return _read[key]


def known_secrets() -> tuple[str, ...]:
    """Returns the texts of all secrets that this process has read."""
    return tuple(text for values in _read.values() for text in texts_of(values))


def _take(path: Path) -> HiddenMapping:
    try:
        content = json.loads(path.read_text("ascii"))
        path.unlink()
    except FileNotFoundError:
        raise TaskFileError(
            f"There is no secrets file '{path}': another process has read it, or none was given."
        ) from None
    except (OSError, ValueError) as error:
        raise TaskFileError(f"Reading the secrets file '{path}' failed: {type(error).__name__}.") from None
    return hide(content)
