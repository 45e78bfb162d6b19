"""Bytes, and values that were serialized or that we do not know."""

from binascii import Error as Base64Error
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping

from CamundaLibrary.errors import ValueRefused, ValueUnreadable
from CamundaLibrary.variables.documents import LONGEST_TEXT, parse_json
from CamundaLibrary.variables.refusals import refuse_type
from CamundaLibrary.variables.typed_value import TypedValue, shorten, value_type

JSON_FORMAT = "application/json"
JAVA_FORMAT = "application/x-java-serialized-object"


@value_type("Bytes")
class BytesValue(TypedValue):
    """Bytes; base64 on the wire and in task files."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        if isinstance(value, str):
            raise ValueRefused("Text cannot be stored as Bytes: use `Encode String To Bytes` (library String) first.")
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise refuse_type(value, cls._type)
        wire = encode_base64(bytes(value))
        if len(wire) > LONGEST_TEXT:
            raise ValueRefused(
                f"{len(bytes(value))} bytes cannot be stored as Bytes, the engine takes at most "
                f"{LONGEST_TEXT // 4 * 3}: put them into a file and use `Set Task File`."
            )
        return cls(wire)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        try:
            decode_base64(item)
        except (ValueError, TypeError) as error:
            raise ValueRefused(f"{shorten(item)} cannot be stored as Bytes: it is no base64.") from error
        return cls(item)

    def _read(self) -> object:
        return decode_base64(self._wire)

    def __repr__(self) -> str:
        return f"<Bytes of {len(str(self._wire)) * 3 // 4} bytes>"


@value_type("Object")
class ObjectValue(TypedValue):
    """A Java object that the engine keeps serialized; readable where its format is JSON, and never written."""

    __slots__ = ("object_type_name", "serialization_format")

    def __init__(self, wire: object, serialization_format: str, object_type_name: str = "") -> None:
        super().__init__(wire)
        self.serialization_format = serialization_format
        self.object_type_name = object_type_name

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        raise ValueRefused("Java objects cannot be written: use type=Json.")

    @classmethod
    def from_wire(cls, wire: object, info: Mapping[str, object]) -> TypedValue:
        format = info.get("serializationDataFormat") or JAVA_FORMAT
        return cls(wire, str(format), str(info.get("objectTypeName") or ""))

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        """Takes JSON as the object, text as its serialized form."""
        if not isinstance(item, str):
            return cls(item, JSON_FORMAT)
        try:
            parse_json(item)
        except (ValueError, RecursionError):
            return cls(item, JAVA_FORMAT if item.startswith("rO0") else "another format")
        return cls(item, JSON_FORMAT)

    def to_wire(self) -> dict[str, object]:
        info = {"objectTypeName": self.object_type_name, "serializationDataFormat": self.serialization_format}
        return {**super().to_wire(), "valueInfo": info}

    def to_task_item(self) -> tuple[str, object]:
        try:
            value = self.value
        except ValueUnreadable:
            return self.type, self._wire
        return (self.type, value) if not isinstance(value, str) else (self.type, self._wire)

    def _read(self) -> object:
        if self.serialization_format != JSON_FORMAT:
            name = f" '{self.object_type_name}'" if self.object_type_name else ""
            raise ValueUnreadable(
                f"The Java object{name} cannot be read: it is serialized as {self.serialization_format}, "
                f"only {JSON_FORMAT} can be read. Let the process store it as Json."
            )
        return parse_json(self._wire) if isinstance(self._wire, str) else self._wire

    def _identity(self) -> tuple[object, ...]:
        return (*super()._identity(), self.serialization_format, self.object_type_name)


class UnknownValue(TypedValue):
    """A value of a type that only the engine knows: as it stands in the engine's JSON."""

    __slots__ = ("_engine_type", "_info")

    def __init__(self, type: str, wire: object, info: Mapping[str, object]) -> None:
        super().__init__(wire)
        self._engine_type = type
        self._info = info

    @property
    def type(self) -> str:
        return self._engine_type

    def to_wire(self) -> dict[str, object]:
        return {**super().to_wire(), **({"valueInfo": dict(self._info)} if self._info else {})}


def encode_base64(content: bytes) -> str:
    """Returns `content` as base64 in one line."""
    return b2a_base64(content, newline=False).decode("ascii")


def decode_base64(text: object) -> bytes:
    """Returns the bytes of strict base64 text. Raises ValueError or TypeError."""
    if not isinstance(text, str):
        raise TypeError(f"{shorten(text)} is no base64")
    content = a2b_base64(text)
    if encode_base64(content) != text:
        raise Base64Error(f"{shorten(text)} is no base64")
    return content
