"""Files that the fork server parses: runs are the same with them, and look at nothing that is not theirs."""

from pathlib import Path

import pytest
from robot import running
from robot.conf import Languages
from robot.running.builder import parsers

from CamundaLibrary.robot_process import parsed_files
from CamundaLibrary.robot_process.parsed_files import ParsedFiles

SUITE = """*** Settings ***
Documentation    Finds comics.
Resource         lib/words.resource

*** Variables ***
@{WORDS}    a    b

*** Tasks ***
Search
    [Setup]    Log    ${WORDS}
    FOR    ${word}    IN    @{WORDS}
        IF    $word == 'a'    Say    ${word}    ELSE    No Operation
    END

*** Keywords ***
Broken
    [Nonsense]    x
    FOR    ${x}
"""
RESOURCE = "*** Keywords ***\nSay\n    [Arguments]    ${word}\n    Log    ${word}\n"
INITIAL = "*** Settings ***\nMetadata    a    b\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "tasks.robot").write_text(SUITE, "utf-8")
    (tmp_path / "lib" / "words.resource").write_bytes(b"\xef\xbb\xbf" + RESOURCE.replace("\n", "\r\n").encode())
    (tmp_path / "__init__.robot").write_text(INITIAL, "utf-8")
    (tmp_path / "words.py").write_text("", "utf-8")
    return tmp_path


@pytest.fixture
def files(monkeypatch):
    """What the server has parsed; `files.asked` names what a run still parses itself."""
    asked = []

    def note(parse):
        def get_model(source, data_only=False, curdir=None, lang=None):
            if isinstance(source, Path):
                asked.append(source.name)
            return parse(source, data_only, curdir, lang)

        return get_model

    for name in ("get_model", "get_init_model", "get_resource_model"):
        monkeypatch.setattr(parsers, name, note(getattr(parsers, name)))
    files = ParsedFiles()
    files.install()
    files.asked = asked
    return files


def read(folder):
    """Everything that a run knows of its files; resources are read as imports do."""
    suite = running.TestSuite.from_file_system(folder, allow_empty_suite=True)
    resource = parsers.RobotParser(Languages()).parse_resource_file(folder / "lib" / "words.resource")
    return suite.to_dict(), resource.to_dict(), str(suite.suites[0].source), str(resource.source)


def test_runs_find_what_was_parsed_and_it_is_what_they_would_have_parsed(folder, files):
    itself = read(folder)
    assert sorted(files.asked) == ["__init__.robot", "tasks.robot", "words.resource"]
    files.asked.clear()
    files.foresee(str(folder))
    assert read(folder) == itself
    assert files.asked == []


def test_each_is_used_once(folder, files):
    files.foresee(str(folder))
    assert read(folder) == read(folder)
    assert sorted(files.asked) == ["__init__.robot", "tasks.robot", "words.resource"]


def test_what_was_changed_since_is_parsed_by_the_run(folder, files):
    files.foresee(str(folder))
    (folder / "tasks.robot").write_text(SUITE.replace("Search", "Find"), "utf-8")
    assert read(folder)[0]["suites"][0]["tests"][0]["name"] == "Find"
    assert files.asked == ["tasks.robot"]


def test_a_copy_of_what_was_parsed_before_is_found_and_knows_where_it_is(folder, files, tmp_path_factory):
    files.foresee(str(folder))
    copy = tmp_path_factory.mktemp("copy")
    (copy / "lib").mkdir()
    for name in ("tasks.robot", "__init__.robot", "lib/words.resource"):
        (copy / name).write_bytes((folder / name).read_bytes())
    assert read(copy)[2:] == (str(copy / "tasks.robot"), str(copy / "lib" / "words.resource"))
    assert files.asked == []


@pytest.mark.parametrize("line", ["Log    ${CURDIR}", "Log    Language: Finnish"])
def test_what_depends_on_place_or_language_is_parsed_by_the_run(folder, files, line):
    (folder / "tasks.robot").write_text(f"{SUITE}    {line}\n", "utf-8")
    files.foresee(str(folder))
    read(folder)
    assert files.asked == ["tasks.robot"]


def test_runs_in_other_languages_parse_themselves(folder, files):
    files.foresee(str(folder))
    running.TestSuite.from_file_system(folder, lang="fi", allow_empty_suite=True)
    assert sorted(files.asked) == ["__init__.robot", "tasks.robot"]


def test_what_cannot_be_read_or_parsed_is_left_to_the_run(folder, files):
    (folder / "tasks.robot").write_bytes(b"*** Tasks ***\nA\n    Log    \xff\n")
    (folder / "gone.robot").symlink_to("nowhere")
    (folder / "folder.robot").mkdir()
    files.foresee(str(folder))
    files.foresee(str(folder / "nowhere"))
    parsers.RobotParser(Languages()).parse_resource_file(folder / "lib" / "words.resource")
    assert files.asked == []


def test_not_more_than_so_many_files_are_kept(folder, files, monkeypatch):
    monkeypatch.setattr(parsed_files, "_MOST_FILES", 3)
    files.foresee(str(folder))
    (folder / "more.robot").write_text("*** Tasks ***\nB\n    No Operation\n", "utf-8")
    files.foresee(str(folder))
    assert len(files._models) == 1
    files.foresee(str(folder))
    assert len(files._models) <= 3


def test_large_files_are_left_to_the_run(folder, files, monkeypatch):
    monkeypatch.setattr(parsed_files, "_MOST_BYTES", len(INITIAL))
    files.foresee(str(folder))
    read(folder)
    assert sorted(files.asked) == ["tasks.robot", "words.resource"]
