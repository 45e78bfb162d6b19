"""What all typed values have in common, and the list of their types."""

from collections.abc import Callable, Mapping
from typing import ClassVar, TypeVar

from CamundaLibrary.errors import ValueRefused, ValueUnreadable

VALUE_TYPES: "dict[str, type[TypedValue]]" = {}
"""The class of each type, by its name in lower case; filled by `value_type`."""

ValueType = TypeVar("ValueType", bound="type[TypedValue]")


class TypedValue:
    """A value as an engine keeps it: immutable, equal to others of the same type and content.

    Whatever the engine says is kept as it is, and read only when `value` is asked for. A subclass says how: it
    converts from Python (`from_python`), to Python (`_read`), and from and to a task file where that differs from
    the engine's JSON (`from_task_item`, `to_task_item`).
    """

    __slots__ = ("_wire",)
    _type: ClassVar[str] = ""

    def __init__(self, wire: object) -> None:
        """`wire` is the value as it stands in the engine's JSON."""
        self._wire = wire

    @classmethod
    def from_python(cls, value: object) -> "TypedValue":
        """Returns the typed value of a Python value that is not None. Raises ValueRefused."""
        raise NotImplementedError

    @classmethod
    def from_wire(cls, wire: object, info: Mapping[str, object]) -> "TypedValue":
        """Returns the typed value of the engine's `value` and `valueInfo`. Never raises."""
        return cls(wire)

    @classmethod
    def from_task_item(cls, item: object) -> "TypedValue":
        """Returns the typed value of what stands under `value` in a task file, not None. Raises ValueRefused."""
        return cls.from_python(item)

    @property
    def type(self) -> str:
        """The engine's name of the type."""
        return self._type

    @property
    def value(self) -> object:
        """The Python value. Raises ValueUnreadable where there is none."""
        try:
            return self._read()
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise ValueUnreadable(f"A value of type {self.type} cannot be read: {error}.") from error

    def to_wire(self) -> dict[str, object]:
        """Returns `{"type", "value"}`, and `"valueInfo"` where there is some, as in the bodies of the REST API."""
        return {"type": self.type, "value": self._wire}

    def to_task_item(self) -> tuple[str, object]:
        """Returns what stands under `type` and `value` in a task file."""
        return self.type, self._wire

    def _read(self) -> object:
        return self._wire

    def _identity(self) -> tuple[object, ...]:
        return (self.type, self._wire)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TypedValue) and self._identity() == other._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def __repr__(self) -> str:
        return f"<{self.type} {shorten(self._wire)}>"


def value_type(name: str) -> Callable[[ValueType], ValueType]:
    """Registers the decorated class as the one of the engine's type `name`."""

    def register(cls: ValueType) -> ValueType:
        cls._type = name
        VALUE_TYPES[name.lower()] = cls
        return cls

    return register


def find_value_type(name: object) -> "type[TypedValue]":
    """Returns the class of the type that users write as `name`, in any case. Raises ValueRefused."""
    found = VALUE_TYPES.get(name.lower()) if isinstance(name, str) else None
    if found is None:
        known = ", ".join(sorted(cls._type for cls in VALUE_TYPES.values()))
        raise ValueRefused(f"There is no variable type {shorten(name)}. The types are {known}.")
    return found


def shorten(value: object) -> str:
    """Returns `value` quoted for a message, at most 80 characters of it."""
    text = value if isinstance(value, str) else repr(value)
    if len(text) > 80:
        text = f"{text[:77]}..."
    return f"'{text}'" if isinstance(value, str) else text
