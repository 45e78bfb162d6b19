"""Secrets in files: a text, a JSON or YAML document, or a folder with a file per key, as containers get them."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from CamundaLibrary.errors import SecretMissing
from CamundaLibrary.secrets.source import require_package, understand
from CamundaLibrary.secrets.values import SecretValue

_YAML = (".yaml", ".yml")
_MOST_BYTES = 1_000_000


class FileSource(NamedTuple):
    """A file or folder; `key` chooses one entry of a JSON or YAML document, or one file of a folder."""

    path: Path
    key: str | None = None

    def check(self) -> None:
        if self.path.suffix.lower() in _YAML:
            require_package("yaml", "worker", "Secrets in YAML files")

    def read(self) -> SecretValue:
        try:
            return self._read_folder() if self.path.is_dir() else self._read_file()
        except FileNotFoundError:
            raise SecretMissing(f"There is no file '{self.path}'. Make it, or correct the path.") from None
        except OSError as error:
            raise SecretMissing(
                f"File '{self.path}' cannot be read: {error.strerror}. The worker's user needs to."
            ) from None

    def _read_folder(self) -> SecretValue:
        """Takes one file per key. Kubernetes keeps its own links beside them, whose names begin with two dots."""
        files = [path for path in sorted(self.path.iterdir()) if path.is_file() and not path.name.startswith("..")]
        content = {path.name: _read_text(path) for path in files if self.key in (None, path.name)}
        if not files:
            raise SecretMissing(f"Folder '{self.path}' holds no file. Put in one per key of the secret.")
        return understand(content, self.key, f"Folder '{self.path}'")

    def _read_file(self) -> SecretValue:
        text, where = _read_text(self.path), f"File '{self.path}'"
        suffix = self.path.suffix.lower()
        if suffix != ".json" and suffix not in _YAML:
            return text
        return understand(self._parse(text, is_yaml=suffix in _YAML), self.key, where)

    def _parse(self, text: str, *, is_yaml: bool) -> Any:
        """What parsers say of a mistake would show the text around it."""
        try:
            return _parse_yaml(text) if is_yaml else json.loads(text)
        except ValueError:
            raise SecretMissing(f"File '{self.path}' is no {'YAML' if is_yaml else 'JSON'}. Correct it.") from None


def _parse_yaml(text: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        raise ValueError from None


def _read_text(path: Path) -> str:
    """Editors and `echo` end files with a line end, which is not the secret's."""
    with path.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise SecretMissing(f"File '{path}' is larger than a secret can be: at most {_MOST_BYTES} bytes are read.")
    try:
        return content.decode().removesuffix("\n").removesuffix("\r")
    except UnicodeDecodeError:
        raise SecretMissing(f"File '{path}' is no text in UTF-8. Correct it.") from None
