"""What a log refers to, collected while the robot runs."""

import re
from collections.abc import Iterator

# Compiled when first needed, as most robots show nothing: `re` keeps them.
# Data URIs, pages on the web and places within the log need no file. One letter before the colon is a drive.
_ELSEWHERE = r"(?i)\s*(?:(?!file:)[a-z][a-z0-9+.-]+:|//|[#?]|$)"
_ATTRIBUTE = r"""(?i)(?<![\w-])(?:src|href|poster|data)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))"""
_DOC_LINK = r"\[(.+?\|.*?)]"
_DOC_URL = r"(?i)file://[^\s|)\]}\"']+"
_LONGEST = 4096


class References:
    """The relative and `file:` references of a log, each once, without query and fragment, in the order they came.

    Nothing is looked up on disk here: a file may be written after the message that shows it.
    """

    def __init__(self) -> None:
        self._references: dict[str, None] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._references)

    def collect(self, html: str) -> None:
        """Adds what the attributes `src`, `href`, `poster` and `data` in `html` refer to."""
        for match in re.finditer(_ATTRIBUTE, html):
            self._add(match[match.lastindex or 0], is_html=True)

    def collect_doc(self, text: str) -> None:
        """Adds what a documentation, a metadata value or the message of a robot task refers to.

        Robot Framework's documentation format knows `[shot.png|title]`, which may go over line ends, and URLs;
        a message that starts with `*HTML*` is HTML.
        """
        if text.startswith("*HTML*"):
            self.collect(text)
        elif "|" in text or "file://" in text:
            self._collect_links(text)

    def _collect_links(self, text: str) -> None:
        lines = [line.strip() for line in text.splitlines()]
        for line in (*lines, " ".join(lines)):
            for link in re.finditer(_DOC_LINK, line):
                for part in link[1].split("|", 1):
                    self._add(part)
            for url in re.finditer(_DOC_URL, line):
                self._add(url[0].rstrip(".,!?:;"))

    def _add(self, reference: str, is_html: bool = False) -> None:
        if len(reference) > _LONGEST or re.match(_ELSEWHERE, reference):
            return
        if is_html and "&" in reference:
            from html import unescape  # takes a millisecond to import and is rarely needed

            reference = unescape(reference)
        self._references[re.split(r"[?#]", reference, maxsplit=1)[0].strip()] = None
