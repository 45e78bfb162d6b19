"""Files."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.binaries import encode_base64
from CamundaLibrary.variables.filenames import safe_filename
from CamundaLibrary.variables.typed_value import TypedValue, value_type

_COMPRESSED = {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}
_ANY = "application/octet-stream"


@value_type("File")
class FileValue(TypedValue):
    """A file: its name, its media type, and its content where that is here, in memory or at a path.

    A file read from the engine has no content: that is downloaded apart. Its name is made safe by `safe_filename`.
    """

    __slots__ = ("_content", "_mime_type", "encoding", "filename", "path")

    def __init__(
        self,
        filename: str,
        *,
        path: str | os.PathLike[str] | None = None,
        content: bytes | None = None,
        mime_type: str | None = None,
        encoding: str | None = None,
    ) -> None:
        super().__init__(filename)
        self.filename: Final = filename
        self.path: Final = None if path is None else Path(path)
        self.encoding: Final = encoding
        self._content = content
        self._mime_type = mime_type

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        raise ValueRefused("A File variable is set by `Set Task File`.")

    @classmethod
    def from_wire(cls, wire: object, info: Mapping[str, object]) -> TypedValue:
        filename, mime_type, encoding = (_text(info.get(key)) for key in ("filename", "mimeType", "encoding"))
        return cls(safe_filename(filename or ""), mime_type=mime_type, encoding=encoding)

    @property
    def mime_type(self) -> str | None:
        """The media type; guessed from the name where none was given and the content is here, else None."""
        return self._mime_type or (_guess_mime_type(self.filename) if self.has_content else None)

    @property
    def has_content(self) -> bool:
        """Whether `read` has something to read."""
        return self._content is not None or self.path is not None

    @property
    def size(self) -> int | None:
        """Bytes of content; None where it is not here. Raises ValueRefused if the file is gone."""
        if self._content is not None:
            return len(self._content)
        try:
            return None if self.path is None else self.path.stat().st_size
        except OSError as error:
            raise self._unreadable(error) from error

    def read(self) -> bytes:
        """Returns the content. Raises ValueRefused if it is not here, or the file cannot be read."""
        if self._content is not None:
            return self._content
        if self.path is None:
            raise ValueRefused(f"File '{self.filename}' has no content here: it must be downloaded first.")
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise self._unreadable(error) from error

    def to_wire(self) -> dict[str, object]:
        """Returns the file with its content in base64. Raises ValueRefused as `read`, or if it has no name."""
        if not self.filename:
            raise ValueRefused("A file without a name cannot be stored.")
        info = {"filename": self.filename, "mimeType": self.mime_type, "encoding": self.encoding}
        return {
            "type": self.type,
            "value": encode_base64(self.read()),
            "valueInfo": {key: text for key, text in info.items() if text},
        }

    def _unreadable(self, error: OSError) -> ValueRefused:
        return ValueRefused(f"File '{self.path}' cannot be read: {error.strerror or error}.")

    def _identity(self) -> tuple[object, ...]:
        return (self.type, self.filename, self.path, self._content, self._mime_type, self.encoding)

    def __repr__(self) -> str:
        where = f" at '{self.path}'" if self.path else "" if self._content is None else f" of {self.size} bytes"
        return f"<File '{self.filename}'{where}>"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _guess_mime_type(filename: str) -> str:
    from mimetypes import guess_type

    mime_type, compression = guess_type(filename)
    return _COMPRESSED.get(compression, _ANY) if compression else mime_type or _ANY
