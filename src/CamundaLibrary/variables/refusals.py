"""Sentences for Python values that cannot be stored: each names the conversion that helps."""

from CamundaLibrary.errors import ValueRefused

_SECRETS = frozenset(("Secret", "SecretBytes", "SecretContainer", "SecretStr"))
_KEEP_SECRETS = "secrets are not stored in process variables, where everybody who sees the process can read them"
_CONVERSIONS = {
    "Decimal": "convert it to text, or to a float where rounding does no harm",
    "Fraction": "convert it to text, or to a float where rounding does no harm",
    "PurePath": "use `Set Task File` to store the file, or convert the path to text",
    "_IOBase": "use `Set Task File` to store a file",
    "Set": "convert it to a list",
    "set": "convert it to a list",
    "frozenset": "convert it to a list",
    "generator": "convert it to a list",
    "date": "convert it to text by its isoformat(), or store it in a variable of its own",
    "time": "convert it to text by its isoformat()",
    "timedelta": "convert it to a number of seconds, or to text",
    "bytes": "convert it to text, or store it in a variable of its own",
    "bytearray": "convert it to text, or store it in a variable of its own",
    "memoryview": "convert it to text, or store it in a variable of its own",
    "Enum": "use its name or its value",
    "UUID": "convert it to text",
}
_OTHERWISE = "convert it to text, a number, a list or a dictionary"


def refuse_type(value: object, type: str = "", *, place: str = "", advice: str = _OTHERWISE) -> ValueRefused:
    """Returns the refusal of a value for its Python type.

    `type` is the engine's type that was asked for, `place` where the value is inside a dictionary or list, and
    `advice` what to say where no better conversion is known.
    """
    what = f"The value at {place} is of Python type" if place else "A value of Python type"
    verb = "and cannot be stored" if place else "cannot be stored"
    advice = _KEEP_SECRETS if is_secret(value) else _find_conversion(value) or advice
    return ValueRefused(f"{what} {_name(value)} {verb}{f' as {type}' if type else ''}: {advice}.")


def is_secret(value: object) -> bool:
    """Returns whether `value` is a secret of Robot Framework, rpaframework, Robocorp or pydantic.

    They are known by the names of their classes, since none of these is imported here. Some are dictionaries, which
    would be stored without a word.
    """
    return any(base.__name__ in _SECRETS for base in type(value).__mro__)


def _find_conversion(value: object) -> str | None:
    names = (base.__name__ for base in type(value).__mro__)
    return next((_CONVERSIONS[name] for name in names if name in _CONVERSIONS), None)


def _name(value: object) -> str:
    return type(value).__name__
