"""Typed values in a task file: written and read, by hand too."""

import json
import sys
from datetime import datetime, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from CamundaLibrary.errors import ValueRefused, ValueUnreadable
from CamundaLibrary.variables import FileValue, NullValue, decode, encode, from_task_file, to_task_file

HERE = Path(__file__).parent
JAVA = "application/x-java-serialized-object"


@pytest.mark.parametrize(
    ("value", "item"),
    [
        (encode(None), None),
        (encode(True), True),
        (encode(5), 5),
        (encode(5, "Long"), {"type": "Long", "value": 5}),
        (encode(5, "Short"), {"type": "Short", "value": 5}),
        (encode(2**40), 2**40),
        (encode(5.0), 5.0),
        (decode({"type": "Double", "value": "NaN"}), {"type": "Double", "value": "NaN"}),
        (encode("text"), "text"),
        (decode({"type": "String", "value": "x" * 4001}), {"type": "String", "value": "x" * 4001}),
        (NullValue("String"), {"type": "String", "value": None}),
        (NullValue("Object"), {"type": "Object", "value": None}),
        (NullValue("Json"), {"type": "Json", "value": None}),
        (
            encode(datetime(2026, 1, 31, tzinfo=timezone.utc)),
            {"type": "Date", "value": "2026-01-31T00:00:00.000+0000"},
        ),
        (
            decode({"type": "Date", "value": "12026-01-31T00:00:00.000+0000"}),
            {"type": "Date", "value": "12026-01-31T00:00:00.000+0000"},
        ),
        (encode(b"\0\xff"), {"type": "Bytes", "value": "AP8="}),
        (encode({"a": [1, None]}), {"a": [1, None]}),
        (encode([]), []),
        (encode("text", "Json"), {"type": "Json", "value": "text"}),
        (encode("null", "JsonText"), {"type": "JsonText", "value": "null"}),
        (decode({"type": "Json", "value": "{bad"}), {"type": "JsonText", "value": "{bad"}),
        (decode({"type": "Json", "value": "[1e999]"}), {"type": "JsonText", "value": "[1e999]"}),
        (encode("<a/>", "Xml"), {"type": "Xml", "value": "<a/>"}),
        (decode({"type": "Xml", "value": "<a"}), {"type": "Xml", "value": "<a"}),
        (encode({"type": "Long", "value": 5}), {"type": "Json", "value": {"type": "Long", "value": 5}}),
        (encode({"type": "circle", "value": 5}), {"type": "Json", "value": {"type": "circle", "value": 5}}),
        (encode({"type": "file", "path": "x"}), {"type": "Json", "value": {"type": "file", "path": "x"}}),
        (encode({"type": "string"}), {"type": "Json", "value": {"type": "string"}}),
        (encode({"type": "circle"}), {"type": "circle"}),
        (encode({"value": 5}), {"value": 5}),
        (encode({"type": "Long", "value": 5, "unit": "kg"}), {"type": "Long", "value": 5, "unit": "kg"}),
    ],
)
def test_value_reads_back_as_it_was_written(value, item):
    assert to_task_file(value) == item
    read = from_task_file(json.loads(json.dumps(item)), HERE)
    assert read == value
    assert type(read) is type(value)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["type", "value", "path", "filename", "x"]), inner),
)


@settings(database=None, deadline=None)
@given(json_values | st.binary() | st.datetimes())
def test_any_value_reads_back_as_it_was_written(python_value):
    value = encode(python_value) if not _is_too_large(python_value) else encode(python_value, "Json")
    assert from_task_file(json.loads(json.dumps(to_task_file(value))), HERE) == value


@settings(database=None, deadline=None)
@given(json_values)
def test_any_json_in_a_task_file_is_a_value_or_refused_in_a_sentence(item):
    sentence = _read_or_refusal(item)
    assert sentence is None or sentence.endswith(".")


def _read_or_refusal(item):
    try:
        from_task_file(item, HERE)
    except ValueRefused as error:
        return str(error)
    return None


def _is_too_large(value):
    return isinstance(value, int) and not -(2**63) <= value < 2**63


def test_json_that_is_spaced_in_another_way_reads_back_the_same():
    value = decode({"type": "Json", "value": '{"b":1,"a":[ ]}'})
    read = from_task_file(to_task_file(value), HERE)
    assert (read.type, read.value) == ("Json", {"b": 1, "a": []})


@pytest.mark.parametrize(
    ("wire", "item", "value"),
    [
        ('["a"]', {"type": "Object", "value": ["a"]}, ["a"]),
        ('"text"', {"type": "Object", "value": '"text"'}, "text"),
        ("null", {"type": "Object", "value": "null"}, None),
    ],
)
def test_java_object_in_json(wire, item, value):
    given = decode({"type": "Object", "value": wire, "valueInfo": {"serializationDataFormat": "application/json"}})
    assert to_task_file(given) == item
    read = from_task_file(item, HERE)
    assert (read.type, read.value) == ("Object", value)


@pytest.mark.parametrize(
    ("wire", "serialization_format"),
    [("rO0ABXNyABNqYXZh", JAVA), ("<a/>", "application/xml"), ("{bad", "application/json")],
)
def test_java_object_that_cannot_be_read_stays_so(wire, serialization_format):
    given = decode({"type": "Object", "value": wire, "valueInfo": {"serializationDataFormat": serialization_format}})
    assert to_task_file(given) == {"type": "Object", "value": wire}
    read = from_task_file(to_task_file(given), HERE)
    with pytest.raises(ValueUnreadable):
        _ = read.value


def test_value_of_a_type_that_only_the_engine_knows_becomes_json():
    assert to_task_file(decode({"type": "Money", "value": {"amount": 5}})) == {"type": "Json", "value": {"amount": 5}}
    assert to_task_file(decode({"type": "Money", "value": None})) is None


@pytest.mark.parametrize(
    ("item", "type_name", "value"),
    [
        ({"type": "integer", "value": "5"}, "Integer", 5),
        ({"type": "Boolean", "value": "true"}, "Boolean", True),
        (
            {"type": "Date", "value": "2026-01-31T12:00:00+01:00"},
            "Date",
            datetime(2026, 1, 31, 11, tzinfo=timezone.utc),
        ),
        ({"value": "5", "type": "JSON"}, "Json", "5"),
        ({"type": "JsonText", "value": "[5]"}, "Json", [5]),
        ({"type": "JsonText", "value": None}, "Json", None),
    ],
)
def test_typed_form_by_hand(item, type_name, value):
    read = from_task_file(item, HERE)
    assert (read.type, read.value) == (type_name, value)


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("x" * 4001, None),
        (float("nan"), "nan cannot be stored as Double: only finite numbers can."),
        ({"type": "Integer", "value": "five"}, "'five' cannot be stored as Integer: write it with digits only."),
        (
            {"type": "Date", "value": "soon"},
            "'soon' cannot be stored as Date: write it like 2026-01-31T12:00:00+01:00.",
        ),
        ({"type": "Bytes", "value": "hello"}, "'hello' cannot be stored as Bytes: write it as base64."),
        ({"type": "Bytes", "value": "aGk"}, "'aGk' cannot be stored as Bytes: write it as base64."),
        ({"type": "Bytes", "value": 5}, "5 cannot be stored as Bytes: write it as base64."),
        ({"type": "Null", "value": 5}, "5 cannot be stored as Null: only None can."),
        ({"type": "String"}, "An object of type String needs a value and no other keys."),
        ({"type": "String", "path": "x"}, "An object of type String needs a value and no other keys."),
        (
            {"type": "String", "value": "x", "filename": "x"},
            "An object of type String needs a value and no other keys.",
        ),
        ({"type": "File"}, "An object of type File needs a path, and perhaps a filename and a mimeType."),
        ({"type": "File", "value": "x"}, "An object of type File needs a path, and perhaps a filename and a mimeType."),
        ({"type": "File", "path": 5}, "The path of a file must be text, not 5."),
        ({"type": "File", "path": "x", "filename": None}, "The filename of a file must be text, not None."),
        (
            {"type": "circle", "value": 5},
            "There is no variable type 'circle'. The types are Boolean, Bytes, Date, Double, File, Integer, Json, "
            "JsonText, Long, Null, Object, Short, String, Xml. "
            'A Json value that looks like it is written {"type": "Json", "value": …}.',
        ),
        ({"type": None, "value": 5}, None),
        ({"type": ["a"], "path": 5}, None),
    ],
)
def test_item_that_cannot_be_understood_is_refused(item, message):
    with pytest.raises(ValueRefused) as refused:
        from_task_file(item, HERE)
    if message:
        assert str(refused.value) == message


def test_file_beside_the_task_file(tmp_path):
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "photo.png").write_bytes(b"png")
    read = from_task_file({"type": "File", "path": "files/photo.png"}, tmp_path)
    assert isinstance(read, FileValue)
    assert (read.filename, read.mime_type, read.read()) == ("photo.png", "image/png", b"png")
    assert read.path == (tmp_path / "files" / "photo.png").resolve()


def test_file_is_written_with_the_path_of_its_copy(tmp_path):
    value = FileValue("Foto.png", path=tmp_path / "elsewhere.png", mime_type="image/png")
    item = {"type": "File", "path": "files/1.png", "filename": "Foto.png", "mimeType": "image/png"}
    assert to_task_file(value, "files/1.png") == item
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "1.png").touch()
    read = from_task_file(item, tmp_path)
    assert isinstance(read, FileValue)
    assert (read.filename, read.mime_type, read.size) == ("Foto.png", "image/png", 0)


def test_filename_in_a_task_file_is_made_safe(tmp_path):
    (tmp_path / "x").touch()
    read = from_task_file({"type": "File", "path": "x", "filename": "../../y"}, tmp_path)
    assert read.value == "y"


def test_file_that_lies_nowhere_cannot_be_written():
    with pytest.raises(ValueRefused) as refused:
        to_task_file(FileValue("a.txt"))
    assert str(refused.value) == "File 'a.txt' has no path beside the task file."


@pytest.mark.parametrize(
    "path", ["../x", "folder/../../x", "/etc/passwd", "C:\\x", "C:x", "\\x", "\\\\server\\share\\x", "link/x"]
)
def test_path_outside_of_the_folder_is_refused(path, tmp_path):
    folder = tmp_path / "task"
    folder.mkdir()
    (tmp_path / "x").touch()
    if sys.platform != "win32":
        (folder / "link").symlink_to(tmp_path)
    with pytest.raises(ValueRefused) as refused:
        from_task_file({"type": "File", "path": path}, folder)
    assert str(refused.value) == f"The path '{path}' leaves the folder of the task file."


def test_missing_file_is_refused(tmp_path):
    for path in ("gone.txt", "", ".", "gone/x"):
        with pytest.raises(ValueRefused) as refused:
            from_task_file({"type": "File", "path": path}, tmp_path)
        assert str(refused.value) == f"There is no file '{(tmp_path / path).resolve()}'."


def test_path_that_no_system_takes_is_refused(tmp_path):
    if sys.platform != "win32":  # making links needs rights there
        (tmp_path / "circle").symlink_to(tmp_path / "circle")
    for path in ("a\0b", "x" * 5000, "circle/x"):
        with pytest.raises(ValueRefused) as refused:
            from_task_file({"type": "File", "path": path}, tmp_path)
        assert str(refused.value).startswith(("The path '", "There is no file '"))
