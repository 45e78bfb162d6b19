"""Json and Xml: text that the engine keeps at any length."""

import json
import math
from collections.abc import Mapping, Sequence

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.refusals import refuse_type
from CamundaLibrary.variables.scalars import to_text
from CamundaLibrary.variables.typed_value import TypedValue, value_type

LONGEST_TEXT = 20_000_000
"""Characters that the engine's JSON reader takes in one text; also the limit of bytes in base64."""

Place = tuple[object, ...]


@value_type("Json")
class JsonValue(TypedValue):
    """A dictionary, a list, or any other value of JSON; on the wire it is text."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        try:
            text = json.dumps(to_plain(value), ensure_ascii=False)
        except RecursionError:
            raise ValueRefused("A value that contains itself, or is nested too deeply, cannot be stored.") from None
        return cls(check_length(text, cls._type))

    def to_task_item(self) -> tuple[str, object]:
        try:
            value = self._read()
        except (ValueError, TypeError, RecursionError):
            return "JsonText", self._wire
        return (self.type, value) if value is not None else ("JsonText", self._wire)

    def _read(self) -> object:
        return parse_json(self._wire)


@value_type("JsonText")
class JsonText(JsonValue):
    """Text that is JSON already: how users ask for a Json value; the engine has no such type."""

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


@value_type("Xml")
class XmlValue(TypedValue):
    """An XML document, as text."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        text = check_length(to_text(value, cls._type), cls._type)
        _check_xml(text)
        return cls(text)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return cls(item) if isinstance(item, str) else cls.from_python(item)


def parse_json(text: object) -> object:
    """Returns what strict JSON text says. Raises ValueError, TypeError or RecursionError."""
    return json.loads(text, parse_constant=_refuse_constant)  # type: ignore[arg-type] # the TypeError is meant


def to_plain(value: object, place: Place = ()) -> object:
    """Returns `value` with plain dicts and lists of what JSON has. Raises ValueRefused, which says where it is wrong."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return _finite(value, place)
    if isinstance(value, Mapping):
        return {_key(key, place): to_plain(item, (*place, key)) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return [to_plain(item, (*place, index)) for index, item in enumerate(value)]
    raise refuse_type(value, "Json" if not place else "", _show(place))


def check_length(text: str, type: str) -> str:
    """Returns `text` if the engine's JSON reader takes it. Raises ValueRefused."""
    if len(text) > LONGEST_TEXT:
        raise ValueRefused(
            f"A {type} value of {len(text)} characters cannot be stored, the engine takes at most {LONGEST_TEXT}: "
            "put it into a file and use `Set Task File`."
        )
    return text


def _finite(number: float, place: Place) -> float:
    if math.isfinite(number):
        return number
    what = f"The value at {_show(place)} is {number} and" if place else str(number)
    raise ValueRefused(f"{what} cannot be stored: nan and inf are no numbers of JSON.")


def _key(key: object, place: Place) -> str:
    if isinstance(key, str):
        return key
    where = f"The dictionary at {_show(place)}" if place else "The dictionary"
    raise ValueRefused(f"{where} has the key {key!r} of type {type(key).__name__}: keys of Json are text.")


def _show(place: Place) -> str:
    return "".join(f"[{step!r}]" for step in place)


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _check_xml(text: str) -> None:
    from xml.parsers.expat import ExpatError, ParserCreate

    try:
        ParserCreate("utf-8").Parse(text.encode(), True)
    except ExpatError as error:
        raise ValueRefused(f"The text cannot be stored as Xml: {error}.") from error
