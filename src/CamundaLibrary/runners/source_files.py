"""The files of a bundle that a fork server wants to know the imports of."""

from itertools import islice
from pathlib import Path

_MANY = 1000  # files; more are no robots


def source_files(folder: Path, *suffixes: str) -> list[Path]:
    """Returns the files below a folder with one of the suffixes, in lower case, at most a thousand."""
    files = (path for path in folder.rglob("*") if path.suffix.lower() in suffixes and path.is_file())
    return list(islice(files, _MANY))
