"""The files that a log refers to: which of them may be kept with it, and why others may not."""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from CamundaLibrary.logs.file_types import HEAD, FileType, file_type
from CamundaLibrary.logs.page import format_size

FILE_LIMIT = 5_000_000
"""Bytes; a larger file is never kept with a log."""


class KeptFile(NamedTuple):
    """A file inside the output folder, links resolved, with the `references` of the log that mean it.

    `size` is in bytes, as of when it was found.
    """

    path: Path
    type: FileType
    size: int
    references: list[str]


def find_files(
    references: Iterable[str], folders: Sequence[Path], output_folder: Path
) -> tuple[list[KeptFile], dict[str, str]]:
    """Returns the files meant by `references`, smallest first, and for each other reference the reason as a sentence.

    Relative references are looked for in `folders`, the first that has such a file wins.
    """
    root = output_folder.resolve()
    files: dict[Path, KeptFile] = {}
    reasons: dict[str, str] = {}
    for reference in references:
        found = _find(reference, folders, root)
        if isinstance(found, KeptFile):
            files.setdefault(found.path, found).references.append(reference)
        else:
            reasons[reference] = found
    return sorted(files.values(), key=lambda file: file.size), reasons


def _find(reference: str, folders: Sequence[Path], root: Path) -> KeptFile | str:
    name = _path_of(reference)
    kind = file_type(Path(name))
    if kind is None:
        return f"{name} is not of a type that is kept with a log."
    path = _resolve(name, folders)
    if path is None:
        return f"{name} did not exist when this log was kept."
    if not path.is_relative_to(root):
        return f"{name} is outside the output folder and not kept with this log."
    return _look_into(path, kind, name)


def _path_of(reference: str) -> str:
    if not reference.lower().startswith("file:"):
        return unquote(reference)
    path = unquote(urlsplit(reference).path)
    return path.lstrip("/") if os.name == "nt" else path  # file:///C:/output/shot.png


def _resolve(name: str, folders: Sequence[Path]) -> Path | None:
    if name.startswith(("//", "\\\\")):
        return None  # a share: Windows would ask that machine for it
    for folder in folders:
        try:
            path = (folder / name).resolve()
            if path.is_file():
                return path
        except (OSError, ValueError, RuntimeError):  # a name too long, a NUL in it, links in a circle
            continue
    return None


def _look_into(path: Path, kind: FileType, name: str) -> KeptFile | str:
    try:
        with path.open("rb") as file:
            size, head = os.fstat(file.fileno()).st_size, file.read(HEAD)
    except OSError as error:
        return f"{name} could not be read: {error.strerror}."
    if size > FILE_LIMIT:
        return f"{name} ({format_size(size)}) is too large to be kept with a log."
    if not kind.fits(head):
        return f"{name} is not kept with this log: its content is not {kind.mime}."
    return KeptFile(path, kind, size, references=[])
