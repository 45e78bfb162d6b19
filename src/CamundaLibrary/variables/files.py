"""Files."""

import os
from collections.abc import Mapping
from pathlib import Path

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.binaries import encode_base64
from CamundaLibrary.variables.filenames import safe_filename
from CamundaLibrary.variables.typed_value import TypedValue, value_type


@value_type("File")
class FileValue(TypedValue):
    """A file: its name, its type, and where there is one its content, in memory or at a path.

    A file read from the engine has no content: that is downloaded apart. `mime_type` is guessed from the file's name
    where it is not given and there is content.
    """

    __slots__ = ("_content", "_mime_type", "encoding", "filename", "path")

    def __init__(
        self,
        filename: str,
        *,
        path: "str | os.PathLike[str] | None" = None,
        content: bytes | None = None,
        mime_type: str | None = None,
        encoding: str | None = None,
    ) -> None:
        super().__init__(filename)
        self.filename = filename
        self.path = None if path is None else Path(path)
        self.encoding = encoding
        self._content = content
        self._mime_type = mime_type

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        raise ValueRefused("A File variable is set by `Set Task File`.")

    @classmethod
    def from_wire(cls, wire: object, info: Mapping[str, object]) -> TypedValue:
        return cls(
            safe_filename(_text(info.get("filename")) or ""),
            mime_type=_text(info.get("mimeType")),
            encoding=_text(info.get("encoding")),
        )

    @property
    def mime_type(self) -> str | None:
        """The media type, None where it is not known."""
        if self._mime_type is None and self.has_content:
            return _guess_mime_type(self.filename)
        return self._mime_type

    @property
    def has_content(self) -> bool:
        """Whether `read` has something to read."""
        return self._content is not None or self.path is not None

    @property
    def size(self) -> int | None:
        """Bytes of content; None where there is no content here. Raises ValueRefused if the file cannot be read."""
        if self._content is not None:
            return len(self._content)
        try:
            return None if self.path is None else self.path.stat().st_size
        except OSError as error:
            raise self._unreadable(error) from error

    def read(self) -> bytes:
        """Returns the content. Raises ValueRefused if there is none here, or the file cannot be read."""
        if self._content is not None:
            return self._content
        if self.path is None:
            raise ValueRefused(f"File '{self.filename}' has no content here: it must be downloaded first.")
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise self._unreadable(error) from error

    def to_wire(self) -> dict[str, object]:
        """Returns the file with its content in base64. Raises ValueRefused as `read`."""
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
        where = f" at {str(self.path)!r}" if self.path else "" if self._content is None else f" ({self.size} bytes)"
        return f"<File {self.filename!r}{where}>"


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _guess_mime_type(filename: str) -> str:
    from mimetypes import guess_type

    mime_type, compression = guess_type(filename)
    if compression:
        return {"gzip": "application/gzip", "bzip2": "application/x-bzip2", "xz": "application/x-xz"}.get(
            compression, "application/octet-stream"
        )
    return mime_type or "application/octet-stream"
