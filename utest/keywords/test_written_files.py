"""Files that keywords write."""

from pathlib import Path

import pytest

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.keywords.written_files import make_folder, path_within, write_file


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b.txt"
    assert write_file(path, b"content") == str(path)
    assert path.read_bytes() == b"content"


def test_what_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueRefused) as caught:
        write_file(tmp_path, b"content")
    assert str(caught.value).startswith(f"Writing '{tmp_path}' failed: ")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    (tmp_path / "file").touch()
    with pytest.raises(ValueRefused) as caught:
        make_folder(tmp_path / "file")
    assert str(caught.value).startswith(f"Making folder '{tmp_path / 'file'}' failed: ")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("model.bpmn", "model.bpmn"),
        ("forms/review.html", "forms/review.html"),
        ("forms\\review.html", "forms/review.html"),
        ("/etc/passwd", "etc/passwd"),
        ("../../x", "file/file/x"),
        ("C:\\x", "C_/x"),
        ("a/./b", "a/file/b"),
        ("", "file"),
        ("/", "file"),
    ],
)
def test_names_from_outside_never_leave_the_folder(name: str, path: str) -> None:
    assert path_within(Path("folder"), name) == Path("folder") / path
