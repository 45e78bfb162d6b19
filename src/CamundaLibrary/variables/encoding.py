"""Python values and the engine's JSON to typed values."""

from collections.abc import Mapping, Sequence
from datetime import date

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.binaries import BytesValue
from CamundaLibrary.variables.dates import DateValue
from CamundaLibrary.variables.documents import JsonText, JsonValue
from CamundaLibrary.variables.files import FileValue
from CamundaLibrary.variables.objects import ObjectValue, UnknownValue
from CamundaLibrary.variables.refusals import is_secret, refuse_type
from CamundaLibrary.variables.scalars import BooleanValue, DoubleValue, IntegerValue, LongValue, NullValue
from CamundaLibrary.variables.texts import StringValue, utf16_length
from CamundaLibrary.variables.typed_value import VALUE_TYPES, TypedValue, find_value_type, shorten

_LONGEST_NAME = 255
_TYPES_OF_PYTHON: tuple[tuple[tuple[type, ...], type[TypedValue]], ...] = (
    ((bool,), BooleanValue),
    ((float,), DoubleValue),
    ((str,), StringValue),
    ((date,), DateValue),
    ((bytes, bytearray, memoryview), BytesValue),
    ((Mapping, Sequence), JsonValue),
)


def encode(value: object, type: str | None = None) -> TypedValue:
    """Returns `value` as the engine keeps it: of the type that fits it, or of the engine's type that `type` names.

    `type` is taken in any case; `JsonText` is for text that is JSON already. Text is parsed strictly, never guessed
    at. None with a type is a null of that type. A typed value stays as it is. Raises ValueRefused, which names the
    limit or the conversion.
    """
    if isinstance(value, TypedValue):
        return value if type is None or find_value_type(type)._type == value.type else encode(value.value, type)
    if type is not None:
        return _encode_as(find_value_type(type), value)
    return NullValue() if value is None else _find_type(value).from_python(value)


def decode(wire: Mapping[str, object]) -> TypedValue:
    """Returns the typed value of the engine's `{"type", "value", "valueInfo"}`. Never raises for what is in it."""
    name, value, info = str(wire.get("type") or ""), wire.get("value"), wire.get("valueInfo")
    info = info if isinstance(info, Mapping) else {}
    cls = VALUE_TYPES.get(name.lower())
    if value is None and cls is not FileValue:
        return NullValue(cls._type if cls else name or "Null")
    return cls.from_wire(value, info) if cls else UnknownValue(name, value, info)


def encode_all(values: Mapping[str, object]) -> dict[str, TypedValue]:
    """Returns every value encoded, under its name. Raises ValueRefused, which names the variable."""
    return {name: _encode_named(name, value) for name, value in values.items()}


def check_name(name: str) -> None:
    """Raises ValueRefused if the engine cannot keep a variable of that name."""
    if not isinstance(name, str):
        raise refuse_type(name, advice="the name of a variable must be text")
    if not name:
        raise ValueRefused("The name of a variable must not be empty.")
    if utf16_length(name) > _LONGEST_NAME:
        raise ValueRefused(f"The variable name {shorten(name)} is longer than {_LONGEST_NAME} characters.")
    if name != name.strip():
        raise ValueRefused(f"The variable name {shorten(name)} begins or ends with a space.")
    if "\0" in name or any("\ud800" <= character <= "\udfff" for character in name):
        raise ValueRefused(f"The variable name {name!r} has characters that cannot be stored.")


def _encode_named(name: str, value: object) -> TypedValue:
    check_name(name)
    try:
        return encode(value)
    except ValueRefused as error:
        raise ValueRefused(f"Variable '{name}' cannot be set: {error}") from error


def _encode_as(cls: type[TypedValue], value: object) -> TypedValue:
    if value is not None or cls in (FileValue, ObjectValue):
        return cls.from_python(value)
    return NullValue(JsonValue._type if cls is JsonText else cls._type)


def _find_type(value: object) -> type[TypedValue]:
    if isinstance(value, int) and not isinstance(value, bool):
        return IntegerValue if IntegerValue.fits(value) else LongValue
    for types, cls in _TYPES_OF_PYTHON:
        if isinstance(value, types) and not is_secret(value):
            return cls
    raise refuse_type(value)
