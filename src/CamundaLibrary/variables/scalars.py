"""Null, truth and numbers."""

import math
import re
from collections.abc import Mapping
from typing import ClassVar, SupportsFloat, cast

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.refusals import refuse_type
from CamundaLibrary.variables.typed_value import TypedValue, shorten, value_type

_INTEGER = r"[+-]?[0-9]+"
_NUMBER = r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?"


@value_type("Null")
class NullValue(TypedValue):
    """No value, of the type Null or of another one: the engine keeps the type of a null."""

    __slots__ = ("_null_type",)

    def __init__(self, type: str = "Null") -> None:
        super().__init__(None)
        self._null_type = type

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        raise refuse_value(value, cls._type, "only None can")

    @classmethod
    def from_wire(cls, wire: object, info: Mapping[str, object]) -> TypedValue:
        return cls()

    @property
    def type(self) -> str:
        return self._null_type


@value_type("Boolean")
class BooleanValue(TypedValue):
    """True or false."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        if isinstance(value, str) and value.lower() in ("true", "false"):
            return cls(value.lower() == "true")
        if isinstance(value, bool):
            return cls(value)
        raise refuse_value(value, cls._type, "write true or false")

    def _read(self) -> object:
        if not isinstance(self._wire, bool):
            raise ValueError(f"{shorten(self._wire)} is neither true nor false")
        return self._wire


class WholeNumber(TypedValue):
    """A whole number of so many bits."""

    __slots__ = ()
    bits: ClassVar[int]

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        number = _to_int(value, cls._type)
        if not cls.fits(number):
            limit = 1 << (cls.bits - 1)
            raise ValueRefused(
                f"{_show(value)} cannot be stored as {cls._type}: the range is {-limit} to {limit - 1}{cls._advice()}."
            )
        return cls(number)

    @classmethod
    def fits(cls, number: int) -> bool:
        """Returns whether `number` is in the range of the type."""
        limit = 1 << (cls.bits - 1)
        return -limit <= number < limit

    @classmethod
    def _advice(cls) -> str:
        return ". Larger numbers can be stored as text" if cls is LongValue else ""

    def _read(self) -> object:
        if isinstance(self._wire, bool) or not isinstance(self._wire, int):
            raise ValueError(f"{shorten(self._wire)} is no whole number")
        return self._wire


@value_type("Short")
class ShortValue(WholeNumber):
    """A whole number of 16 bits."""

    __slots__ = ()
    bits = 16


@value_type("Integer")
class IntegerValue(WholeNumber):
    """A whole number of 32 bits."""

    __slots__ = ()
    bits = 32


@value_type("Long")
class LongValue(WholeNumber):
    """A whole number of 64 bits."""

    __slots__ = ()
    bits = 64


@value_type("Double")
class DoubleValue(TypedValue):
    """A floating-point number of 64 bits. nan and inf are read (processes may have them), but not written."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        number = _to_float(value)
        if not math.isfinite(number):
            raise ValueRefused(f"{shorten(value)} cannot be stored as Double: only finite numbers can.")
        return cls(number)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return cls(item) if item in ("NaN", "Infinity", "-Infinity") else cls.from_python(item)

    def _read(self) -> object:
        return float(cast(SupportsFloat, self._wire))


def refuse_value(value: object, type: str, advice: str) -> ValueRefused:
    """Returns the refusal of `value` as the type that was asked for."""
    if value is None or isinstance(value, (str, float, int)):
        return ValueRefused(f"{shorten(value)} cannot be stored as {type}: {advice}.")
    return refuse_type(value, type, advice=advice)


def _to_int(value: object, type: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and re.fullmatch(_INTEGER, value):
        return int(value[:1000])  # Python reads no number of more than 4300 digits
    raise refuse_value(value, type, "write it with digits only")


def _to_float(value: object) -> float:
    if isinstance(value, int) and not isinstance(value, bool):
        return _to_exact_float(value)
    if isinstance(value, float) or (isinstance(value, str) and re.fullmatch(_NUMBER, value)):
        return float(value)
    raise refuse_value(value, "Double", "write it like 1.5 or 1e3")


def _to_exact_float(number: int) -> float:
    try:
        if int(float(number)) == number:
            return float(number)
    except OverflowError:
        pass
    raise ValueRefused(f"{_show(number)} cannot be stored as Double without loss: use Long or text.")


def _show(number: object) -> str:
    if isinstance(number, int) and number.bit_length() > 250:
        return f"A number of {number.bit_length()} bits"
    return shorten(number)
