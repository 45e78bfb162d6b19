"""Bodies that are sent piece by piece: forms with files, and long JSON."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

PIECE = 64 * 1024  # bytes; a socket's timeout is for one piece, so that slow lines may send long bodies


@dataclass(frozen=True)
class Part:
    """One field of a form; with a filename it is a file. `content_type` goes as it is, parameters included."""

    name: str
    content: bytes
    filename: str | None = None
    content_type: str | None = None


class Body:
    """Bytes that are sent piece by piece, without being copied together; may be sent again."""

    def __init__(self, chunks: list[bytes], content_type: str) -> None:
        self._chunks = chunks
        self.content_type = content_type

    def __len__(self) -> int:
        return sum(len(chunk) for chunk in self._chunks)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            for start in range(0, len(chunk), PIECE):
                yield chunk[start : start + PIECE]


def encode_form(parts: list[Part]) -> Body:
    """Returns a `multipart/form-data` body."""
    boundary = uuid.uuid4().hex
    chunks = []
    for part in parts:
        chunks += [f"--{boundary}\r\n{_head(part)}\r\n\r\n".encode(), part.content, b"\r\n"]
    chunks.append(f"--{boundary}--\r\n".encode())
    return Body(chunks, f"multipart/form-data; boundary={boundary}")


def _head(part: Part) -> str:
    head = f'Content-Disposition: form-data; name="{part.name}"'
    if part.filename is not None:
        head += _filename(part.filename)
    if part.content_type is not None:
        head += f"\r\nContent-Type: {part.content_type}"
    return head


def _filename(filename: str) -> str:
    """Returns raw UTF-8, which the engine reads; what cannot stand between quotes goes as RFC 5987 has it."""
    if filename.isprintable() and not set('"\\') & set(filename):
        return f'; filename="{filename}"'
    return f"; filename*=UTF-8''{quote(filename, safe='')}"
