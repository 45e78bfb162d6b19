"""How Python code ended, in the words for a task."""

import importlib
from pathlib import Path
from types import TracebackType

from CamundaLibrary.errors import CamundaLibraryError
from CamundaLibrary.task.outcome import RunResult
from CamundaLibrary.task.signal_guard import Stopped

_OURS = Path(__file__).parents[1]
_CALLERS = (importlib.__file__,)


def result_of(error: BaseException | None) -> RunResult:
    """Returns how code ended that raised `error`, or None for nothing: passed, failed, or stopped from outside."""
    if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
        return RunResult("PASS")
    if isinstance(error, (KeyboardInterrupt, Stopped)):
        return RunResult(None)
    return RunResult("FAIL", _message_of(error), details_of(error))


def details_of(error: BaseException) -> str | None:
    """Returns the traceback from the first frame on that is the user's, with the exceptions that led to the error.

    Of an error of ours that has a cause, that of the cause. None where no code of the user's was running.
    """
    if isinstance(error, CamundaLibraryError) and error.__cause__:
        error = error.__cause__
    frames = _frames_of_users(error.__traceback__)
    if frames is None and (error.__context__ is None or error.__suppress_context__):
        return None
    from traceback import format_exception

    from CamundaLibrary.logs.summary import failure_details

    return failure_details((), "".join(format_exception(type(error), error, frames)), None)


def _message_of(error: BaseException) -> str:
    if isinstance(error, CamundaLibraryError):
        return str(error)
    if isinstance(error, SystemExit):
        said = f"with exit code {error.code}" if isinstance(error.code, int) else f"with the words: {error.code}"
        return f"The program ended {said}".rstrip(".") + "."
    from CamundaLibrary.logs.summary import failure_message

    return failure_message(type(error).__name__, str(error))


def _frames_of_users(traceback: TracebackType | None) -> TracebackType | None:
    frame = traceback
    while frame and _is_ours(frame.tb_frame.f_code.co_filename):
        frame = frame.tb_next
    return frame


def _is_ours(file: str) -> bool:
    """Those who only called, or imported, the user's code count as ours."""
    return file.startswith("<frozen ") or file in _CALLERS or _OURS in Path(file).parents
