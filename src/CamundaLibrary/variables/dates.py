"""Points in time."""

import re
from datetime import date, datetime, time, timezone

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.refusals import refuse_type
from CamundaLibrary.variables.typed_value import TypedValue, shorten, value_type

_ISO = re.compile(
    r"(?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[T ](?P<clock>[0-9]{2}:[0-9]{2})(?P<seconds>:[0-9]{2})?(?:[.,](?P<fraction>[0-9]{1,9}))?"
    r"(?P<offset>Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)
_WIRE = re.compile(r"[0-9]{4,}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}[+-][0-9]{4}")


@value_type("Date")
class DateValue(TypedValue):
    """A point in time, in milliseconds; Python's are aware and in local time."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        moment = parse_iso(value) if isinstance(value, str) else _to_datetime(value)
        try:
            return cls(_format_wire(moment))
        except (OverflowError, OSError, ValueError) as error:
            raise ValueRefused(f"'{moment}' cannot be stored as Date: {error}.") from error

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return cls(item) if isinstance(item, str) and _WIRE.fullmatch(item) else cls.from_python(item)

    def _read(self) -> object:
        if not isinstance(self._wire, str) or not _WIRE.fullmatch(self._wire):
            raise ValueError(f"{shorten(self._wire)} is no date of the engine")
        moment = datetime.fromisoformat(f"{self._wire[:-2]}:{self._wire[-2:]}")
        try:
            return moment.astimezone()
        except (OverflowError, OSError):  # at the ends of the calendar; on Windows also before 1970
            return moment


def parse_iso(text: str) -> datetime:
    """Returns the time that ISO 8601 text names: a date, or a date and a time, with or without offset.

    `T` may be a space, the offset `Z`, `+02:00` or `+0200`. Raises ValueRefused.
    """
    match = _ISO.fullmatch(text)
    try:
        return datetime.fromisoformat(_normalize(match)) if match else _no_date(text)
    except ValueError as error:
        raise ValueRefused(f"{shorten(text)} cannot be stored as Date: {error}.") from error


def _no_date(text: str) -> datetime:
    raise ValueRefused(f"{shorten(text)} cannot be stored as Date: write it like 2026-01-31T12:00:00+01:00.")


def _normalize(match: "re.Match[str]") -> str:
    day, clock, seconds, fraction, offset = match.groups()
    if not clock:
        return str(day)
    offset = "+00:00" if offset == "Z" else offset or ""
    if offset and ":" not in offset:
        offset = f"{offset[:3]}:{offset[3:]}"
    return f"{day}T{clock}{seconds or ':00'}.{(fraction or '0').ljust(6, '0')[:6]}{offset}"


def _to_datetime(value: object) -> datetime:
    if isinstance(value, datetime):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    raise refuse_type(value, "Date")


def _format_wire(moment: datetime) -> str:
    utc = moment.astimezone(timezone.utc)
    return f"{utc:%m-%dT%H:%M:%S}".join((f"{utc.year:04d}-", f".{utc.microsecond // 1000:03d}+0000"))
