"""Which kinds of files are kept with a log: known by their name and by how they begin."""

from collections.abc import Callable
from pathlib import PurePath
from typing import NamedTuple

HEAD = 1024
"""How many bytes of a file `FileType.fits` wants to see."""


class FileType(NamedTuple):
    """A kind of files; `mime` is what a browser is told, `is_text` whether secrets can be found in it."""

    mime: str
    fits: Callable[[bytes], bool]
    is_text: bool = False

    @property
    def is_markup(self) -> bool:
        return self.mime.endswith(("html", "xml"))


def file_type(path: PurePath) -> FileType | None:
    """Returns the type that the extension of `path` stands for; None if such files are not kept with a log."""
    return _TYPES.get(path.suffix.lower())


def _has(*beginnings: bytes, at: int = 0) -> Callable[[bytes], bool]:
    return lambda head: head[at:].startswith(beginnings)


def _is_pdf(head: bytes) -> bool:
    return b"%PDF-" in head  # readers search for it


def _is_text(head: bytes) -> bool:
    return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))


_JPEG = FileType("image/jpeg", _has(b"\xff\xd8\xff"))
_HTML = FileType("text/html", _is_text, is_text=True)
_JSON = FileType("application/json", _is_text, is_text=True)
_PLAIN = FileType("text/plain", _is_text, is_text=True)
_OFFICE = FileType("application/octet-stream", _has(b"PK\x03\x04", b"\xd0\xcf\x11\xe0"))

_TYPES = {
    ".png": FileType("image/png", _has(b"\x89PNG\r\n\x1a\n")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".gif": FileType("image/gif", _has(b"GIF87a", b"GIF89a")),
    ".webp": FileType("image/webp", _has(b"WEBP", at=8)),
    ".bmp": FileType("image/bmp", _has(b"BM")),
    ".svg": FileType("image/svg+xml", _is_text, is_text=True),
    ".webm": FileType("video/webm", _has(b"\x1aE\xdf\xa3")),
    ".mp4": FileType("video/mp4", _has(b"ftyp", at=4)),
    ".pdf": FileType("application/pdf", _is_pdf),
    ".html": _HTML,
    ".htm": _HTML,
    ".xml": FileType("application/xml", _is_text, is_text=True),
    ".json": _JSON,
    ".har": _JSON,
    ".csv": FileType("text/csv", _is_text, is_text=True),
    ".tsv": FileType("text/tab-separated-values", _is_text, is_text=True),
    **dict.fromkeys((".txt", ".log", ".md", ".yaml", ".yml", ".eml"), _PLAIN),
    **dict.fromkeys((".xlsx", ".xls", ".docx", ".doc", ".pptx", ".ods", ".odt", ".msg", ".zip"), _OFFICE),
}
