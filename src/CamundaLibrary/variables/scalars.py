"""Null, truth, numbers and text."""

import math
import re
from collections.abc import Mapping
from typing import ClassVar, SupportsFloat, cast

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.refusals import refuse_type
from CamundaLibrary.variables.typed_value import TypedValue, shorten, value_type

LONGEST_STRING = 4000
_INTEGER = re.compile(r"[+-]?[0-9]+")
_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")


@value_type("Null")
class NullValue(TypedValue):
    """No value, of a type of its own or of another type: the engine keeps the type of a null."""

    __slots__ = ("_null_type",)

    def __init__(self, type: str = "Null") -> None:
        super().__init__(None)
        self._null_type = type

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        raise ValueRefused(f"A value of Python type {_name(value)} cannot be stored as Null: only None can.")

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
        raise _wrong(value, cls._type, "write true or false")

    def _read(self) -> object:
        if not isinstance(self._wire, bool):
            raise ValueError(f"{shorten(self._wire)} is neither true nor false")
        return self._wire


class _WholeNumber(TypedValue):
    """A whole number of so many bits."""

    __slots__ = ()
    bits: ClassVar[int]

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        number = _to_int(value, cls._type)
        if not cls.fits(number):
            limit = 2 ** (cls.bits - 1)
            raise ValueRefused(
                f"{_digits(number)} cannot be stored as {cls._type}: the range is {-limit} to {limit - 1}."
            )
        return cls(number)

    @classmethod
    def fits(cls, number: int) -> bool:
        """Returns whether `number` is in the range of the type."""
        return number.bit_length() < cls.bits or number == -(2 ** (cls.bits - 1))

    def _read(self) -> object:
        if isinstance(self._wire, bool) or not isinstance(self._wire, int):
            raise ValueError(f"{shorten(self._wire)} is no whole number")
        return self._wire


@value_type("Short")
class ShortValue(_WholeNumber):
    """A whole number of 16 bits."""

    __slots__ = ()
    bits = 16


@value_type("Integer")
class IntegerValue(_WholeNumber):
    """A whole number of 32 bits."""

    __slots__ = ()
    bits = 32


@value_type("Long")
class LongValue(_WholeNumber):
    """A whole number of 64 bits."""

    __slots__ = ()
    bits = 64


@value_type("Double")
class DoubleValue(TypedValue):
    """A floating-point number of 64 bits."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        number = _to_float(value)
        if not math.isfinite(number):
            raise ValueRefused(f"{shorten(value)} cannot be stored as Double: nan and inf are no numbers of JSON.")
        return cls(number)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return cls(item) if item in ("NaN", "Infinity", "-Infinity") else cls.from_python(item)

    def _read(self) -> object:
        return float(cast(SupportsFloat, self._wire))


@value_type("String")
class StringValue(TypedValue):
    """Text of at most 4000 characters (UTF-16 units, as the engine's database counts them)."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        text = to_text(value, cls._type)
        if len(text) > LONGEST_STRING // 2 and utf16_length(text) > LONGEST_STRING:
            raise ValueRefused(
                f"Text of {utf16_length(text)} characters cannot be stored as String, which holds at most "
                f"{LONGEST_STRING}: use type=Json, or put it into a file and use `Set Task File`."
            )
        if "\0" in text:
            raise ValueRefused("Text with a NUL character cannot be stored as String: use type=Json or bytes.")
        return cls(text)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return cls(item) if isinstance(item, str) else cls.from_python(item)


def to_text(value: object, type: str) -> str:
    """Returns the text that `value` is, plain numbers written out. Raises ValueRefused naming the type it is for."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = repr(value)
    if not isinstance(value, str):
        raise _wrong(value, type, "convert it to text first")
    if _LONE_SURROGATE.search(value):
        raise ValueRefused(f"Text with half of a surrogate pair cannot be stored as {type}: it is no valid Unicode.")
    return str.__str__(value)


def utf16_length(text: str) -> int:
    """Returns how many characters Java and databases see in `text`."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _to_int(value: object, type: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    if isinstance(value, str) and _INTEGER.fullmatch(value) and len(value) < 100:
        return int(value)
    raise _wrong(value, type, "write it with digits only")


def _to_float(value: object) -> float:
    if isinstance(value, int) and not isinstance(value, bool):
        return _exact_float(value)
    if isinstance(value, float) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return float(value)
    raise _wrong(value, "Double", "write it like 1.5 or 1e3")


def _exact_float(number: int) -> float:
    try:
        if int(float(number)) == number:
            return float(number)
    except OverflowError:
        pass
    raise ValueRefused(f"{_digits(number)} cannot be stored as Double without loss: use Long or text.")


def _wrong(value: object, type: str, advice: str) -> ValueRefused:
    if isinstance(value, (str, float, int)):
        return ValueRefused(f"{shorten(value)} cannot be stored as {type}: {advice}.")
    return refuse_type(value, type)


def _digits(number: int) -> str:
    return str(number) if number.bit_length() < 250 else f"A number of {number.bit_length()} bits"


def _name(value: object) -> str:
    return type(value).__name__
