import os
from pathlib import Path

import pytest

from CamundaLibrary.task.attachment import Attachment
from CamundaLibrary.worker.runs import kept_files
from CamundaLibrary.worker.runs.kept_files import find_kept_files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "root" / "output" / "more").mkdir(parents=True)
    return tmp_path / "root"


def write(path: Path, size: int = 1) -> Path:
    path.write_bytes(b"x" * size)
    return path


def test_files_that_a_pattern_matches_become_variables_of_their_name_in_the_tasks_scope(root: Path) -> None:
    pdf, csv, archive = (write(root / "output" / name) for name in ("invoice.pdf", "rows.csv", "all.tar.gz"))
    write(root / "output" / "shot.png")
    write(root / "other.pdf")
    assert find_kept_files(root, ["output/*.pdf", "output/*.csv", "output/*.gz", "output/*v*"]) == (
        Attachment("all.tar.gz", "task", archive, "all.tar.gz", "application/octet-stream"),
        Attachment("invoice.pdf", "task", pdf, "invoice.pdf", "application/pdf"),
        Attachment("rows.csv", "task", csv, "rows.csv", "text/csv"),
    )


def test_what_matches_nothing_is_no_error(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert find_kept_files(root, ["output/*.pdf", "none/*"]) == ()
    assert find_kept_files(root, []) == ()
    assert caplog.messages == []


def test_names_that_are_taken_get_a_number(root: Path) -> None:
    for folder in ("output", "output/more"):
        write(root / folder / "a.pdf")
        write(root / folder / "README")
    write(root / "output" / "log")
    found = find_kept_files(root, ["output/**/*"], taken=["log", "a-2.pdf"])
    assert {each.variable: each.path.relative_to(root).as_posix() for each in found} == {
        "README": "output/README",
        "a.pdf": "output/a.pdf",
        "log-2": "output/log",
        "README-2": "output/more/README",
        "a-3.pdf": "output/more/a.pdf",
    }
    assert [each.filename for each in found] == ["README", "a.pdf", "log", "README", "a.pdf"]


@pytest.mark.parametrize("pattern", ["../*", "output/../../*", "/etc/*", "C:\\*", "..\\*", "\\\\server\\share\\*", ""])
def test_a_pattern_that_leads_out_finds_nothing(root: Path, pattern: str, caplog: pytest.LogCaptureFixture) -> None:
    write(root.parent / "passwd")
    assert find_kept_files(root, [pattern]) == ()
    assert caplog.messages == [f"Files '{pattern}' are not kept with the task: the pattern leads out of the bundle."]


def test_links_folders_and_pipes_are_not_kept(root: Path) -> None:
    outside = root.parent / "outside"
    outside.mkdir()
    write(outside / "secret.pdf")
    output = root / "output"
    (output / "link.pdf").symlink_to(outside / "secret.pdf")
    (output / "inside.pdf").symlink_to(write(output / "real.pdf"))
    (output / "folder").symlink_to(outside, target_is_directory=True)
    (output / "folder.pdf").mkdir()
    os.mkfifo(output / "pipe.pdf")
    assert [each.filename for each in find_kept_files(root, ["output/**/*.pdf", "output/*/*.pdf"])] == ["real.pdf"]


def test_nothing_is_kept_where_a_robot_made_the_bundle_a_link(root: Path) -> None:
    write(root / "output" / "a.pdf")
    link = root.parent / "link"
    link.symlink_to(root, target_is_directory=True)
    assert find_kept_files(link, ["output/*"]) == ()


def test_files_that_are_too_large_or_too_many_are_left_out_and_named(
    root: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(kept_files, "FILE_LIMIT", 50_000)
    monkeypatch.setattr(kept_files, "LIMIT", 100_000)
    monkeypatch.setattr(kept_files, "MOST_FILES", 3)
    for name, size in (("a", 50_000), ("b", 50_001), ("c", 49_000), ("d", 2_000), ("e", 1_000), ("f", 0)):
        write(root / "output" / name, size)
    assert [each.filename for each in find_kept_files(root, ["output/*"])] == ["a", "c", "e"]
    assert caplog.messages == [
        "'output/b' is not kept with the task: it has 51 kB, and a file may have 50 kB.",
        "'output/d' is not kept with the task: it has 2 kB, and all files together may have 100 kB.",
        "'output/f' is not kept with the task: at most 3 files are.",
    ]


def test_names_lose_secrets_and_what_is_no_name_elsewhere(root: Path) -> None:
    for name in ("CON", "hunter2.pdf", f"{'x' * 246}.pdf", "a:b?.pdf"):
        write(root / "output" / name)
    found = find_kept_files(root, ["output/*"], scrub=lambda text: text.replace("hunter2", "<secret>"))
    assert [each.variable for each in found] == ["_CON", "a_b_.pdf", "_secret_.pdf", f"{'x' * 196}.pdf"]
    assert all(each.filename == each.variable for each in found)
