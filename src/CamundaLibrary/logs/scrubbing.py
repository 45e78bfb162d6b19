"""Known secrets taken out of what is published or kept."""

import base64
import re
import zlib
from collections.abc import Collection
from typing import TextIO

from CamundaLibrary.logs.secret_search import SecretSearch, pieces
from CamundaLibrary.logs.spellings import escape

# The lines of log.html and log-1.js that hold what comes from the run, and the literals in them; a key is no value.
# A literal begins with `*` and is HTML, or it is such text compressed (robot/reporting/jswriter.py, stringcache.py).
_MODEL = r'(?m)^(window\.(?:output\["\w+"\]|settings|\w+\d+) = (?:window\.output\["strings"\]\.concat\()?)(.*)$'
_STRINGS = r'(?m)^window\.(?:output\["strings"\]|strings\d+) = '
_LITERAL = r'"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?'
_COMPRESSED = r"e[A-Za-z0-9+/]{7,}={0,2}"
_HIDDEN = "<secret>"
_CHUNK = 4_000_000  # characters


class LogUnreadableError(Exception):
    """A log in which secrets cannot be found, because it is not written as Robot Framework writes it."""


class Scrubber:
    """Replaces known secrets by `<secret>`, as they are and in the spellings of HTML, JSON, Python, URLs, base64 …

    What is left of a secret that was cut goes, too: see `SecretSearch`.
    """

    def __init__(self, secrets: Collection[str]) -> None:
        self._search = SecretSearch(secrets)

    def finds(self, text: str) -> bool:
        """Whether there is a secret in `text`."""
        return bool(self._search.spans(text))

    def text(self, text: str, is_html: bool = False) -> str:
        """Returns `text` without the secrets."""
        spans = self._search.spans(text)
        return (escape(_HIDDEN) if is_html else _HIDDEN).join(pieces(text, spans)) if spans else text

    def file(self, content: bytes, is_html: bool = False) -> bytes:
        """Returns a text file without the secrets: UTF-16 if it begins so, otherwise as UTF-8."""
        if not self._search:
            return content
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return self.text(content.decode("utf-16", "replace"), is_html).encode("utf-16", "replace")
        return self.text(content.decode("utf-8", "surrogateescape"), is_html).encode("utf-8", "surrogateescape")

    def stream(self, source: TextIO, target: TextIO, is_html: bool = False) -> bool:
        """Copies a text of any length without the secrets; returns whether there were any."""
        hidden, found, before, text = escape(_HIDDEN) if is_html else _HIDDEN, False, 0, ""
        while chunk := source.read(_CHUNK):
            text += chunk
            end = max(len(text) - 2 * self._search.longest, before)
            spans = [span for span in self._search.spans(text) if before <= span[0] < end]
            end = max([end, *(span[1] for span in spans)])
            target.write(hidden.join(pieces(text[:end], spans))[before:])
            found = found or bool(spans)
            text, before = text[max(end - 1, 0) :], min(end, 1)  # a short secret must see what is before it
        spans = [span for span in self._search.spans(text) if span[0] >= before]
        target.write(hidden.join(pieces(text, spans))[before:])
        return found or bool(spans)

    def log(self, content: bytes) -> bytes:
        """Returns a log.html, or a part of one, without the secrets; LogUnreadableError if it has no strings."""
        if not self._search:
            return content
        text = content.decode("utf-8", "surrogateescape")
        if not re.search(_STRINGS, text):
            raise LogUnreadableError
        return re.sub(_MODEL, self._line, text).encode("utf-8", "surrogateescape")

    def _line(self, line: re.Match[str]) -> str:
        return line[1] + re.sub(_LITERAL, self._literal, line[2])

    def _literal(self, literal: re.Match[str]) -> str:
        value, is_key = literal[1], literal[2]
        if is_key or not value:
            return literal[0]
        plain = _decompress(value)
        if plain is None:
            return f'"{self.text(value, is_html=True)}"'
        clean = self.text(plain, is_html=True)
        return literal[0] if clean == plain else f'"{_compress(clean)}"'


def _decompress(value: str) -> str | None:
    if not re.fullmatch(_COMPRESSED, value):
        return None
    try:
        return zlib.decompress(base64.b64decode(value)).decode("utf-8", "surrogateescape")
    except (ValueError, zlib.error):
        return None


def _compress(text: str) -> str:
    """Returns what the log itself can unpack: it knows zlib by the header of level 9."""
    return base64.b64encode(zlib.compress(text.encode("utf-8", "surrogateescape"), 9)).decode("ascii")
