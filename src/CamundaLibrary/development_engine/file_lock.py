"""A lock between processes that ends with the process that holds it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        while True:
            with suppress(OSError):  # raised after ten seconds of waiting
                msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)
                return

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)


@contextmanager
def hold_file_lock(path: Path) -> Iterator[None]:
    """Holds the lock of the file `path`, which is made if it does not exist; waits while another process has it."""
    with path.open("a") as file:
        _lock(file.fileno())
        yield  # closing the file gives the lock back
