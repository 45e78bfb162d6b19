"""Typed values as they stand in a task file (docs: task file), both ways."""

from collections.abc import Mapping
from pathlib import Path

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables.binaries import UnknownValue
from CamundaLibrary.variables.encoding import encode
from CamundaLibrary.variables.filenames import safe_filename
from CamundaLibrary.variables.files import FileValue
from CamundaLibrary.variables.typed_value import VALUE_TYPES, TypedValue, find_value_type, shorten

_KEYS = {"type", "value", "path", "filename", "mimeType"}


def to_task_file(value: TypedValue, file_path: str | None = None) -> object:
    """Returns `value` as JSON: plain where that reads back as the same, else as an object with `type`.

    `file_path` is where a file's content lies, relative to the task file. Raises ValueRefused for a file without it.
    """
    if isinstance(value, FileValue):
        return _file_item(value, file_path)
    if isinstance(value, UnknownValue):
        return {"type": "Json", "value": value.value}
    type, item = value.to_task_item()
    return item if _reads_back(item, value) else {"type": type, "value": item}


def from_task_file(item: object, folder: Path) -> TypedValue:
    """Returns the typed value of what stands in a task file that lies in `folder`.

    Raises ValueRefused for what cannot be stored, an unknown type, a file that is missing or outside of `folder`.
    """
    if not isinstance(item, Mapping) or not _looks_typed(item):
        return encode(item)
    cls = find_value_type(item["type"])
    if cls is FileValue:
        return _read_file_item(item, folder)
    if set(item) != {"type", "value"}:
        raise ValueRefused(f"An object with the type {cls._type} has the keys type and value, and no others.")
    return encode(None, cls._type) if item["value"] is None else cls.from_task_item(item["value"])


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


def _file_item(value: FileValue, file_path: str | None) -> dict[str, object]:
    if file_path is None:
        raise ValueRefused(f"File '{value.filename}' has no path in the task file.")
    item: dict[str, object] = {"type": value.type, "path": file_path, "filename": value.filename}
    return {**item, "mimeType": value.mime_type} if value.mime_type else item


def _read_file_item(item: Mapping[str, object], folder: Path) -> FileValue:
    if "path" not in item or "value" in item:
        raise ValueRefused("An object with the type File has a path, and perhaps filename and mimeType.")
    for key in ("path", "filename", "mimeType"):
        if not isinstance(item.get(key, ""), str):
            raise ValueRefused(f"The {key} of a File is text, not {shorten(item[key])}.")
    path = _inside(str(item["path"]), folder)
    filename = safe_filename(str(item.get("filename") or path.name))
    mime_type = item.get("mimeType")
    return FileValue(filename, path=path, mime_type=str(mime_type) if mime_type else None)


def _inside(text: str, folder: Path) -> Path:
    path = (folder / text).resolve()
    if Path(text).is_absolute() or not path.is_relative_to(folder.resolve()):
        raise ValueRefused(f"The path '{text}' leaves the folder of the task file.")
    if not path.is_file():
        raise ValueRefused(f"There is no file '{path}'.")
    return path
