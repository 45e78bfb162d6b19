"""Typed values of an engine and their Python twins."""

from CamundaLibrary.variables.binaries import BytesValue
from CamundaLibrary.variables.dates import DateValue
from CamundaLibrary.variables.documents import JsonValue
from CamundaLibrary.variables.encoding import check_name, decode, encode, encode_all
from CamundaLibrary.variables.filenames import safe_filename
from CamundaLibrary.variables.files import FileValue
from CamundaLibrary.variables.objects import ObjectValue, UnknownValue
from CamundaLibrary.variables.scalars import (
    BooleanValue,
    DoubleValue,
    IntegerValue,
    LongValue,
    NullValue,
    ShortValue,
)
from CamundaLibrary.variables.task_file import from_task_file, to_task_file
from CamundaLibrary.variables.texts import StringValue, XmlValue
from CamundaLibrary.variables.typed_value import TypedValue

__all__ = [
    "BooleanValue",
    "BytesValue",
    "DateValue",
    "DoubleValue",
    "FileValue",
    "IntegerValue",
    "JsonValue",
    "LongValue",
    "NullValue",
    "ObjectValue",
    "ShortValue",
    "StringValue",
    "TypedValue",
    "UnknownValue",
    "XmlValue",
    "check_name",
    "decode",
    "encode",
    "encode_all",
    "from_task_file",
    "safe_filename",
    "to_task_file",
]
