"""What a robot that runs notes of itself. Robots can write anything there, so nothing of it is relied on."""

import json
import os
import stat
from datetime import datetime
from pathlib import Path
from typing import Any

from CamundaLibrary.task.handover import Handover

_MOST_BYTES = 20_000
_LONGEST = 200
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def read_progress(folder: Path) -> dict[str, Any]:
    """Returns robot task, keyword and the time when it began, of the run in `folder`; None where that is not known."""
    told: dict[str, Any] = {"robotTask": None, "keyword": None, "keywordSince": None}
    try:
        note = json.loads(_read(Handover(folder / "task.json").progress_file))
        told["keyword"] = " > ".join(_clean(name) for name in note["keywords"]) or None
        told["robotTask"] = _clean(note["robotTask"]) if note["robotTask"] else None
        told["keywordSince"] = datetime.fromisoformat(note["since"]).isoformat(timespec="seconds")
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return dict.fromkeys(told)
    return told


def _read(path: Path) -> bytes:
    """Reads a plain file of modest size: no link, and no pipe that would have to be waited for."""
    descriptor = os.open(path, _FLAGS)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(f"'{path}' is no plain file.")
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise OSError(f"'{path}' is too large.")
    return content


def _clean(name: object) -> str:
    if not isinstance(name, str):
        raise TypeError
    return " ".join(name.split())[:_LONGEST]
