"""One parser for the durations of settings, manifests and files.

Written as in Robot Framework (`90s`, `5 minutes`, `1:30`, `1.5` seconds) or as ISO 8601 (`PT5M`, `P1DT2H`).
Keyword arguments are not read here: Robot Framework converts them itself.
"""

import re
from datetime import timedelta

_UNITS = {
    "milliseconds": ("milliseconds", "millisecond", "millisecs", "millisec", "millis", "msecs", "msec", "ms"),
    "seconds": ("seconds", "second", "secs", "sec", "s"),
    "minutes": ("minutes", "minute", "mins", "min", "m"),
    "hours": ("hours", "hour", "h"),
    "days": ("days", "day", "d"),
    "weeks": ("weeks", "week", "w"),
}
_UNIT_OF = {spelling: unit for unit, spellings in _UNITS.items() for spelling in spellings}
_SIZES = {"day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1000, "millisecond": 1}
# Compiled when first needed, as most runs read no duration: `re` keeps them.
_NUMBER = r"\d+(?:\.\d+)?"
_TIMER = r"(?:(?P<hours>\d+):)?(?P<minutes>\d+):(?P<seconds>\d+(?:\.\d+)?)"
_WORD = r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]+)\s*"
_ISO = (
    r"P(?=.)(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?=.)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)


def parse_duration(text: str) -> timedelta:
    """Returns the duration that `text` names; ValueError with a sentence if it names none."""
    text = str(text).strip()
    for read in (_read_number, _read_named_groups, _read_words):
        try:
            duration = read(text)
        except OverflowError:
            raise ValueError(f"'{text}' is too long a duration.") from None
        if duration is not None:
            return duration
    raise ValueError(f"'{text}' is no duration. Write it like '90s', '5 minutes', '1:30' or 'PT5M'.")


def parse_durations(text: str) -> tuple[timedelta, ...]:
    """Returns the durations of a comma-separated list: `10s, 1m, 10m`."""
    return tuple(parse_duration(part) for part in str(text).split(","))


def format_duration(duration: timedelta) -> str:
    """Returns `duration` for people: `1 minute 30 seconds`."""
    left = to_milliseconds(duration)
    parts = []
    for unit, size in _SIZES.items():
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}{'s' if count > 1 else ''}")
    return " ".join(parts) or "0 seconds"


def format_iso(duration: timedelta) -> str:
    """Returns `duration` as ISO 8601 text, at millisecond precision: `PT1M30S`."""
    milliseconds = to_milliseconds(duration)
    days, milliseconds = divmod(milliseconds, 86_400_000)
    hours, milliseconds = divmod(milliseconds, 3_600_000)
    minutes, milliseconds = divmod(milliseconds, 60_000)
    seconds = f"{milliseconds / 1000:.3f}".rstrip("0").rstrip(".")
    clock = "".join(
        f"{count}{unit}" for count, unit in ((str(hours), "H"), (str(minutes), "M"), (seconds, "S")) if count != "0"
    )
    return f"P{f'{days}D' if days else ''}{f'T{clock}' if clock else ''}" if days or clock else "PT0S"


def to_milliseconds(duration: timedelta) -> int:
    """Returns what goes over the wire."""
    return round(duration / timedelta(milliseconds=1))


def _read_number(text: str) -> timedelta | None:
    return timedelta(seconds=float(text)) if re.fullmatch(_NUMBER, text) else None


def _read_named_groups(text: str) -> timedelta | None:
    match = re.fullmatch(_TIMER, text) or re.fullmatch(_ISO, text.upper())
    return timedelta(**{unit: float(count) for unit, count in match.groupdict().items() if count}) if match else None


def _read_words(text: str) -> timedelta | None:
    words, duration = text.lower(), timedelta()
    while match := re.match(_WORD, words):
        if match["unit"] not in _UNIT_OF:
            return None
        duration += timedelta(**{_UNIT_OF[match["unit"]]: float(match["number"])})
        words = words[match.end() :]
    return duration if text and not words else None
