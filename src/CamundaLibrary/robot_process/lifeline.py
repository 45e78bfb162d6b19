"""A pipe from the worker by which a robot learns that it is to stop, or that its worker is dead.

Nobody but the worker holds the other end, so that the system closes it when the worker dies, however it does.
"""

import os
import signal
import stat
import subprocess
import sys
import threading
from time import sleep

STOP = b"s"
"""Asks the robot to end in order: Windows has no SIGTERM."""

_PATIENCE = 10  # seconds


def take_standard_input() -> int | None:
    """Puts an empty file in its place; returns the pipe that was there, which no other process inherits."""
    if not stat.S_ISFIFO(os.fstat(0).st_mode):
        return None
    pipe = os.dup(0)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return pipe


def watch(pipe: int | None) -> None:
    """Has a thread wait for what the worker says; without a pipe there is no worker."""
    if pipe is not None:
        threading.Thread(target=_listen, args=(pipe,), name="lifeline", daemon=True).start()


def _listen(pipe: int) -> None:
    try:
        while os.read(pipe, 1) == STOP:
            _ask_to_end()
    except OSError:
        return  # the robot closed what is not its own
    _ask_to_end()
    sleep(_PATIENCE)
    _kill_all()


def _ask_to_end() -> None:
    """Signals the main thread, where Robot Framework ends the run in order.

    On Windows a handler that is called by this thread has the main thread called, and wakes it from a sleep.
    """
    if sys.platform == "win32":
        signal.raise_signal(signal.SIGINT)
    else:
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGTERM)


def _kill_all() -> None:
    """Ends the process and what it started, as far as that can be told without help."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(os.getpid())], check=False)
    elif os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
