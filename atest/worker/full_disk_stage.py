"""Disks that are full when a test wants it: a small file system of its own, or a limit on what programs may write."""

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import psutil


class Disk(Protocol):
    """What a worker has its files on. `problem` is what SQLite says when it is full."""

    problem: str

    def fill(self, worker: int) -> None:
        """From now on it is full, as far as the worker of that process id and its children are concerned."""

    def make_room(self, worker: int) -> None: ...


class SmallDisk:
    """A file system of 24 MB, in memory."""

    problem = "database or disk is full"

    def __init__(self, folder: Path) -> None:
        self._filling = folder / "filling"

    def fill(self, worker: int) -> None:
        with suppress(OSError), self._filling.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def make_room(self, worker: int) -> None:
        self._filling.unlink()


class LimitedFiles:
    """No file may grow, which to programs is nearly the same; for machines where nobody may mount anything."""

    problem = "disk I/O error"

    def fill(self, worker: int) -> None:
        self._limit(worker, 0)

    def make_room(self, worker: int) -> None:
        self._limit(worker, resource.RLIM_INFINITY)

    def _limit(self, worker: int, size: int) -> None:
        """Robots that are started later have the limit of their parents."""
        process = psutil.Process(worker)
        for each in (process, *process.children(recursive=True)):
            with suppress(ProcessLookupError):
                resource.prlimit(each.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def small_disk(folder: Path) -> Iterator[Disk]:
    """Mounts one. Raises CalledProcessError where that is not allowed."""
    command = ["mount", "-t", "tmpfs", "-o", "size=24m,mode=0700", "tmpfs", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def limited_files(folder: Path) -> Iterator[Disk]:
    yield LimitedFiles()


def kinds_of_disks() -> dict[str, Callable[[Path], AbstractContextManager[Disk]]]:
    """Returns what can be had on this machine."""
    kinds: dict[str, Callable[[Path], AbstractContextManager[Disk]]] = {"limit": limited_files}
    if os.geteuid() == 0 and shutil.which("mount"):
        with TemporaryDirectory() as folder, suppress(subprocess.CalledProcessError), small_disk(Path(folder)):
            kinds["disk"] = small_disk
    return kinds
