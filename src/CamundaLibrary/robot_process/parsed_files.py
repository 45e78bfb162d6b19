"""Robot files that the fork server parses once, however many runs have them: a fork finds them by what they say.

A fifth of a short run is parsing. The functions that parse are public (`robot.parsing`); that runs look for them in
`robot.running.builder.parsers` is not, and whoever does not look there parses by itself, as ever.
"""

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from robot.running.builder import parsers

_KINDS = {".robot": "get_model", ".resource": "get_resource_model"}
_INITIAL = "__init__.robot"
_MOST_BYTES = 200_000
_MOST_FILES = 100
_OF_PLACE_OR_LANGUAGE = (b"${curdir}", b"language:")
"""What files with these words mean depends on where they are, or changes how others are read."""


class ParsedFiles:
    """What was parsed. In a fork, each is used once: Robot Framework may do with it what it likes."""

    def __init__(self) -> None:
        self._parse: dict[str, Callable[..., Any]] = {}
        self._models: dict[tuple[str, bytes], Any] = {}
        self._seen: set[tuple[int, ...]] = set()

    def install(self) -> None:
        """Has runs look here first."""
        for name in (*_KINDS.values(), "get_init_model"):
            self._parse[name] = getattr(parsers, name)
            setattr(parsers, name, self._look_first(name))

    def foresee(self, folder: str) -> None:
        """Parses what a run in that folder will, as far as that is new. Never raises."""
        with suppress(OSError):
            new = [found for found in _find_files(folder) if _describe(found[1]) not in self._seen][:_MOST_FILES]
            if len(self._seen) + len(new) > _MOST_FILES:
                self._seen.clear()
                self._models.clear()
            for name, file in new:
                self._seen.add(_describe(file))
                self._add(name, Path(file.path).read_bytes())
            if new:
                gc.freeze()

    def _add(self, name: str, content: bytes) -> None:
        if (name, content) in self._models or any(word in content.lower() for word in _OF_PLACE_OR_LANGUAGE):
            return
        with suppress(Exception):  # which runs meet, too, and know what to say of
            self._models[name, content] = self._parse[name](content.decode("utf-8-sig"), data_only=True)

    def _look_first(self, name: str) -> Callable[..., Any]:
        parse = self._parse[name]

        def get_model(source: Any, data_only: bool = False, curdir: str | None = None, lang: Any = None) -> Any:
            found = None
            if data_only and isinstance(source, Path) and _is_english(lang):
                with suppress(OSError):
                    found = self._models.pop((name, source.read_bytes()), None)
            return parse(source, data_only, curdir, lang) if found is None else found

        return get_model


def _find_files(folder: str) -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            kind = _KINDS.get(os.path.splitext(entry.name)[1])  # noqa: PTH122
            if kind and entry.is_file() and entry.stat().st_size <= _MOST_BYTES:
                yield "get_init_model" if entry.name == _INITIAL else kind, entry
            elif not kind and entry.is_dir(follow_symlinks=False):
                yield from _find_files(entry.path)


def _describe(file: "os.DirEntry[str]") -> tuple[int, ...]:
    status = file.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _is_english(languages: Any) -> bool:
    return languages is None or [type(each).__name__ for each in languages] == ["En"]
