"""What a run says at its end."""

import contextlib
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from CamundaLibrary.task.context import Reported


def tell(reported: "Reported") -> None:
    """Shows what became of a run of plain Python. Where the worker says it too, one line is enough."""
    text = reported.text or f"Outcome of the task: {' '.join(str(reported.outcome).split())}"
    say(text, sys.__stderr__ if reported.is_problem else sys.__stdout__)


def say(text: str, stream: TextIO | None) -> None:
    """Writes lines; a console that is closed, full or of few characters is no reason to lose a result."""
    if stream:
        with contextlib.suppress(OSError, ValueError):
            encoding = stream.encoding or "utf-8"
            print(text.encode(encoding, "backslashreplace").decode(encoding), file=stream, flush=True)
