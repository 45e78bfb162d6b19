"""How a secret may be spelled in what a run leaves behind."""

import base64
import json
from collections.abc import Collection, Iterator
from urllib.parse import quote, quote_plus

_LONG_LINE = 8
_LONG_ENOUGH = 6  # characters; what is shorter would be found by chance


def spellings_of(secrets: Collection[str]) -> set[str]:
    """Returns all spellings of the secrets; of one of several lines, a key say, each longer line is one, too."""
    texts = {text for secret in secrets for text in (secret, *_lines(secret)) if text.strip()}
    return {spelling for text in texts for spelling in (*_escaped(text), *_encoded(text))}


def escape(text: str) -> str:
    """Returns `text` as Robot Framework writes it into HTML."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _lines(secret: str) -> list[str]:
    """Consoles and messages that Robot Framework cuts hold some of them."""
    lines = [line.strip() for line in secret.splitlines()]
    return [line for line in lines if len(line) >= _LONG_LINE]


def _escaped(secret: str) -> Iterator[str]:
    for text in (
        secret,
        repr(secret)[1:-1],
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret, errors="replace"),
        quote(secret, safe="", errors="replace"),
        quote_plus(secret, errors="replace"),
    ):
        html = escape(text)
        quoted = html.replace('"', "&quot;")
        apostrophes = (quoted.replace("'", "&#x27;"), quoted.replace("'", "&#39;"), quoted.replace("'", "&apos;"))
        for spelling in (text, html, escape(html), quoted, *apostrophes, _in_a_name(quoted)):
            yield spelling
            yield _as_javascript(spelling)


def _encoded(secret: str) -> Iterator[str]:
    """Yields what is seen of it in hexadecimal and in base64, alone or within more: `Basic cm9ib3Q6aHVudGVyMg==`."""
    content = secret.encode("utf-8", "surrogatepass")
    if len(content) < _LONG_ENOUGH:
        return
    yield content.hex()
    yield content.hex().upper()
    for before in range(3):
        whole = base64.b64encode(bytes(before) + content).decode("ascii").rstrip("=")
        start, end = (0, 2, 3)[before], len(whole) - ((before + len(content)) % 3 != 0)
        yield whole[start:end]
        yield whole[start:end].replace("+", "-").replace("/", "_")


def _in_a_name(html: str) -> str:
    """Returns `html` as Robot Framework writes it into the names of keywords and robot tasks."""
    return html.replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#09;")


def _as_javascript(text: str) -> str:
    """Returns `text` as Robot Framework writes it into the scripts of log.html."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return text.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r").replace("</", "\\x3c/")
