"""Keyword docs as libdoc reads them: complete, true to the signatures, and with links that lead somewhere."""

import re

import pytest
from robot.libdocpkg import LibraryDocumentation

NAMES = ("CamundaLibrary", "CamundaLibrary.Engine", "CamundaLibrary.ProcessTest")
LIBRARIES = {name: LibraryDocumentation(name) for name in NAMES}
KEYWORDS = [pytest.param(library, each, id=each.name) for library in LIBRARIES.values() for each in library.keywords]
FILTERS = (
    "wait: timedelta = 0:00:00, lock_duration: timedelta | None = None, variables: Sequence[str] | str | None = "
    "None, local_variables: bool = False, business_key: str | None = None, process: Sequence[str] | str = (), "
    "definition: Sequence[str] | str = (), version_tag: str | None = None, process_variables: Mapping[str, Any] | "
    "None = None, tenant: Sequence[str] | str = (), without_tenant: bool = False, use_priority: bool = True, "
    "oldest_first: bool = True"
)
OF_THE_TASK = {
    "Get Task": "",
    "Get Task Variable": "name: str, default: Any = REQUIRED",
    "Get Task Variables": "",
    "Set Task Variable": "name: str, value: Any, type: VariableType | None = None, scope: Scope = PROCESS",
    "Set Task Variables": "values: Mapping[str, Any], scope: Scope = PROCESS",
    "Get Task File": "name: str, path: Path | None = None",
    "Set Task File": "name: str, path: Path, mime_type: str | None = None, scope: Scope = PROCESS",
    "Complete Task": "**variables: Any",
    "Throw BPMN Error": "code: str, message: str | None = None, **variables: Any",
    "Report Failure": "message: str, details: str | None = None, retries: int | None = None, "
    "retry_timeout: timedelta | None = None",
    "Give Back Task": "after: timedelta = 0:01:00",
    "Task Should Still Be Locked": "",
    "Fetch And Lock": f"topic: str, *, {FILTERS}",
    "Extend Lock": "duration: timedelta",
    "For Each Task": "topic: str, keyword: str, *arguments: Any, limit: int | None = None, "
    f"max_time: timedelta | None = None, {FILTERS}",
}


def arguments(keyword):
    """Names and kinds, without the markers of positional-only and named-only arguments."""
    return [argument for argument in keyword.args if argument.name]


def rows(keyword):
    """Cells of the table of arguments."""
    lines = [line.strip() for line in keyword.doc.split("Example:")[0].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def links(doc):
    return set(re.findall(r"`(.+?)`", re.sub(r"``.*?``", "", doc)))


def targets(library):
    sections = re.findall(r"^= (.+) =$", library.doc, re.MULTILINE)
    return {"Introduction", "Importing", "Keywords", *sections, *(each.name for each in library.keywords)}


def test_the_library_of_the_current_task_has_these_keywords_and_arguments():
    assert {each.name: str(each.args) for each in LIBRARIES["CamundaLibrary"].keywords} == OF_THE_TASK


@pytest.mark.parametrize(("library", "keyword"), KEYWORDS)
class TestKeywords:
    def test_the_first_line_is_a_short_sentence(self, library, keyword):
        first, *rest = keyword.doc.splitlines()
        assert re.fullmatch(r"[A-Z].*\.", first), first
        assert len(first) <= 80
        assert rest[:1] in ([], [""]), "the first line is all of its paragraph"

    def test_the_table_of_arguments_is_the_signature(self, library, keyword):
        names = [argument.name for argument in arguments(keyword)]
        expected = [["=Arguments=", "=Description="], *([f"``{name}``"] for name in names)] if names else []
        assert [row[:1] for row in rows(keyword)] == [row[:1] for row in expected]
        assert all(len(row) == 2 and row[1] for row in rows(keyword))

    def test_every_description_is_a_sentence(self, library, keyword):
        assert [row[1] for row in rows(keyword)[1:] if not re.fullmatch(r"[A-Z`].*[.]", row[1])] == []

    def test_every_argument_has_a_type(self, library, keyword):
        assert [argument.name for argument in arguments(keyword) if not argument.type] == []

    def test_it_has_one_tag(self, library, keyword):
        assert len(keyword.tags) == 1

    def test_an_example_calls_it(self, library, keyword):
        _, *examples = keyword.doc.split("\nExample:\n")
        assert len(examples) == 1
        assert f"`{keyword.name}`" in examples[0]
        assert all(line.startswith("| ") for line in examples[0].strip().splitlines())

    def test_links_lead_to_keywords_or_sections(self, library, keyword):
        assert links(keyword.doc) <= targets(library)


@pytest.mark.parametrize("library", LIBRARIES.values(), ids=LIBRARIES)
class TestLibraries:
    def test_it_says_what_it_is_and_how_to_import_it(self, library):
        assert re.match(r"Keywords for the .*\.\n", library.doc)
        (importing,) = library.inits
        assert "Example:" in importing.doc
        assert f"| Library    {library.name}" in importing.doc

    def test_one_instance_serves_a_whole_run(self, library):
        assert library.scope == "GLOBAL"

    def test_its_own_links_lead_to_keywords_or_sections(self, library):
        assert links(library.doc) <= targets(library)

    def test_enums_say_what_their_members_mean(self, library):
        enums = [each for each in library.type_docs if each.type == "Enum"]
        assert [each.name for each in enums if not each.doc] == []


def test_types_that_can_be_asked_for_are_those_of_the_task_file():
    from CamundaLibrary.keywords.variables import VariableType
    from CamundaLibrary.variables.typed_value import VALUE_TYPES

    asked = {member.value for member in VariableType}
    assert asked == {cls._type for cls in VALUE_TYPES.values()} - {"File", "Object"}
    assert asked == {member.name for member in VariableType}
