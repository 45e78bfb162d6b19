"""Names of files that come from outside, made harmless."""

import re

LONGEST_NAME = 200
"""Bytes in UTF-8: file systems take 255, and what writes the file may add a suffix."""

_FORBIDDEN = r'[<>:"|?*\ud800-\udfff]'
_INVISIBLE = r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]"
_RESERVED = r"(?i)(con|prn|aux|nul|clock\$|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3]) *(\..*)?"


def safe_filename(name: str) -> str:
    """Returns the base name in `name`, changed where it must be so that it names a file on every system.

    Folders and drives are cut off, what Windows forbids becomes `_`, control characters go, and so do spaces and dots
    at the end; too long names keep their extension; without anything left the name is `file`.
    """
    base = re.sub(_INVISIBLE, "", name).replace("\\", "/").rpartition("/")[2]
    base = re.sub(_FORBIDDEN, "_", base).strip().rstrip(". ")
    if re.fullmatch(_RESERVED, base):
        base = f"_{base}"
    return _cut(base) or "file"


def _cut(name: str) -> str:
    if len(name.encode()) <= LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not stem or len(extension.encode()) > 20:
        stem, dot, extension = name, "", ""
    room = LONGEST_NAME - len(f"{dot}{extension}".encode())
    return f"{stem.encode()[:room].decode(errors='ignore').rstrip('. ')}{dot}{extension}"
