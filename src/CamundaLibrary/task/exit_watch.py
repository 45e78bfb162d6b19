"""How a process ends, overheard from inside.

At exit the interpreter tells neither the exit code nor, where others hook into it, what was raised. What there is:
`sys.last_value` is what the main module raised, `sys.exit` can be overheard, and the last instruction of the main
module's frame shows whether it ended by itself (CPython 3.10 to 3.14). A `raise SystemExit(3)` without `sys.exit` looks
like an end in order here; a worker sees the exit code.
"""

import atexit
import os
import sys
import threading
from collections.abc import Callable
from opcode import opname
from types import FrameType, TracebackType
from typing import Any, NoReturn

from CamundaLibrary.task.signal_guard import StopSignal


class ExitWatch:
    """Calls `ended` once, when the interpreter exits, with what the program raised or None. SIGTERM ends it in order.

    `is_in_order` tells of what was raised whether the process is to end with exit code 0 for it, without a traceback.
    """

    def __init__(
        self, ended: Callable[[BaseException | None], None], is_in_order: Callable[[BaseException], bool]
    ) -> None:
        self._ended = ended
        self._is_in_order = is_in_order
        self._process = os.getpid()
        self._stop_signal = StopSignal()
        self._raised_before = _last_raised()
        self._exit: SystemExit | None = None

    def on(self) -> None:
        self._main = _main_frame()
        self._former_exit, sys.exit = sys.exit, self._overhear
        self._former_hook, sys.excepthook = sys.excepthook, self._except
        self._stop_signal.on()
        atexit.register(self._at_exit)

    def off(self) -> None:
        """What others put in the place of ours meanwhile stays."""
        atexit.unregister(self._at_exit)
        self._stop_signal.off()
        if sys.exit == self._overhear:
            sys.exit = self._former_exit
        if sys.excepthook == self._except:
            sys.excepthook = self._former_hook

    def _overhear(self, status: Any = None, /) -> NoReturn:
        try:
            self._former_exit(status)
        except SystemExit as error:
            if threading.current_thread() is threading.main_thread():
                self._exit = error
            raise

    def _except(self, kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        if self._is_in_order(error):
            raise SystemExit(0)  # which the interpreter heeds here, too
        self._former_hook(kind, error, traceback)

    def _at_exit(self) -> None:
        if os.getpid() == self._process:  # a fork brings its parent's exit handlers along
            self._ended(self._find_error())

    def _find_error(self) -> BaseException | None:
        raised = _last_raised()
        if raised is not self._raised_before and not is_interactive():
            return raised
        leaving = self._stop_signal.stopped or self._exit
        return leaving if leaving and not _has_returned(self._main) else None


def is_interactive() -> bool:
    """Whether somebody types at a prompt, where errors are no end."""
    return bool(sys.flags.interactive) or hasattr(sys, "ps1")


def _last_raised() -> BaseException | None:
    return getattr(sys, "last_exc", None) or getattr(sys, "last_value", None)


def _main_frame() -> FrameType | None:
    frame = sys._current_frames().get(threading.main_thread().ident or 0)
    while frame and frame.f_back:
        frame = frame.f_back
    return frame


def _has_returned(frame: FrameType | None) -> bool:
    return frame is not None and opname[frame.f_code.co_code[frame.f_lasti]].startswith("RETURN")
