"""Files that keywords write."""

from pathlib import Path

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables import safe_filename


def write_file(path: Path, content: bytes) -> str:
    """Writes a file, and its folders where they are missing; returns its path. ValueRefused if that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise ValueRefused(f"Writing '{path}' failed: {error.strerror or error}.") from None
    return str(path)


def make_folder(path: Path) -> None:
    """Makes a folder, and those around it, if it is not there. ValueRefused if that cannot be done."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ValueRefused(f"Making folder '{path}' failed: {error.strerror or error}.") from None


def path_within(folder: Path, name: str) -> Path:
    """Returns where a file goes whose name, folders included, comes from outside: always somewhere in `folder`."""
    parts = [part for part in name.replace("\\", "/").split("/") if part]
    return folder.joinpath(*(safe_filename(part) for part in parts or [name]))
