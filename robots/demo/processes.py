"""Processes that end with the demo, however it ends."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

GRACE = 50  # seconds that a process gets to end by itself; a worker may take 30 for its robots and 10 for a last answer


@contextmanager
def run_process(command: list[str], **options: object) -> Iterator[subprocess.Popen]:
    """Runs a program to which Ctrl-C comes through the demo alone, which then asks it to end, and waits for that."""
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    else:
        apart = {"start_new_session": True}
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, **apart, **options)
    try:
        yield process
    finally:
        _end(process)


def _end(process: subprocess.Popen) -> None:
    """Asks once, again if that takes too long or Ctrl-C is pressed once more, and then kills."""
    for end in (_ask, _ask, subprocess.Popen.kill):
        if process.poll() is None:
            end(process)
            with suppress(subprocess.TimeoutExpired, KeyboardInterrupt):
                process.wait(GRACE)


def _ask(process: subprocess.Popen) -> None:
    process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM)
