"""Which kinds of files are kept with a log: known by their name and by how they begin."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

HEAD = 1024
"""How many bytes of a file `FileType.fits` wants to see."""


@dataclass(frozen=True)
class FileType:
    """A kind of files; `mime` is what a browser is told, `is_text` whether secrets can be found in it."""

    mime: str
    fits: Callable[[bytes], object]
    is_text: bool = False

    @property
    def is_markup(self) -> bool:
        return self.mime.endswith(("html", "xml"))


def file_type(path: PurePath) -> FileType | None:
    """Returns the type that the extension of `path` stands for; None if such files are not kept with a log."""
    return _TYPES.get(path.suffix.lower())


def _begins(pattern: bytes) -> Callable[[bytes], object]:
    return re.compile(pattern, re.DOTALL).match


def _is_text(head: bytes) -> bool:
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head


def _is_svg(head: bytes) -> bool:
    return b"<svg" in head or (b"<?xml" in head and _is_text(head))


_JPEG = FileType("image/jpeg", _begins(rb"\xff\xd8\xff"))
_HTML = FileType("text/html", _is_text, is_text=True)
_PLAIN = FileType("text/plain", _is_text, is_text=True)
_JSON = FileType("application/json", _is_text, is_text=True)
_OFFICE = FileType("application/octet-stream", _begins(rb"PK\x03\x04|\xd0\xcf\x11\xe0"))

_TYPES = {
    ".png": FileType("image/png", _begins(rb"\x89PNG\r\n\x1a\n")),
    ".jpg": _JPEG,
    ".jpeg": _JPEG,
    ".gif": FileType("image/gif", _begins(rb"GIF8[79]a")),
    ".webp": FileType("image/webp", _begins(rb"RIFF.{4}WEBP")),
    ".bmp": FileType("image/bmp", _begins(rb"BM")),
    ".svg": FileType("image/svg+xml", _is_svg, is_text=True),
    ".webm": FileType("video/webm", _begins(rb"\x1aE\xdf\xa3")),
    ".mp4": FileType("video/mp4", _begins(rb".{4}ftyp")),
    ".pdf": FileType("application/pdf", _begins(rb".{0,1019}%PDF-")),
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
