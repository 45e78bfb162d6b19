"""The page that is published: a log, the files behind it, and the script that brings them together."""

import base64
import json
import zlib
from collections.abc import Iterable
from pathlib import Path
from string import Template

_HERE = Path(__file__).parent


class Page:
    """A log with files behind it, each base64 in an inert script element; all sizes are bytes.

    With `is_packed` the log and all texts are compressed, and the page unpacks itself when it is opened.
    """

    def __init__(self, name: str, log: bytes, is_packed: bool) -> None:
        self._is_packed = is_packed
        self._script = _resource("kept_files.js")
        self._top = log
        if is_packed:
            self._script += _resource("unpacking.js")
            self._top = _fill("packed.html", title=name) + self.block("packed-log", log, "text/html", name)
        self._blocks: list[bytes] = []
        self._kept: dict[str, int] = {}
        self._reasons: dict[str, str] = {}

    def block(self, class_: str, content: bytes, mime: str, name: str, is_text: bool = True) -> bytes:
        """Returns `content` as an element of this page, which is not yet added."""
        is_packed = self._is_packed and is_text
        attributes = f'class="{class_}" data-type="{_escape(mime)}" data-name="{_escape(name)}"'
        return b'<script type="text/plain" %b%b>%b</script>\n' % (
            attributes.encode("utf-8", "replace"),
            b" data-packed" if is_packed else b"",
            base64.b64encode(zlib.compress(content, 6) if is_packed else content),
        )

    def leave_out(self, reference: str, reason: str) -> None:
        """Has the page say `reason` where the log refers to a file that is not there."""
        self._reasons[reference] = reason

    def keep(self, block: bytes, references: Iterable[str]) -> None:
        """Adds a block of class `kept-file`, which is what the log means by `references`."""
        for reference in references:
            self._reasons.pop(reference, None)
            self._kept[reference] = len(self._blocks)
        self._blocks.append(block)

    def size(self) -> int:
        """Returns the size as of now."""
        return sum(map(len, self.pieces()))

    def pieces(self) -> list[bytes]:
        """Returns the whole page, in pieces."""
        index = json.dumps({"kept": self._kept, "reasons": self._reasons}, ensure_ascii=False)
        return [
            self._top,
            *self._blocks,
            b'<script type="application/json" id="kept-index">%b</script>\n'
            % index.replace("<", "\\u003c").encode("utf-8", "replace"),
            b"<script>\n%b</script>\n" % self._script,
        ]


def note_instead_of_log(**texts: str) -> bytes:
    """Returns a small page on a log that was not published: `reason`, `machine`, `path` and `size`."""
    return _fill("elsewhere.html", **texts)


def format_size(size: int) -> str:
    """Returns `size`, given in bytes, for people: `1.2 MB`, `240 kB`."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{-(-size // 1000)} kB"


def _fill(template: str, **texts: str) -> bytes:
    page = Template(_resource(template).decode())
    return page.substitute({name: _escape(text) for name, text in texts.items()}).encode("utf-8", "replace")


def _escape(text: str) -> str:
    """Does what html.escape does, which takes a millisecond to import."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _resource(name: str) -> bytes:
    return (_HERE / name).read_bytes()
