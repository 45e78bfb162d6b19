"""What a source of secrets is, and what all of them do with what they find."""

import json
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Protocol

from CamundaLibrary.errors import SecretMissing, ToolMissing
from CamundaLibrary.secrets.values import HiddenMapping, SecretValue


class SecretSource(Protocol):
    """Where the value of one secret comes from. Its sentences never tell values."""

    def check(self) -> None:
        """Raises ToolMissing if a package is not installed; reads nothing and asks nobody."""

    def read(self) -> SecretValue:
        """Returns the value of now; SecretMissing says what is wrong and what to do."""


def require_package(package: str, extra: str, purpose: str) -> None:
    """Raises ToolMissing if `package` is not installed; does not import it."""
    if find_spec(package) is None:
        raise ToolMissing(f"{purpose} need the package {package}: pip install robotframework-camundalibrary[{extra}].")


def understand(content: object, key: str | None, where: str) -> SecretValue:
    """Returns what a JSON document holds as a secret: a text, or texts by key; `key` chooses one entry of an object.

    Numbers and truth values become texts as JSON writes them.
    """
    if key is not None:
        if not isinstance(content, Mapping) or key not in content:
            raise SecretMissing(f"{where} has no key '{key}'{_known_keys(content)}.")
        content, where = content[key], f"Key '{key}' of {where[0].lower()}{where[1:]}"
    if isinstance(content, Mapping):
        return HiddenMapping(
            {str(name): _text(each, f"Key '{name}' of {where[0].lower()}{where[1:]}") for name, each in content.items()}
        )
    return _text(content, where)


def _known_keys(content: object) -> str:
    return f", only {', '.join(map(str, content))}" if isinstance(content, Mapping) and content else ""


def _text(value: object, where: str) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, int, float)):
        return json.dumps(value)
    raise SecretMissing(f"{where} is no text.")
