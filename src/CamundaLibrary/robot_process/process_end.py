"""The end of a process that ran a robot or a function: as Python ends it, but cheaper."""

import atexit
import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from typing import NoReturn

_FLUSHING_FAILED = 120  # what Python itself exits with then


def end_with(main: Callable[[], object]) -> NoReturn:
    """Ends the process after `main` as Python does, exit handlers included, but without taking everything apart.

    That takes Python 20 ms and more (docs/performance.md), and the system takes all of it back anyway.
    """
    code = _call(main)
    try:
        threading._shutdown()  # type: ignore[attr-defined]  # waits for threads that are no daemons
        atexit._run_exitfuncs()
    finally:
        code = _flush(code)
        if code == -signal.SIGINT:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            signal.raise_signal(signal.SIGINT)
        os._exit(code)


def _call(main: Callable[[], object]) -> int:
    try:
        main()
    except SystemExit as error:
        return _exit_code(error.code)
    except BaseException as error:
        traceback.print_exc()
        return -signal.SIGINT if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _exit_code(code: object) -> int:
    if code is None or isinstance(code, int):
        return code or 0
    print(code, file=sys.stderr)  # noqa: T201  # as Python does
    return 1


def _flush(code: int) -> int:
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream and not stream.closed:
                stream.flush()
        except (OSError, ValueError):
            code = _FLUSHING_FAILED
    return code
