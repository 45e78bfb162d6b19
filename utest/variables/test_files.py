"""File variables."""

import pytest

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables import FileValue, decode


def test_file_of_a_path_is_read_when_sent(tmp_path):
    path = tmp_path / "Größe.txt"
    path.write_bytes(b"\0\xff")
    value = FileValue("Größe.txt", path=str(path), encoding="UTF-8")
    assert (value.size, value.read(), value.value, value.path) == (2, b"\0\xff", "Größe.txt", path)
    assert value.to_wire() == {
        "type": "File",
        "value": "AP8=",
        "valueInfo": {"filename": "Größe.txt", "mimeType": "text/plain", "encoding": "UTF-8"},
    }


def test_empty_file_is_sent_as_empty_text():
    assert FileValue("empty", content=b"").size == 0
    assert FileValue("empty", content=b"").to_wire()["value"] == ""


@pytest.mark.parametrize(
    ("filename", "mime_type"),
    [
        ("a.pdf", "application/pdf"),
        ("a.PNG", "image/png"),
        ("a.html", "text/html"),
        ("a.tar.gz", "application/gzip"),
        ("a", "application/octet-stream"),
        ("a.unheard-of", "application/octet-stream"),
    ],
)
def test_media_type_follows_the_name(filename, mime_type):
    assert FileValue(filename, content=b"").mime_type == mime_type


def test_media_type_as_given():
    assert FileValue("a.pdf", content=b"", mime_type="text/x-mine").mime_type == "text/x-mine"


def test_media_type_of_a_file_in_the_engine_is_not_guessed():
    assert FileValue("a.pdf").mime_type is None


def test_file_in_the_engine_has_no_content():
    value = decode({"type": "File", "value": None, "valueInfo": {"filename": "a.txt"}})
    assert isinstance(value, FileValue)
    assert value.size is None
    assert not value.has_content
    for read in (value.read, value.to_wire):
        with pytest.raises(ValueRefused) as refused:
            read()
        assert str(refused.value) == "File 'a.txt' has no content here: it must be downloaded first."


def test_file_that_is_gone(tmp_path):
    value = FileValue("gone.txt", path=tmp_path / "gone.txt")
    for look in (lambda: value.size, value.read, value.to_wire):
        with pytest.raises(ValueRefused) as refused:
            look()
        assert str(refused.value) == f"File '{tmp_path / 'gone.txt'}' cannot be read: No such file or directory."


def test_file_without_a_name_is_refused():
    with pytest.raises(ValueRefused) as refused:
        FileValue("", content=b"x").to_wire()
    assert str(refused.value) == "A file without a name cannot be stored."


def test_files_differ_by_content_and_name():
    assert FileValue("a", content=b"x") == FileValue("a", content=b"x")
    assert len({FileValue("a", content=b"x"), FileValue("a", content=b"y"), FileValue("b", content=b"x")}) == 3


def test_repr_says_where_the_content_is(tmp_path):
    assert repr(FileValue("a", path=tmp_path / "b")) == f"<File 'a' at '{tmp_path / 'b'}'>"
