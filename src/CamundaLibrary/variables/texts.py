"""Text: String, which is short, and Xml, which is not."""

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.scalars import refuse_value
from CamundaLibrary.variables.typed_value import TypedValue, value_type

LONGEST_STRING = 4000
"""Characters as Java and H2 count them (UTF-16 units); PostgreSQL would take more where there are emoji."""
LONGEST_TEXT = 20_000_000
"""Characters that the engine's JSON reader takes in one text (StreamReadConstraints of Jackson)."""


@value_type("String")
class StringValue(TypedValue):
    """Text of at most 4000 characters."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        text = to_text(value, cls._type)
        length = utf16_length(text)
        if length > LONGEST_STRING:
            raise ValueRefused(
                f"Text of {length} characters{_explain(length, text)} cannot be stored as String, which holds at most "
                f"{LONGEST_STRING}: use type=Json, or write it to a file and use `Set Task File`."
            )
        if "\0" in text:
            raise ValueRefused("Text with a NUL character cannot be stored as String: use type=Json.")
        return cls(text)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return cls(item) if isinstance(item, str) else cls.from_python(item)


@value_type("Xml")
class XmlValue(TypedValue):
    """An XML document, as text; Python code gets the text, too."""

    __slots__ = ()

    @classmethod
    def from_python(cls, value: object) -> TypedValue:
        text = check_length(to_text(value, cls._type), cls._type)
        _check_well_formed(text)
        return cls(text)

    @classmethod
    def from_task_item(cls, item: object) -> TypedValue:
        return cls(item) if isinstance(item, str) else cls.from_python(item)


def to_text(value: object, type: str) -> str:
    """Returns the text that `value` is, a number written out. Raises ValueRefused naming the engine's type.

    Half a surrogate pair is refused: PostgreSQL gets a question mark for it, without an error.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value)
    if not isinstance(value, str):
        raise refuse_value(value, type, "convert it to text first")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueRefused(
            f"Text that is no valid Unicode (half a surrogate pair at index {error.start}) cannot be stored as {type}."
        ) from error
    return str.__str__(value)


def check_length(text: str, type: str) -> str:
    """Returns `text` if the engine's JSON reader takes it. Raises ValueRefused."""
    if utf16_length(text) > LONGEST_TEXT:
        raise ValueRefused(
            f"Text of {utf16_length(text)} characters cannot be stored as {type}, which holds at most {LONGEST_TEXT}: "
            "write it to a file and use `Set Task File`."
        )
    return text


def utf16_length(text: str) -> int:
    """Returns how many characters Java sees in `text`."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _explain(length: int, text: str) -> str:
    return " (an emoji counts as two)" if length != len(text) else ""


def _check_well_formed(text: str) -> None:
    from xml.parsers.expat import ExpatError, ParserCreate

    try:
        ParserCreate("utf-8").Parse(text.encode(), True)
    except ExpatError as error:
        raise ValueRefused(f"The text cannot be stored as Xml: {error}.") from error
