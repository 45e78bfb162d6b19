"""Keeps robots out of the memory of the worker, where it holds the credentials of the engine and secrets."""

import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4


def hide_process() -> bool:
    """Keeps other processes of the same user from reading this one's environment, memory and open files.

    That is Linux's `PR_SET_DUMPABLE` (prctl(2), proc(5)), which also means: no core dumps, and debuggers need root.
    Programs that are started from here are not affected. Returns False where the system has no such thing.
    """
    if sys.platform != "linux":
        return False
    with suppress(OSError, AttributeError, ImportError):
        import ctypes

        return bool(ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0) == 0)
    return False
