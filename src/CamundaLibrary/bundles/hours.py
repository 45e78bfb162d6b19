"""Opening hours of a topic: `Mo-Fr 06:00-22:00; Sa 08:00-12:00`, `22:00-06:00`, `24/7`; by the clock on the wall."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = 24 * 60
_WEEK = 7 * _DAY
_TIMES = re.compile(r"(\d\d?):(\d\d)\s*-\s*(\d\d?):(\d\d)")
_EXAMPLE = "Write it like 'Mo-Fr 06:00-22:00; Sa 08:00-12:00', '22:00-06:00' or '24/7'."


class Hours(NamedTuple):
    """When something is open: spans of minutes since Monday 0:00, in order and apart from each other."""

    spans: tuple[tuple[int, int], ...]

    def is_open(self, at: datetime) -> bool:
        """Whether it is open at that local time."""
        minute = at.weekday() * _DAY + at.hour * 60 + at.minute
        return any(start <= minute < end for start, end in self.spans)

    def until_change(self, at: datetime) -> timedelta | None:
        """Returns the time to the next opening or closing; None if it is always open."""
        if self.spans == ((0, _WEEK),):
            return None
        monday = datetime(at.year, at.month, at.day) - timedelta(days=at.weekday())
        since = at.replace(tzinfo=None) - monday
        edges = sorted({edge % _WEEK for span in self.spans for edge in span if not self._is_seam(edge)})
        coming = [timedelta(minutes=edge) for edge in edges] + [timedelta(minutes=_WEEK + edge) for edge in edges]
        return next(edge for edge in coming if edge > since) - since

    def _is_seam(self, edge: int) -> bool:
        """Whether it is the midnight of Sunday, with both sides open."""
        return edge % _WEEK == 0 and self.spans[0][0] == 0 and self.spans[-1][1] == _WEEK


def parse_hours(text: str) -> Hours:
    """Reads opening hours; ValueError with a sentence if they are none."""
    if text.strip() == "24/7":
        return Hours(((0, _WEEK),))
    spans = [span for rule in text.split(";") if rule.strip() for span in _parse_rule(rule.strip(), text)]
    if not spans:
        raise ValueError(f"'{text}' are no hours. {_EXAMPLE}")
    return Hours(tuple(_merge(spans)))


def _parse_rule(rule: str, text: str) -> Iterator[tuple[int, int]]:
    """Reads `Mo-We,Fr 06:00-12:00,13:00-22:00`; no days means all."""
    match = re.fullmatch(r"(?P<days>[A-Za-z][A-Za-z,\- ]*)?\s*(?P<times>\d[\d:,\- ]*)", rule)
    if not match:
        raise ValueError(f"'{rule}' in '{text}' are no hours. {_EXAMPLE}")
    days = list(_parse_days(match["days"])) if match["days"] else range(7)
    for times in match["times"].split(","):
        start, end = _parse_times(times.strip())
        for day in days:
            yield from _place(day * _DAY + start, day * _DAY + end)


def _parse_days(text: str) -> Iterator[int]:
    for part in text.split(","):
        first, _, last = (name.strip() for name in part.partition("-"))
        start = _find_day(first)
        end = _find_day(last) if "-" in part else start
        yield from ((start + offset) % 7 for offset in range((end - start) % 7 + 1))


def _find_day(name: str) -> int:
    if name.title() not in _DAYS:
        raise ValueError(f"'{name}' is no day. Days are {', '.join(_DAYS)}.")
    return _DAYS.index(name.title())


def _parse_times(text: str) -> tuple[int, int]:
    """Returns minutes of the day; the end is later than 24:00 where it is past midnight."""
    match = _TIMES.fullmatch(text)
    if not match:
        raise ValueError(f"'{text}' is no span of time. {_EXAMPLE}")
    from_hour, from_minute, to_hour, to_minute = map(int, match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if from_minute > 59 or to_minute > 59 or start >= _DAY or end > _DAY:
        raise ValueError(f"'{text}' is no span of time: a day goes from 00:00 to 24:00.")
    if start == end:
        raise ValueError(f"'{text}' is no span of time: it begins and ends at once.")
    return start, end if end > start else end + _DAY


def _place(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yields the span; what goes beyond Sunday belongs to Monday."""
    yield start, min(end, _WEEK)
    if end > _WEEK:
        yield 0, end - _WEEK


def _merge(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    first, *rest = sorted(spans)
    for span in rest:
        if span[0] <= first[1]:
            first = first[0], max(first[1], span[1])
        else:
            yield first
            first = span
    yield first
