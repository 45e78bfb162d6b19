"""Files that keywords write."""

from pathlib import Path

from CamundaLibrary.errors import ValueRefused


def write_file(path: Path, content: bytes) -> str:
    """Writes a file, and its folders where they are missing; returns its path. ValueRefused if that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise ValueRefused(f"Writing '{path}' failed: {error.strerror or error}.") from None
    return str(path)
