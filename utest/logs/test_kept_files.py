import os
from pathlib import Path

import pytest

from CamundaLibrary.logs.kept_files import FILE_LIMIT, find_files, format_size

PNG = b"\x89PNG\r\n\x1a\n and so on"


@pytest.fixture
def output(tmp_path: Path) -> Path:
    folder = tmp_path / "output"
    folder.mkdir()
    return folder


def write(path: Path, content: bytes = PNG) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def reason(reference: str, output: Path) -> str:
    files, reasons = find_files([reference], [output], output)
    assert files == []
    assert list(reasons) == [reference]
    return reasons[reference]


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("a.png", PNG, "image/png"),
        ("A.PNG", PNG, "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.gif", b"GIF89a", "image/gif"),
        ("a.webp", b"RIFF\x01\x02\x03\x04WEBPVP8", "image/webp"),
        ("a.bmp", b"BM", "image/bmp"),
        ("a.svg", b"<svg/>", "image/svg+xml"),
        ("a.webm", b"\x1aE\xdf\xa3", "video/webm"),
        ("a.mp4", b"\0\0\0\x20ftypisom", "video/mp4"),
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.html", b"<p>", "text/html"),
        ("a.xml", b"<a/>", "application/xml"),
        ("a.json", b"{}", "application/json"),
        ("a.csv", b"a;b", "text/csv"),
        ("a.csv", "ä;b".encode("utf-16"), "text/csv"),
        ("a.txt", b"", "text/plain"),
        ("a.log", b"line", "text/plain"),
        ("a.xlsx", b"PK\x03\x04", "application/octet-stream"),
        ("a.xls", b"\xd0\xcf\x11\xe0", "application/octet-stream"),
    ],
)
def test_a_file_is_kept_if_its_name_and_its_content_agree(output: Path, name: str, content: bytes, mime: str) -> None:
    write(output / name, content)
    [file], reasons = find_files([name], [output], output)
    assert (file.path, file.size, file.type.mime) == ((output / name).resolve(), len(content), mime)
    assert reasons == {}


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("a.png", b"<script>", "image/png"),
        ("a.png", b"", "image/png"),
        ("a.jpg", PNG, "image/jpeg"),
        ("a.webp", b"RIFF\x01\x02\x03\x04AVI ", "image/webp"),
        ("a.txt", b"MZ\0\x01", "text/plain"),
        ("a.pdf", b"%!PS", "application/pdf"),
        ("a.xlsx", b"plain", "application/octet-stream"),
    ],
)
def test_a_file_whose_content_is_something_else_is_not_kept(output: Path, name: str, content: bytes, mime: str) -> None:
    write(output / name, content)
    assert reason(name, output) == f"{name} is not kept with this log: its content is not {mime}."


@pytest.mark.parametrize("name", ["program.exe", "key", ".env", "shot.png.bak", "library.py"])
def test_other_types_are_not_kept(output: Path, name: str) -> None:
    write(output / name, b"text")
    assert reason(name, output) == f"{name} is not of a type that is kept with a log."


def test_a_missing_file_and_a_folder_are_not_kept(output: Path) -> None:
    (output / "folder.png").mkdir()
    assert reason("missing.png", output) == "missing.png did not exist when this log was kept."
    assert reason("folder.png", output) == "folder.png did not exist when this log was kept."


@pytest.mark.parametrize("reference", ["../outside.png", "sub/../../outside.png", "..%2Foutside.png"])
def test_a_path_out_of_the_output_folder_is_not_kept(output: Path, reference: str) -> None:
    write(output.parent / "outside.png")
    assert "is outside the output folder and not kept with this log." in reason(reference, output)


def test_absolute_paths_are_kept_only_inside_the_output_folder(output: Path) -> None:
    inside, outside = write(output / "a b.png"), write(output.parent / "outside.png")
    for reference in (str(inside), inside.as_uri()):
        [file], _ = find_files([reference], [output], output)
        assert file.path == inside.resolve()
    assert reason(str(outside), output) == f"{outside} is outside the output folder and not kept with this log."


def test_a_link_is_kept_by_where_it_leads(output: Path) -> None:
    (output / "in.png").symlink_to(write(output / "real.png"))
    (output / "out.png").symlink_to(write(output.parent / "outside.png"))
    files, reasons = find_files(["in.png", "out.png"], [output], output)
    assert [file.path for file in files] == [(output / "real.png").resolve()]
    assert reasons == {"out.png": "out.png is outside the output folder and not kept with this log."}


def test_links_in_a_circle_and_impossible_names_are_missing_files(output: Path) -> None:
    (output / "circle.png").symlink_to(output / "circle.png")
    for name in ("circle.png", "a\0b.png", f"{'x' * 3000}.png"):
        assert reason(name, output) == f"{name} did not exist when this log was kept."


def test_other_machines_are_not_asked_for_a_file(output: Path) -> None:
    name = r"\\server\share\shot.png"
    write(output / name)  # a name like any other on Linux
    assert reason(name, output) == f"{name} did not exist when this log was kept."


def test_the_output_folder_may_itself_be_a_link(output: Path) -> None:
    write(output / "shot.png")
    link = output.parent / "link"
    link.symlink_to(output, target_is_directory=True)
    [file], _ = find_files(["shot.png"], [link], link)
    assert file.path == (output / "shot.png").resolve()


def test_a_file_above_the_limit_is_not_kept(output: Path) -> None:
    write(output / "big.png")
    os.truncate(output / "big.png", FILE_LIMIT + 1)
    assert reason("big.png", output) == "big.png (5.0 MB) is too large to be kept with a log."


def test_references_are_looked_for_beside_the_log_first_and_then_in_the_output_folder(output: Path) -> None:
    beside = output / "logs"
    for path in (beside / "a.png", output / "a.png", output / "b.png"):
        write(path)
    files, _ = find_files(["a.png", "../a.png", "b.png"], [beside, output], output)
    assert {file.path: file.references for file in files} == {
        (beside / "a.png").resolve(): ["a.png"],
        (output / "a.png").resolve(): ["../a.png"],
        (output / "b.png").resolve(): ["b.png"],
    }


def test_a_file_is_kept_once_for_all_its_references_and_small_files_come_first(output: Path) -> None:
    write(output / "large one.png", PNG * 2)
    write(output / "small.png")
    files, _ = find_files(["large one.png", "large%20one.png", "./small.png"], [output], output)
    assert [file.references for file in files] == [["./small.png"], ["large one.png", "large%20one.png"]]


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 kB"), (1, "1 kB"), (240_001, "241 kB"), (999_999, "1000 kB"), (12_345_678, "12.3 MB")]
)
def test_sizes_are_written_for_people(size: int, text: str) -> None:
    assert format_size(size) == text
