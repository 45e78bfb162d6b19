"""Code that can be interrupted in its thread, as SIGTERM interrupts a program."""

import ctypes
import threading
from types import TracebackType

from CamundaLibrary.task.signal_guard import Stopped

_SIGTERM = 143
_LINES = 10


class Interrupted(Stopped):
    """Raised where the thread is; as SystemExit no `except Exception` catches it."""

    def __init__(self) -> None:
        super().__init__(_SIGTERM)


class Interruptible:
    """A `with` block of one thread, in which `interrupt` of another raises `Interrupted`, and nowhere else.

    It is raised before the next line of Python (CPython, `PyThreadState_SetAsyncExc`): a call that waits in C, for a
    reply or in `time.sleep`, ends first. What was interrupted before its beginning never begins. While a call is waited
    for, a program that is traced (by a debugger, for coverage) on Python 3.11 stands still.
    """

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._thread: int | None = None
        self._is_interrupted = False

    def interrupt(self) -> None:
        with self._guard:
            self._is_interrupted = True
            if self._thread is not None:
                error = ctypes.py_object(Interrupted)
                ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), error)

    def __enter__(self) -> None:
        with self._guard:
            if self._is_interrupted:
                raise Interrupted
            self._thread = threading.get_ident()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.leave()

    def leave(self) -> None:
        """Ends the block. To be called again after it, should the end of the block itself have been interrupted.

        What was about to be raised is raised here, and forgotten. Python could also be told to take it back, but then
        goes on looking for it before every line (3.11), and does nothing else while it is traced.
        """
        while True:
            try:
                with self._guard:
                    self._thread = None
                for _ in range(_LINES):
                    pass
            except Interrupted:
                continue
            return
