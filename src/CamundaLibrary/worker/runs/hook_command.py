"""A command that runs beside the worker, for a limited time."""

import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from secrets import token_hex
from typing import IO

from CamundaLibrary.durations import format_duration
from CamundaLibrary.runners.process_tree import ProcessTree

_MARK = "CAMUNDA_HOOK_RUN"
_TAIL = 4000  # bytes


class HookCommand:
    """The words of a command, none if there is none, and the time that it may take."""

    def __init__(self, name: str, words: tuple[str, ...], timeout: timedelta) -> None:
        self.name = name
        self.words = words
        self._timeout = timeout

    def run(self, environment: Mapping[str, str], folder: Path) -> None:
        """Runs it in `folder` and waits for its end; nothing that it started is left.

        Raises OSError if it cannot be started, RuntimeError with a sentence if it took too long or ended with an error.
        """
        mark = token_hex(8)
        process = subprocess.Popen(
            self.words,
            cwd=folder,
            env={**environment, _MARK: mark},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=sys.platform != "win32",
        )
        output = _Tail(process.stdout)
        try:
            code = process.wait(self._timeout.total_seconds())
        except subprocess.TimeoutExpired:
            ProcessTree(process.pid, _MARK, mark).kill()
            process.wait()
            raise RuntimeError(f"it was stopped after {format_duration(self._timeout)}") from None
        ProcessTree(None, _MARK, mark).kill()
        if code:
            last_line = output.last_line()
            raise RuntimeError(f"it ended with {code}{f' ({last_line})' if last_line else ''}")


class _Tail:
    """The last of what a program prints, however much that is."""

    def __init__(self, stream: IO[bytes] | None) -> None:
        assert stream is not None
        self._stream = stream
        self._bytes = b""
        self._thread = threading.Thread(target=self._read, name="output of a hook", daemon=True)
        self._thread.start()

    def last_line(self) -> str:
        """Returns the last line, once the program and what it started is gone."""
        self._thread.join(1)
        lines = self._bytes.decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def _read(self) -> None:
        with suppress(OSError, ValueError), self._stream:
            while chunk := self._stream.read1(65536):  # type: ignore[attr-defined] # of buffered pipes
                self._bytes = (self._bytes + chunk)[-_TAIL:]
