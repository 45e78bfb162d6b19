"""A lock between processes that ends with the process that holds it, taken only if nobody has it."""

import sys
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def take_lock(path: Path) -> IO[bytes] | None:
    """Returns the open lock file, which holds the lock until it is closed; None while another process has it."""
    file = path.open("ab")
    try:
        _lock(file.fileno())
    except OSError:
        file.close()
        return None
    return file
