"""Holotree spaces, of which no two live runs may share one: rcc would change the environment under a running robot."""

from contextlib import suppress
from itertools import count
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from CamundaLibrary.environments.specification import Specification


class RccSpace:
    """A space that nobody else uses until it is released."""

    def __init__(self, file: Path, lock: FileLock) -> None:
        self.file = file
        self.name = file.name
        self._lock = lock

    def release(self) -> None:
        """Lets others use it."""
        self._lock.release()

    def __enter__(self) -> "RccSpace":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()


class RccSpaces:
    """The spaces of all workers of a user; `folder` holds a lock for each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def claim(self, specification: Specification) -> RccSpace:
        """Returns the first space that is free; one is used again for the same environment, which is quicker."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        environment = specification.key("rcc", "")[:8]
        for number in count(1):
            file = self._folder / f"{environment}-{number}"
            lock = FileLock(f"{file}.lock", timeout=0)
            with suppress(Timeout):
                lock.acquire()
                return RccSpace(file, lock)
        raise AssertionError
