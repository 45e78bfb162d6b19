"""Typed values as they stand in a task file, both ways.

Plain JSON where that says all, else `{"type", "value"}`, for files `{"type", "path", "filename", "mimeType"}`. Text
under `value` that was written by the engine or by us is taken as it is, only read where it is asked for.
"""

from collections.abc import Mapping
from pathlib import Path, PureWindowsPath

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.encoding import encode
from CamundaLibrary.variables.filenames import safe_filename
from CamundaLibrary.variables.files import FileValue
from CamundaLibrary.variables.scalars import NullValue
from CamundaLibrary.variables.typed_value import VALUE_TYPES, TypedValue, find_value_type, shorten

_FILE_KEYS = {"type", "path", "filename", "mimeType"}
_KEYS = {"value", *_FILE_KEYS}


def to_task_file(value: TypedValue, file_path: str | None = None, *, is_typed: bool = False) -> object:
    """Returns `value` as JSON: as short as it can be, or `is_typed` always with its type.

    `file_path` is where the content of a file lies, relative to the task file. Raises ValueRefused for a file that
    lies nowhere.
    """
    if isinstance(value, FileValue):
        return _file_item(value, file_path)
    type_name, item = value.to_task_item()
    if type_name.lower() not in VALUE_TYPES or (not is_typed and _reads_back(item, value)):
        return item
    return {"type": type_name, "value": item}


def from_task_file(item: object, folder: Path) -> TypedValue:
    """Returns the typed value of what stands in a task file that lies in `folder`.

    Raises ValueRefused for what cannot be stored, for an unknown type, and for a file that is missing or not in
    `folder` (links resolved).
    """
    if not isinstance(item, Mapping) or not _looks_typed(item):
        return encode(item)
    cls = _find_type(item["type"])
    if cls is FileValue:
        return _read_file_item(item, folder)
    if set(item) != {"type", "value"}:
        raise ValueRefused(f"An object of type {cls._type} needs a value and no other keys.")
    return _null_of(cls) if item["value"] is None else cls.from_task_item(item["value"])


def _find_type(name: object) -> type[TypedValue]:
    try:
        return find_value_type(name)
    except ValueRefused as error:
        raise ValueRefused(
            f'{error} A Json value that looks like it is written {{"type": "Json", "value": …}}.'
        ) from error


def _looks_typed(item: Mapping[str, object]) -> bool:
    if "type" not in item or not _KEYS.issuperset(item):
        return False
    return "value" in item or "path" in item or str(item["type"]).lower() in VALUE_TYPES


def _reads_back(item: object, value: TypedValue) -> bool:
    if isinstance(item, Mapping) and _looks_typed(item):
        return False
    try:
        return encode(item) == value
    except ValueRefused:
        return False


def _null_of(cls: type[TypedValue]) -> TypedValue:
    return NullValue(cls._type) if cls._type != "JsonText" else NullValue("Json")


def _file_item(value: FileValue, file_path: str | None) -> dict[str, object]:
    if file_path is None:
        raise ValueRefused(f"File '{value.filename}' has no path beside the task file.")
    item: dict[str, object] = {"type": value.type, "path": file_path, "filename": value.filename}
    return {**item, "mimeType": value.mime_type} if value.mime_type else item


def _read_file_item(item: Mapping[str, object], folder: Path) -> FileValue:
    if "path" not in item or not _FILE_KEYS.issuperset(item):
        raise ValueRefused("An object of type File needs a path, and perhaps a filename and a mimeType.")
    for key in _FILE_KEYS & set(item):
        if not isinstance(item[key], str):
            raise ValueRefused(f"The {key} of a file must be text, not {shorten(item[key])}.")
    path = _inside(str(item["path"]), folder)
    filename = safe_filename(str(item.get("filename") or path.name))
    return FileValue(filename, path=path, mime_type=str(item.get("mimeType") or "") or None)


def _inside(text: str, folder: Path) -> Path:
    """Returns the absolute path of a file; what is absolute on Windows is so everywhere."""
    try:
        path = (folder / text).resolve()
        if PureWindowsPath(text).anchor or not path.is_relative_to(folder.resolve()):
            raise ValueRefused(f"The path '{text}' leaves the folder of the task file.")
        if path.is_file():
            return path
    except (OSError, ValueError, RuntimeError) as error:  # too long, a NUL character, links in a circle
        raise ValueRefused(f"The path {shorten(text)} cannot be used: {error}.") from error
    raise ValueRefused(f"There is no file '{path}'.")
