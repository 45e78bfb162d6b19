"""Sentences for Python values that cannot be stored: each names the conversion that helps."""

from CamundaLibrary.errors import ValueRefused

_CONVERSIONS = {
    "Secret": "secrets are not stored in process variables",
    "SecretStr": "secrets are not stored in process variables",
    "Decimal": "convert it to text (str) or, where rounding is no matter, to a float",
    "Fraction": "convert it to text (str) or, where rounding is no matter, to a float",
    "PurePath": "a file is stored by `Set Task File`, its path as text (str)",
    "Set": "convert it to a list",
    "set": "convert it to a list",
    "frozenset": "convert it to a list",
    "timedelta": "convert it to a number of seconds or to text (str)",
    "datetime": "convert it to text with isoformat(), or store it in a variable of its own",
    "date": "convert it to text with isoformat(), or store it in a variable of its own",
    "time": "convert it to text with isoformat()",
    "bytes": "convert it to text, or store it in a variable of its own",
    "bytearray": "convert it to text, or store it in a variable of its own",
    "Enum": "use its name or its value",
    "UUID": "convert it to text (str)",
    "Iterator": "convert it to a list",
    "generator": "convert it to a list",
    "IOBase": "a file is stored by `Set Task File`",
}
_OTHERWISE = "convert it to text, a number, a list or a dictionary"


def refuse_type(value: object, type: str = "", place: str = "") -> ValueRefused:
    """Returns the refusal of a value for its Python type.

    `type` is the engine's type it should have become, `place` where it was found inside a dictionary or list.
    """
    name = value.__class__.__name__
    what = f"The value at {place} is of type {name} and" if place else f"A value of type {name}"
    return ValueRefused(f"{what} cannot be stored{f' as {type}' if type else ''}: {_advice(value)}.")


def _advice(value: object) -> str:
    for base in value.__class__.__mro__:
        if base.__name__ in _CONVERSIONS:
            return _CONVERSIONS[base.__name__]
    return _OTHERWISE
