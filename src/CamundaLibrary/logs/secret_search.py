"""Where secrets are in a text, whole ones and what is left of those that were cut."""

import re
from collections.abc import Collection, Iterable, Iterator

from CamundaLibrary.logs.spellings import spellings_of

_SHORT = 4
_SURE = 16
"""So many characters of a longer secret are seen as what is left of it."""

Span = tuple[int, int]


class SecretSearch:
    """Finds secrets in all their spellings.

    One of less than four characters counts only where it stands alone, not within a word or number. Robot Framework
    cuts long values and messages, and so do we: found are also beginnings and ends of 16 and more characters, and
    shorter beginnings, from four characters on, before dots.
    """

    def __init__(self, secrets: Collection[str]) -> None:
        self._spellings = spellings_of(secrets)
        self.longest = max(map(len, self._spellings), default=0) + len("...")
        self._whole = _alternatives(map(_search, _longest_first(self._spellings)))
        self._dotted = _alternatives(_beginning_before_dots(each) for each in _longest_first(self._spellings))
        self._beginnings = _by_part(self._spellings, slice(_SURE))
        self._ends = _by_part(self._spellings, slice(-_SURE, None))
        self._parts = _alternatives(map(re.escape, {**self._beginnings, **self._ends}))

    def __bool__(self) -> bool:
        return bool(self._spellings)

    def spans(self, text: str) -> list[Span]:
        """Returns where secrets are, in order, none over another."""
        if not self._whole:
            return []
        found = [match.span() for match in self._whole.finditer(text)]
        for pattern, span in ((self._dotted, _before_dots), (self._parts, self._grow)):
            if pattern:
                found += [span(match) for match in pattern.finditer(text)]
        return _merged(found)

    def _grow(self, part: re.Match[str]) -> Span:
        """Returns how far a beginning or end of 16 characters goes on as the secret does."""
        text, (start, end) = part.string, part.span()
        for spelling in self._beginnings.get(part[0], ()):
            end = max(end, start + _common(spelling, text[start : start + len(spelling)]))
        for spelling in self._ends.get(part[0], ()):
            before = text[max(part.end() - len(spelling), 0) : part.end()]
            start = min(start, part.end() - _common(spelling[::-1], before[::-1]))
        return start, end


def _by_part(spellings: Iterable[str], part: slice) -> dict[str, list[str]]:
    """Returns the spellings that are long enough to be known by a part, by that part."""
    found: dict[str, list[str]] = {}
    for spelling in spellings:
        if len(spelling) > _SURE + _SHORT:
            found.setdefault(spelling[part], []).append(spelling)
    return found


def _common(first: str, second: str) -> int:
    """Returns how many characters both have in common at their beginnings."""
    for position, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return position
    return min(len(first), len(second))


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _longest_first(spellings: Iterable[str]) -> list[str]:
    return sorted(spellings, key=lambda spelling: (-len(spelling), spelling))


def _alternatives(patterns: Iterable[str]) -> re.Pattern[str] | None:
    joined = "|".join(filter(None, patterns))
    return re.compile(joined) if joined else None


def _search(spelling: str) -> str:
    return rf"(?<!\w){re.escape(spelling)}(?!\w)" if len(spelling) < _SHORT else re.escape(spelling)


def _beginning_before_dots(spelling: str) -> str:
    """Returns `abcd(?:e(?:f)?)?(?=\\.\\.\\.)` for `abcdefg`."""
    if len(spelling) <= _SHORT:
        return ""
    more = [re.escape(character) for character in spelling[_SHORT : min(len(spelling) - 1, _SURE)]]
    return re.escape(spelling[:_SHORT]) + "".join(f"(?:{each}" for each in more) + ")?" * len(more) + r"(?=\.\.\.|…)"


def _before_dots(match: re.Match[str]) -> Span:
    return match.span()


def pieces(text: str, spans: Iterable[Span]) -> Iterator[str]:
    """Yields what is outside of the spans: one piece more than there are spans."""
    end = 0
    for start, next_end in spans:
        yield text[end:start]
        end = next_end
    yield text[end:]
