"""The copy of a bundle for one run, made for every robot: with strings and numbers, which `pathlib` and `shutil` make
three times as slow."""

import os
import stat
from collections.abc import Iterator
from contextlib import suppress

Content = dict[str, tuple[int, ...]]
"""What lies in a folder, by relative path; whatever is done to a file makes its numbers others."""
_NEVER = frozenset((".git", ".hg", ".svn"))
_ROOT_OF_VENV = "pyvenv.cfg"
_BINARY = getattr(os, "O_BINARY", 0)  # of Windows
_OURS = stat.S_IRUSR | stat.S_IWUSR
_PIECE = 65_536  # bytes


def copy_bundle(source: str, target: str, artifacts: str) -> None:
    """Copies a folder to `target`, which is made, without what is in `artifacts`, venvs and version control.

    Links are followed, those that lead nowhere left out. Permissions and times are those of the source, but that the
    copy can be written, whatever the source can. Raises OSError.
    """
    os.makedirs(target)  # noqa: PTH103
    for path, entry in _find(source, artifacts):
        if entry.is_dir():
            os.mkdir(f"{target}{path}", stat.S_IMODE(entry.stat().st_mode) | stat.S_IRWXU)  # noqa: PTH102
        else:
            _copy_file(entry.path, f"{target}{path}")


def look_at_bundle(source: str, artifacts: str) -> Content:
    """Returns what `copy_bundle` would copy now. Raises OSError."""
    return {path: describe(entry.stat()) for path, entry in _find(source, artifacts)}


def describe(status: os.stat_result) -> tuple[int, ...]:
    """Returns the numbers of a file, or folder, that tell it from what it may become."""
    if stat.S_ISDIR(status.st_mode):
        return (status.st_mode,)
    return status.st_mode, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _find(folder: str, artifacts: str, path: str = "") -> Iterator[tuple[str, "os.DirEntry[str]"]]:
    """Yields what belongs to a run's copy by its path, which begins with a slash; folders before their content."""
    with os.scandir(folder) as entries:
        for entry in entries:
            inner = f"{path}{os.sep}{entry.name}"
            if entry.is_file():
                yield inner, entry
            elif not entry.is_dir():
                _check_is_nothing(entry.path)
            elif not (entry.name in _NEVER or entry.path == artifacts or _is_venv(entry.path)):
                yield inner, entry
                yield from _find(entry.path, artifacts, inner)


def _copy_file(source: str, target: str) -> None:
    """Compiled Python modules are found by the times of their sources."""
    original = os.open(source, os.O_RDONLY | _BINARY)
    try:
        status = os.fstat(original)
        copy = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, stat.S_IMODE(status.st_mode) | _OURS)
        try:
            while content := os.read(original, _PIECE):
                while content:
                    content = content[os.write(copy, content) :]
        finally:
            os.close(copy)
    finally:
        os.close(original)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))


def _is_venv(folder: str) -> bool:
    return os.path.isfile(f"{folder}{os.sep}{_ROOT_OF_VENV}")  # noqa: PTH113


def _check_is_nothing(path: str) -> None:
    """Raises OSError for pipes and the like, which have no end."""
    with suppress(FileNotFoundError):
        os.stat(path)  # noqa: PTH116
        raise OSError(f"'{path}' is neither a file nor a folder and cannot be copied")
