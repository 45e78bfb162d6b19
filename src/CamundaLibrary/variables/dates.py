"""Points in time."""

import re
import time
from datetime import date, datetime, timedelta, timezone

from CamundaLibrary.errors import ValueRefused, ValueUnreadable
from CamundaLibrary.variables.scalars import refuse_value
from CamundaLibrary.variables.typed_value import TypedValue, shorten, value_type

_ISO = (
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ]([0-9]{2}:[0-9]{2})(?:(:[0-9]{2})(?:[.,]([0-9]{1,9}))?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_WIRE = r"[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}[+-][0-9]{4}"
_FIRST_MISSING_DAY = "1582-10-05"
_FIRST_GREGORIAN_DAY = "1582-10-15"
_DAY_AFTER_PYTHON = "10000-01-01"


@value_type("Date")
class DateValue(TypedValue):
    """A point in time, in milliseconds; Python's are aware and in local time.

    The calendar of Java, and so of the engine, has no 5 to 14 October 1582: it would store other days for them.
    """

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        moment = parse_iso(value) if isinstance(value, str) else _to_datetime(value)
        try:
            wire = format_wire(moment)
        except (OverflowError, ValueError) as error:
            raise ValueRefused(f"'{moment}' cannot be stored as Date: only the years 1 to 9999 can.") from error
        if _FIRST_MISSING_DAY <= wire < _FIRST_GREGORIAN_DAY:
            raise ValueRefused(f"'{moment}' cannot be stored as Date: the engine's calendar has no such day.")
        return cls(wire)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return cls(item) if isinstance(item, str) and re.fullmatch(_WIRE, item) else cls.from_python(item)

    def _read(self) -> object:
        if not isinstance(self._wire, str) or not re.fullmatch(_WIRE, self._wire):
            raise ValueError(f"{shorten(self._wire)} is no date of the engine")
        try:
            return to_local(_parse_wire(self._wire))
        except (ValueError, OverflowError) as error:
            raise ValueError(f"Python has no date '{self._wire}'") from error

    def _identity(self) -> tuple[object, ...]:
        """The same time is written with other offsets by engines in other time zones."""
        try:
            return (self.type, self.value)
        except ValueUnreadable:
            return super()._identity()


def parse_iso(text: str) -> datetime:
    """Returns the time that ISO 8601 text names: a date, or date and time, with or without offset.

    `T` may be a space, the offset `Z`, `+02:00` or `+0200`. Raises ValueRefused.
    """
    match = re.fullmatch(_ISO, text)
    if not match:
        raise refuse_value(text, "Date", "write it like 2026-01-31T12:00:00+01:00")
    try:
        return datetime.fromisoformat(_normalize(*match.groups()))
    except ValueError as error:
        raise refuse_value(text, "Date", "there is no such day or time") from error


def format_wire(moment: datetime) -> str:
    """Returns `moment` as the engine reads it; naive is local time. Raises OverflowError outside of years 1 to 9999."""
    utc = to_local(moment).astimezone(timezone.utc)
    return f"{utc.replace(tzinfo=None).isoformat(timespec='milliseconds')}+0000"


def to_local(moment: datetime) -> datetime:
    """Returns `moment` as aware datetime in local time; naive is local time.

    Where the system knows no local time (Windows before 1970, the ends of the calendar) standard time is taken.
    """
    try:
        return moment.astimezone()
    except (OSError, OverflowError, ValueError):
        return _to_standard_time(moment, timezone(timedelta(seconds=-time.timezone)))


def _to_standard_time(moment: datetime, standard: timezone) -> datetime:
    """Returns `moment` as it is where standard time is outside of the years 1 to 9999."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=standard)
    try:
        return moment.astimezone(standard)
    except OverflowError:
        return moment


def _to_datetime(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    raise refuse_value(value, "Date", "use a datetime, a date, or text like 2026-01-31T12:00:00+01:00")


def _normalize(day: str, clock: str | None, seconds: str | None, fraction: str | None, offset: str | None) -> str:
    """Returns the form of ISO 8601 that Python 3.10 reads."""
    if not clock:
        return day
    if offset == "Z":
        offset = "+00:00"
    elif offset and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    return f"{day}T{clock}{seconds or ':00'}.{(fraction or '').ljust(6, '0')[:6]}{offset or ''}"


def _parse_wire(text: str) -> datetime:
    """An engine east of here writes the last hours of the year 9999 as 10000."""
    if text.startswith(_DAY_AFTER_PYTHON):
        day_before = _parse_wire(text.replace(_DAY_AFTER_PYTHON, "9999-12-31", 1))
        return day_before.astimezone(timezone.utc) + timedelta(days=1)
    return datetime.fromisoformat(f"{text[:-2]}:{text[-2:]}")
