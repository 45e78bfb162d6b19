"""Files of a run that its manifest names under `keep`: they become File variables beside the log."""

import logging
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import count
from mimetypes import guess_type
from pathlib import Path, PurePosixPath, PureWindowsPath

from CamundaLibrary.logs.page import format_size
from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.variables import safe_filename

_log = logging.getLogger(__name__)

FILE_LIMIT = 50_000_000
"""Bytes of one file."""
LIMIT = 100_000_000
"""Bytes of all files of a run."""
MOST_FILES = 100
_ANY = "application/octet-stream"


def find_kept_files(
    root: Path, patterns: Sequence[str], taken: Collection[str] = (), scrub: Callable[[str], str] = str
) -> tuple[Attachment, ...]:
    """Returns the files below `root` that the patterns (`output/*.pdf`, `output/**/*.csv`) match, by name.

    Links are not followed, nothing outside of `root` is found, and what is too large or too much is left out, with a
    warning. A variable is named as its file, with a number if that name is `taken` or was given to another file;
    `scrub` takes secrets out of names.
    """
    kept: list[Attachment] = []
    names, left = set(taken), LIMIT
    for path in _find(root, patterns):
        size = path.lstat().st_size
        if problem := _problem(len(kept), size, left):
            _log.warning("'%s' is not kept with the task: %s", scrub(path.relative_to(root).as_posix()), problem)
            continue
        kept.append(_attach(path, names, scrub))
        names.add(kept[-1].variable)
        left -= size
    return tuple(kept)


def _find(root: Path, patterns: Sequence[str]) -> list[Path]:
    if root.is_symlink() or root.parent.is_symlink():
        return []
    found = {path for pattern in patterns if _is_inside(pattern) for path in root.glob(pattern)}
    return sorted(path for path in found if _is_own_file(path, root))


def _is_inside(pattern: str) -> bool:
    parts = (*PurePosixPath(pattern).parts, *PureWindowsPath(pattern).parts)
    if parts and ".." not in parts and not PurePosixPath(pattern).is_absolute() and not PureWindowsPath(pattern).anchor:
        return True
    _log.warning("Files '%s' are not kept with the task: the pattern leads out of the bundle.", pattern)
    return False


def _is_own_file(path: Path, root: Path) -> bool:
    """Whether it is a regular file and no part of its way from `root` is a link; a pipe could be waited for forever."""
    try:
        modes = [each.lstat().st_mode for each in _steps(path, root)]
    except OSError:
        return False
    return bool(modes) and stat.S_ISREG(modes[0]) and not any(map(stat.S_ISLNK, modes))


def _steps(path: Path, root: Path) -> Iterator[Path]:
    while path != root:
        yield path
        path = path.parent


def _problem(number: int, size: int, left: int) -> str | None:
    if number >= MOST_FILES:
        return f"at most {MOST_FILES} files are."
    if size > FILE_LIMIT:
        return f"it has {format_size(size)}, and a file may have {format_size(FILE_LIMIT)}."
    if size > left:
        return f"it has {format_size(size)}, and all files together may have {format_size(LIMIT)}."
    return None


def _attach(path: Path, names: Collection[str], scrub: Callable[[str], str]) -> Attachment:
    filename = safe_filename(scrub(path.name))
    mime_type, compression = guess_type(filename)
    kind = _ANY if compression or not mime_type else mime_type
    return Attachment(_free_name(filename, names), "task", path, filename, kind)


def _free_name(filename: str, names: Collection[str]) -> str:
    stem, _, extension = filename.rpartition(".")
    numbered = (f"{stem}-{number}.{extension}" if stem else f"{filename}-{number}" for number in count(2))
    return filename if filename not in names else next(name for name in numbered if name not in names)
