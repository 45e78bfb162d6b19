"""TOML files that people write: tomllib reads them, and here every key gets its line."""

import re
import sys
from pathlib import Path

from CamundaLibrary.bundles.source_file import Keys, SourceFile
from CamundaLibrary.errors import BundleError, CamundaLibraryError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_SPACE = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_GAP = re.compile(r"[ \t]*")
_STRING = re.compile(
    r"'''.*?'''(?:'{0,2})|\"\"\"(?:\\.|[^\\])*?\"\"\"(?:\"{0,2})|'[^'\n]*'|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL
)
_SCALAR = re.compile(r"[^,\]}\n#]+")


class TomlFile(SourceFile):
    """One TOML document. Raises `error_type` where it cannot be read."""

    def __init__(self, path: Path, error_type: type[CamundaLibraryError] = BundleError) -> None:
        self.path = path
        self.error_type = error_type
        self._text = self._read()
        self._content = self._parse()
        self._lines: dict[tuple[str | int, ...], int] | None = None

    @property
    def content(self) -> dict[str, object]:
        """The document as tomllib reads it."""
        return self._content

    def line(self, keys: Keys) -> int:
        """Returns the line of what `keys` lead to, or of the innermost of them that exists."""
        if self._lines is None:
            self._lines = _Lines(self._text).found
        for length in range(len(keys), 0, -1):
            found = self._lines.get(tuple(keys[:length]))
            if found:
                return found
        return 1

    def spell(self, keys: Keys) -> str:
        """Returns keys as they are written in TOML."""
        return ".".join(str(key) if _BARE.fullmatch(str(key)) else f'"{key}"' for key in keys)

    def _read(self) -> str:
        try:
            return self.path.read_text("utf-8-sig").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError) as error:
            raise self.error_type(f"Reading '{self.path}' failed: {error}.") from None

    def _parse(self) -> dict[str, object]:
        try:
            return tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            place = _PLACE.search(str(error))
            line = place["line"] if place and place["line"] else self._text.count("\n") + 1
            problem = _PLACE.sub("", str(error))
            raise self.error_type(f"'{self.path}', line {line}: this is not TOML: {problem}.") from None
        except RecursionError:
            raise self.error_type(f"'{self.path}' cannot be read: it is nested too deeply.") from None


class _Lines:
    """Finds the lines of keys in a text that tomllib has read: it need not be careful about anything but places."""

    def __init__(self, text: str) -> None:
        self.found: dict[tuple[str | int, ...], int] = {}
        self._text = text
        self._at = 0
        self._counts: dict[tuple[str | int, ...], int] = {}
        table: tuple[str | int, ...] = ()
        self._skip(_SPACE)
        while self._at < len(text):
            if text[self._at] == "[":
                table = self._read_header()
            else:
                self._read_pair(table)
            self._skip(_SPACE)

    def _read_header(self) -> tuple[str | int, ...]:
        is_list = self._text.startswith("[[", self._at)
        self._at += 2 if is_list else 1
        table = self._note((), self._read_key())
        if is_list:
            self._counts[table] = self._counts.get(table, -1) + 1
            table = self._note(table, (self._counts[table],))
        self._at = self._text.index("]", self._at) + (2 if is_list else 1)
        return table

    def _read_pair(self, table: tuple[str | int, ...]) -> None:
        place = self._note(table, self._read_key())
        self._at += 1  # the equals sign
        self._read_value(place)

    def _read_value(self, place: tuple[str | int, ...]) -> None:
        self._skip(_GAP)
        if self._text[self._at] in "[{":
            self._read_collection(place)
        else:
            self._skip(_STRING) or self._skip(_SCALAR)

    def _read_collection(self, place: tuple[str | int, ...]) -> None:
        is_list, position = self._text[self._at] == "[", 0
        self._at += 1
        self._skip(_SPACE)
        while self._text[self._at] not in "]}":
            if is_list:
                self._read_value(self._note(place, (position,)))
            else:
                self._read_pair(place)
            position += 1
            self._skip(_SPACE)
            if self._text[self._at] == ",":
                self._at += 1
            self._skip(_SPACE)
        self._at += 1

    def _read_key(self) -> tuple[str, ...]:
        parts: list[str] = []
        while True:
            self._skip(_GAP)
            text = self._skip(_STRING) or self._skip(_BARE)
            parts.append(tomllib.loads(f"key = {text}")["key"] if text[0] in "'\"" else text)
            self._skip(_GAP)
            if self._text[self._at] != ".":
                return tuple(parts)
            self._at += 1

    def _note(self, place: tuple[str | int, ...], keys: tuple[str | int, ...]) -> tuple[str | int, ...]:
        """Notes the line of `keys` below `place`; the first line of a table that is continued elsewhere stays."""
        line = self._text.count("\n", 0, self._at) + 1
        for key in keys:
            place = (
                (*place, self._counts[place], key) if place in self._counts and isinstance(key, str) else (*place, key)
            )
            self.found.setdefault(place, line)
        return place

    def _skip(self, pattern: "re.Pattern[str]") -> str:
        match = pattern.match(self._text, self._at)
        if match:
            self._at = match.end()
        return match[0] if match else ""
