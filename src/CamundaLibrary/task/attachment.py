"""Files of a run that are kept with its task: the log, and what the manifest names."""

from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.settings import Settings
from CamundaLibrary.variables import FileValue

_HTML = "text/html"


class Attachment(NamedTuple):
    """A file and the File variable that it becomes; `scope` is `task` or `process`."""

    variable: str
    scope: str
    path: Path
    filename: str
    mime_type: str

    @property
    def value(self) -> FileValue:
        """The variable's value."""
        encoding = "utf-8" if self.mime_type == _HTML else None
        return FileValue(self.filename, path=self.path, mime_type=self.mime_type, encoding=encoding)


def attach_log(path: Path, variable: str, scope: str) -> Attachment:
    """Returns the published log as what it is kept as."""
    return Attachment(variable, scope, path, "log.html", _HTML)


def name_log(path: Path | None, settings: Settings) -> Attachment | None:
    """Returns the published log, if there is one, as the variable that settings ask for."""
    return attach_log(path, settings.log_variable, settings.log_scope) if path else None
