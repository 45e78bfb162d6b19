"""Notes which keyword runs, for whoever watches the worker, in a file beside the task file.

No hook is called for it: Robot Framework would make objects for each of them in every keyword of every robot. Instead
a thread looks once a second at Robot's own stack, which is no public API. What it does not find there as in Robot
Framework 7 it does not tell; the run is never disturbed.
"""

import contextlib
import threading
from pathlib import Path
from typing import Any

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.task.json_file import write_json

INTERVAL = 1.0  # seconds, to the first look, too: short runs are left alone
_MOST_NAMES = 10
_LONGEST_NAME = 200

Note = dict[str, Any]
"""`robotTask`, `keywords` from the outermost to the one that runs, and `since` when that runs."""


class Progress:
    """Writes notes until it is stopped, one a second at most, and only where something changed."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="progress", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it; the last note stays."""
        self._ended.set()
        self._thread.join(INTERVAL)

    def _run(self) -> None:
        last: Note | None = None
        while not self._ended.wait(INTERVAL):
            note = look()
            if note and note != last:
                last = note
                with contextlib.suppress(TaskFileError):
                    write_json(self._file, note)


def look() -> Note | None:
    """Returns what the run of this process does now; None between keywords, and where Robot Framework hides it."""
    try:
        from robot.running.context import EXECUTION_CONTEXTS

        context = EXECUTION_CONTEXTS.current
        results = [result for _, result, *_ in tuple(context.steps) if hasattr(result, "full_name")]
        names = [str(result.full_name)[:_LONGEST_NAME] for result in results]
        since = results[-1].start_time.astimezone().isoformat()
        test = context.test.name if context.test else None
    except (ImportError, AttributeError, IndexError, TypeError, ValueError):
        return None
    return {"robotTask": test, "keywords": names[-_MOST_NAMES:], "since": since}
