"""Values that are only read: Java objects, and what no class of ours is for."""

from collections.abc import Mapping
from typing import Final

from CamundaLibrary.errors import ValueRefused, ValueUnreadable
from CamundaLibrary.variables.documents import parse_json
from CamundaLibrary.variables.typed_value import TypedValue, value_type

JSON_FORMAT = "application/json"
XML_FORMAT = "application/xml"
JAVA_FORMAT = "application/x-java-serialized-object"


@value_type("Object")
class ObjectValue(TypedValue):
    """A Java object that the engine keeps serialized; readable where its format is JSON, and never written."""

    __slots__ = ("object_type_name", "serialization_format")

    def __init__(self, wire: object, serialization_format: str, object_type_name: str = "") -> None:
        super().__init__(wire)
        self.serialization_format: Final = serialization_format
        self.object_type_name: Final = object_type_name

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        raise ValueRefused("Java objects can only be read: use type=Json.")

    @classmethod
    def from_wire(cls, wire: object, info: Mapping[str, object]) -> TypedValue:
        serialization_format = info.get("serializationDataFormat") or JAVA_FORMAT
        return cls(wire, str(serialization_format), str(info.get("objectTypeName") or ""))

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        """Takes text as the serialized object, anything else as what its JSON says."""
        return cls(item, _recognize_format(item) if isinstance(item, str) else JSON_FORMAT)

    def to_wire(self) -> dict[str, object]:
        info = {"objectTypeName": self.object_type_name, "serializationDataFormat": self.serialization_format}
        return {**super().to_wire(), "valueInfo": info}

    def to_task_item(self) -> tuple[str, object]:
        try:
            value = self.value
        except ValueUnreadable:
            value = None
        return self.type, self._wire if value is None or isinstance(value, str) else value

    def _read(self) -> object:
        if self.serialization_format != JSON_FORMAT:
            what = f"object of type '{self.object_type_name}'" if self.object_type_name else "object"
            raise ValueUnreadable(
                f"A Java {what} cannot be read: it is serialized as {self.serialization_format}, and only "
                f"{JSON_FORMAT} can be read. The process can store it as Json instead."
            )
        return parse_json(self._wire) if isinstance(self._wire, str) else self._wire

    def _identity(self) -> tuple[object, ...]:
        return (*super()._identity(), self.serialization_format, self.object_type_name)


class UnknownValue(TypedValue):
    """A value of a type that only the engine knows; its Python value is what stands in the engine's JSON."""

    __slots__ = ("_engine_type", "_info")

    def __init__(self, type: str, wire: object, info: Mapping[str, object]) -> None:
        super().__init__(wire)
        self._engine_type = type
        self._info = info

    @property
    def type(self) -> str:
        return self._engine_type

    def to_wire(self) -> dict[str, object]:
        return {**super().to_wire(), "valueInfo": dict(self._info)}

    def to_task_item(self) -> tuple[str, object]:
        return "Json", self._wire


def _recognize_format(text: str) -> str:
    try:
        parse_json(text)
    except (ValueError, RecursionError):
        return XML_FORMAT if text.startswith("<") else JAVA_FORMAT
    return JSON_FORMAT
