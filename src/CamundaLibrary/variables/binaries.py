"""Bytes, as base64."""

from binascii import a2b_base64, b2a_base64

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.scalars import refuse_value
from CamundaLibrary.variables.texts import LONGEST_TEXT
from CamundaLibrary.variables.typed_value import TypedValue, shorten, value_type


@value_type("Bytes")
class BytesValue(TypedValue):
    """Bytes; base64 on the wire and in task files.

    Text is refused: some words are base64 as well, so it would be a guess what is meant.
    """

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise refuse_value(value, cls._type, "text becomes bytes by `Encode String To Bytes` of the library String")
        wire = encode_base64(bytes(value))
        if len(wire) > LONGEST_TEXT:
            raise ValueRefused(
                f"{len(bytes(value))} bytes cannot be stored as Bytes, which holds at most {LONGEST_TEXT // 4 * 3}: "
                "write them to a file and use `Set Task File`."
            )
        return cls(wire)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        try:
            decode_base64(item)
        except ValueError as error:
            raise refuse_value(item, cls._type, "write it as base64") from error
        return cls(item)

    def _read(self) -> object:
        return decode_base64(self._wire)


def encode_base64(content: bytes) -> str:
    """Returns `content` as base64 in one line."""
    return b2a_base64(content, newline=False).decode("ascii")


def decode_base64(text: object) -> bytes:
    """Returns the bytes of base64 text, padded and without line breaks. Raises ValueError."""
    content = a2b_base64(text) if isinstance(text, str) else b""
    if encode_base64(content) != text:
        raise ValueError(f"{shorten(text)} is no base64")
    return content
