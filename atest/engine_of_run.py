"""The engine that the tests of this run are about: `ENGINE=operaton`, or Camunda 7. One for all processes of a run."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from CamundaLibrary.development_engine import DevelopmentEngine, build_engine, find_family

FAMILY = find_family(os.environ.get("ENGINE", ""))


@contextmanager
def engine_of_run(folder: Path) -> Iterator[str]:
    """Gives the REST root. The process that asks first starts the engine, and stops it when nobody uses it any more.

    `folder` is one for all processes of the run (pytest-xdist has several), and for this run only.
    """
    users = _Users(folder)
    engine = users.join()
    try:
        yield users.url
    finally:
        users.leave()
        if engine:
            users.wait_until_all_left()
            engine.stop()


class _Users:
    """Who uses the engine: counted in a file."""

    def __init__(self, folder: Path) -> None:
        self.url = ""
        self._lock = FileLock(folder / "engine.lock")
        self._file = folder / "engine.json"

    def join(self) -> DevelopmentEngine | None:
        """Returns the engine if it had to be started."""
        with self._lock:
            if self._file.is_file():
                self.url, users = json.loads(self._file.read_text("utf-8"))
                self._write(users + 1)
                return None
            engine = DevelopmentEngine(build_engine(print, family=FAMILY), family=FAMILY, java_memory="1g")
            engine.start()
            self.url = engine.url
            self._write(1)
            return engine

    def leave(self) -> None:
        with self._lock:
            self._write(self._count() - 1)

    def wait_until_all_left(self) -> None:
        """Returns when nobody is left, and nobody can join any more."""
        while True:
            with self._lock:
                if not self._count():
                    self._file.unlink()
                    return
            time.sleep(0.2)

    def _count(self) -> int:
        return int(json.loads(self._file.read_text("utf-8"))[1])

    def _write(self, users: int) -> None:
        self._file.write_text(json.dumps([self.url, users]), "utf-8")
