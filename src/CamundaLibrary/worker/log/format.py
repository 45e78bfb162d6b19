"""How the worker's log lines look: text for people, JSON for programs.

What a line tells may come from a process or a robot. So nothing in it begins a line of its own, or steers a terminal:
lines that follow the first of an entry are indented, and what cannot be seen is written as `\\x1b`.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from CamundaLibrary.worker.log.fields import fields_of
from CamundaLibrary.worker.log.file import LogFile
from CamundaLibrary.worker.log.repetitions import Repetitions, repeated_of

TEXT, JSON = "text", "json"
FORMATS = (TEXT, JSON)
_INDENT = "\n    "
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


class TextFormat(logging.Formatter):
    """`2026-11-21 09:30:00,125 INFO Text`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        """Returns the line without traceback."""
        return super().formatMessage(record) + repeated_of(record)

    def format(self, record: logging.LogRecord) -> str:
        """Returns one entry; only its first line begins at the margin."""
        return _INDENT.join(map(escape_unseen, super().format(record).replace("\r\n", "\n").split("\n")))


class JsonFormat(logging.Formatter):
    """One JSON object a line. `known` are fields that all lines have."""

    def __init__(self, known: Mapping[str, object] | None = None) -> None:
        super().__init__()
        self.known = dict(known or {})

    def format(self, record: logging.LogRecord) -> str:
        """Returns one entry in one line."""
        entry = {
            "time": datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage() + repeated_of(record),
            **self.known,
            **fields_of(record),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return _UNSEEN.sub(_as_json_escape, json.dumps(entry, ensure_ascii=False, default=str))


class _Console(logging.Handler):
    """Writes to what stderr is at the moment: a live view replaces it for its time."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            if sys.stderr:
                sys.stderr.write(f"{self.format(record)}\n")
                sys.stderr.flush()
        except Exception:
            self.handleError(record)


def set_up_logging(form: str = TEXT, file: Path | None = None) -> None:
    """Has the log written to stderr as `text` or `json`, and to `file` as text. Raises SettingsError for the file."""
    console = _Console()
    console.setFormatter(JsonFormat() if form == JSON else TextFormat())
    console.addFilter(Repetitions())
    logger = logging.getLogger("CamundaLibrary")
    for handler in logger.handlers[:]:
        logger.removeHandler(handler)
        handler.close()
    logger.setLevel(logging.INFO)
    for handler in (console, *([open_log_file(file)] if file else [])):
        logger.addHandler(handler)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # what it warns of we say ourselves


def open_log_file(path: Path) -> logging.Handler:
    """Returns what writes log lines to a file, as text. Raises SettingsError if that cannot be."""
    handler = LogFile(path)
    handler.setFormatter(TextFormat())
    handler.addFilter(Repetitions())
    return handler


def name_worker(worker_id: str) -> None:
    """From now on every line of JSON names the worker."""
    for handler in logging.getLogger("CamundaLibrary").handlers:
        if isinstance(handler.formatter, JsonFormat):
            handler.formatter.known["workerId"] = worker_id


def escape_unseen(text: str) -> str:
    """Returns text that neither ends a line nor steers a terminal."""
    return _UNSEEN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def _as_json_escape(found: "re.Match[str]") -> str:
    return f"\\u{ord(found[0]):04x}"
