"""Known secrets taken out of what is published."""

import base64
import json
import re
import zlib
from collections.abc import Collection, Iterator
from urllib.parse import quote, quote_plus

# The lines of log.html and log-1.js that hold what comes from the run, and the literals in them; a key is no value.
# A literal begins with `*` and is HTML, or it is such text compressed (robot/reporting/jswriter.py, stringcache.py).
_MODEL = r'(?m)^(window\.(?:output\["\w+"\]|settings|\w+\d+) = (?:window\.output\["strings"\]\.concat\()?)(.*)$'
_STRINGS = r'(?m)^window\.(?:output\["strings"\]|strings\d+) = '
_LITERAL = r'"([^"\\]*(?:\\.[^"\\]*)*)"(\s*:)?'
_COMPRESSED = r"e[A-Za-z0-9+/]{7,}={0,2}"
_SHORT = 4
_HIDDEN = "<secret>"


class LogUnreadableError(Exception):
    """A log in which secrets cannot be found, because it is not written as Robot Framework writes it."""


class Scrubber:
    """Replaces known secrets by `<secret>`, as they are and as HTML, JavaScript, JSON, Python or URLs spell them.

    A secret of less than four characters is replaced only where it stands alone, not within a word or number.
    """

    def __init__(self, secrets: Collection[str]) -> None:
        self._secret = _pattern(secrets)

    def text(self, text: str, is_html: bool = False) -> str:
        """Returns `text` without the secrets."""
        return self._secret.sub(_escape(_HIDDEN) if is_html else _HIDDEN, text) if self._secret else text

    def file(self, content: bytes, is_html: bool = False) -> bytes:
        """Returns a text file without the secrets: UTF-16 if it begins so, otherwise as UTF-8."""
        if not self._secret:
            return content
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return self.text(content.decode("utf-16", "replace"), is_html).encode("utf-16", "replace")
        return self.text(content.decode("utf-8", "surrogateescape"), is_html).encode("utf-8", "surrogateescape")

    def log(self, content: bytes) -> bytes:
        """Returns a log.html, or a part of one, without the secrets; LogUnreadableError if it has no strings."""
        if not self._secret:
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


def _pattern(secrets: Collection[str]) -> re.Pattern[str] | None:
    found = {spelling for secret in secrets if secret.strip() for spelling in _spellings(secret)}
    longest_first = sorted(found, key=lambda spelling: (-len(spelling), spelling))
    return re.compile("|".join(map(_search, longest_first))) if found else None


def _search(spelling: str) -> str:
    return rf"(?<!\w){re.escape(spelling)}(?!\w)" if len(spelling) < _SHORT else re.escape(spelling)


def _spellings(secret: str) -> Iterator[str]:
    for text in (
        secret,
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
    ):
        html = _escape(text)
        quoted = html.replace('"', "&quot;")
        apostrophes = (quoted.replace("'", "&#x27;"), quoted.replace("'", "&#39;"))
        for spelling in (text, html, _escape(html), quoted, *apostrophes, _in_a_name(quoted)):
            yield spelling
            yield _as_javascript(spelling)


def _escape(text: str) -> str:
    """Returns `text` as Robot Framework writes it into HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _in_a_name(html: str) -> str:
    """Returns `html` as Robot Framework writes it into the names of keywords and robot tasks."""
    return html.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#09;")


def _as_javascript(text: str) -> str:
    """Returns `text` as Robot Framework writes it into the scripts of log.html."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replace("</", "\\x3c/")
