"""Python values and wire values to typed values."""

from collections.abc import Mapping, Sequence
from datetime import date

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.binaries import BytesValue, UnknownValue
from CamundaLibrary.variables.dates import DateValue
from CamundaLibrary.variables.documents import JsonText, JsonValue
from CamundaLibrary.variables.files import FileValue
from CamundaLibrary.variables.refusals import refuse_type
from CamundaLibrary.variables.scalars import (
    BooleanValue,
    DoubleValue,
    IntegerValue,
    LongValue,
    NullValue,
    StringValue,
)
from CamundaLibrary.variables.typed_value import VALUE_TYPES, TypedValue, find_value_type, shorten

_LONGEST_NAME = 255
_TYPES_OF_PYTHON: tuple[tuple[tuple[type, ...], type[TypedValue]], ...] = (
    ((bool,), BooleanValue),
    ((int,), LongValue),
    ((float,), DoubleValue),
    ((str,), StringValue),
    ((date,), DateValue),
    ((bytes, bytearray, memoryview), BytesValue),
    ((Mapping, Sequence), JsonValue),
)


def encode(value: object, type: str | None = None) -> TypedValue:
    """Returns `value` as the engine keeps it: of the type that fits it, or of the engine's type named `type`.

    `type` is taken in any case; `JsonText` is for text that is JSON already. Text is parsed strictly. None with a type
    is a null of that type. Raises ValueRefused with the limit or the conversion.
    """
    if isinstance(value, TypedValue):
        return _as_asked(value, type)
    if type is not None:
        cls = find_value_type(type)
        return _typed_null(cls) if value is None else cls.from_python(value)
    return NullValue() if value is None else _type_of(value).from_python(value)


def decode(wire: Mapping[str, object]) -> TypedValue:
    """Returns the typed value of the engine's `{"type", "value", "valueInfo"}`. Never raises for what is in it."""
    type, value, info = str(wire.get("type") or ""), wire.get("value"), wire.get("valueInfo")
    info = info if isinstance(info, Mapping) else {}
    cls = VALUE_TYPES.get(type.lower())
    if value is None and cls is not FileValue:
        return NullValue(cls._type if cls else type or "Null")
    return cls.from_wire(value, info) if cls else UnknownValue(type, value, info)


def encode_all(values: Mapping[str, object]) -> dict[str, TypedValue]:
    """Returns every value encoded, under its name. Raises ValueRefused, which names the variable."""
    return {name: _encode_named(name, value) for name, value in values.items()}


def check_name(name: str) -> None:
    """Raises ValueRefused if the engine cannot keep a variable of that name."""
    if not isinstance(name, str):
        raise ValueRefused(f"The name of a variable is text, not {shorten(name)}.")
    if not name:
        raise ValueRefused("The name of a variable cannot be empty.")
    if len(name) > _LONGEST_NAME:
        raise ValueRefused(
            f"The name {shorten(name)} has {len(name)} characters: at most {_LONGEST_NAME} can be stored."
        )
    if name != name.strip():
        raise ValueRefused(f"The name {shorten(name)} begins or ends with a space.")


def _encode_named(name: str, value: object) -> TypedValue:
    check_name(name)
    try:
        return encode(value)
    except ValueRefused as error:
        raise ValueRefused(f"Variable '{name}' cannot be set: {error}") from error


def _as_asked(value: TypedValue, type: str | None) -> TypedValue:
    if type is None or type.lower() == value.type.lower():
        return value
    return encode(value.value, type)


def _typed_null(cls: type[TypedValue]) -> TypedValue:
    if cls is FileValue:
        raise ValueRefused("A File variable is set by `Set Task File`.")
    return NullValue("Json" if cls is JsonText else cls._type)


def _type_of(value: object) -> type[TypedValue]:
    for types, cls in _TYPES_OF_PYTHON:
        if isinstance(value, types):
            return IntegerValue if cls is LongValue and IntegerValue.fits(value) else cls  # type: ignore[arg-type]
    raise refuse_type(value)
