"""Which libraries the robots of a bundle declare: a fork server imports those of them that are installed."""

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from CamundaLibrary.runners.source_files import source_files

_SECTION = re.compile(r"\*+\s*(?P<name>[^*]*?)\s*\**\s*$")
_LIBRARY = re.compile(r"(\|\s+)?Library(\s{2,}|\t|\s+\|\s+)(?P<name>[^\s|]+( [^\s|]+)*)", re.IGNORECASE)
_MODULE = re.compile(r"\w+(\.\w+)*")


class DeclaredLibraries(NamedTuple):
    """Sorted names: of libraries that are imported by name, and of the modules of those that are imported by path."""

    by_name: tuple[str, ...]
    by_path: tuple[str, ...]


def declared_libraries(folder: Path) -> DeclaredLibraries:
    """Returns the names of all libraries that robots import.

    What is overlooked here (settings in another language, imports by keyword) costs time and nothing else.
    """
    declared = {name for file in source_files(folder, ".robot", ".resource") for name in _libraries_in(file)}
    names = {name for name in declared if _MODULE.fullmatch(name)}
    modules = {PurePosixPath(name.rstrip("/")).stem for name in declared - names}
    return DeclaredLibraries(tuple(sorted(names)), tuple(sorted(modules)))


def _libraries_in(file: Path) -> Iterator[str]:
    is_settings = False
    for line in file.read_text("utf-8", errors="replace").splitlines():
        if line.startswith("*") and (section := _SECTION.match(line)):
            is_settings = section["name"].lower() in ("settings", "setting")
        elif is_settings and (found := _LIBRARY.match(line)):
            yield found["name"]
