"""Json: dictionaries and lists, of any size."""

import json
import math
from collections.abc import Mapping, Sequence

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.refusals import is_secret, refuse_type
from CamundaLibrary.variables.texts import check_length, to_text
from CamundaLibrary.variables.typed_value import TypedValue, value_type

_DEEPEST = 200
_LARGEST = 10**1000
"""The engine's JSON reader takes numbers of 1000 digits, and 1000 levels: Python fails earlier inside deep keywords."""
_PLAIN = frozenset((str, bool, type(None)))

Place = tuple[object, ...]


@value_type("Json")
class JsonValue(TypedValue):
    """A dictionary, a list, or any other value of JSON; on the wire it is text, which the engine does not check."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        try:
            plain = to_plain(value)
        except RecursionError:
            raise _too_deep() from None
        text = json.dumps(plain, ensure_ascii=False)
        return cls(check_length(text if _is_unicode(text) else json.dumps(plain), cls._type))

    def to_task_item(self) -> tuple[str, object]:
        try:
            value = self._read()
        except (ValueError, TypeError, RecursionError):
            value = None
        return ("JsonText", self._wire) if value is None else (self.type, value)

    def _read(self) -> object:
        return parse_json(self._wire)


@value_type("JsonText")
class JsonText(JsonValue):
    """Text that is JSON already: how users ask for a Json value. The engine has no such type."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        text = check_length(to_text(value, cls._type), cls._type)
        try:
            parse_json(text)
        except (ValueError, RecursionError) as error:
            raise ValueRefused(f"The text cannot be stored as JsonText: {error}.") from error
        return JsonValue(text)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return JsonValue(item) if isinstance(item, str) else cls.from_python(item)


def parse_json(text: object) -> object:
    """Returns what strict JSON text says. Raises ValueError, TypeError or RecursionError."""
    if not isinstance(text, str):
        raise TypeError("it is no text")
    return json.loads(text, parse_constant=_refuse_constant, parse_float=_parse_float)


def to_plain(value: object, place: Place = ()) -> object:
    """Returns `value` with plain dictionaries and lists. Raises ValueRefused, which says where something is wrong.

    `place` are the keys and indexes that lead to `value`.
    """
    if type(value) in _PLAIN:
        return value
    if isinstance(value, (int, float)):
        return _check_number(value, place)
    if len(place) > _DEEPEST:
        raise _too_deep()
    if is_secret(value):
        raise refuse_type(value, "Json", place=_show(place))
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Mapping):
        return {_check_key(key, place): to_plain(item, (*place, key)) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [to_plain(item, (*place, index)) for index, item in enumerate(value)]
    raise refuse_type(value, "Json", place=_show(place))


def _too_deep() -> ValueRefused:
    return ValueRefused(f"A value that contains itself, or more than {_DEEPEST} levels, cannot be stored as Json.")


def _check_number(number: float, place: Place) -> float:
    what = f"The value at {_show(place)}" if place else "The number"
    if isinstance(number, int):
        if not -_LARGEST < number < _LARGEST:
            raise ValueRefused(f"{what} cannot be stored as Json: it has more than 1000 digits.")
    elif not math.isfinite(number):
        raise ValueRefused(f"{what} cannot be stored as Json: {number} is no number of JSON.")
    return number


def _check_key(key: object, place: Place) -> str:
    if isinstance(key, str):
        return key
    where = f" at {_show(place)}" if place else ""
    raise ValueRefused(
        f"The dictionary{where} cannot be stored as Json: its key {key!r} is of Python type {type(key).__name__}, "
        "keys must be text."
    )


def _show(place: Place) -> str:
    return "".join(f"[{step!r}]" for step in place)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _parse_float(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text} is too large a number")
    return number
