"""Names and values from a process are data: whatever they look like, Robot Framework never evaluates them."""

import pytest

SETTINGS = """
*** Settings ***
Library    CamundaLibrary
Library    Collections
Library    OperatingSystem
"""


COUNT = 36


@pytest.fixture
def evil(tmp_path):
    """Texts that Robot Framework would evaluate, expand or split; the first one would make a file."""
    texts = [
        f"${{{{open({str(tmp_path / 'evaluated')!r}, 'w')}}}}",
        f"${{__import__('os').system('touch {tmp_path / 'evaluated'}')}}",
        *("%{PATH}", r"\n", "${EMPTY}", "@{x}", "&{x}", "$x", "${CURDIR}", r"\${x}", "\\", "#x", "...", "AS", "ELSE"),
        *("a=b", "type=Json", "name=x", "scope=TASK", "self", "message=x", "*HTML*<b>x</b>", "a    b", "a | b", "{x}"),
        *("a/b", 'a"b', "a'b", "a.b", "100%", "🙂", "ä", "../../x", "C:\\x", "\t".join("ab"), "\n".join("ab")),
    ]
    assert len(texts) == COUNT
    return texts


@pytest.fixture
def run(robots, evil):
    """Runs robot tasks for a task of which every text is evil."""

    def run(tasks, files=(), **task):
        variables = {text: f"value of {text}" for text in evil} | {f"value {n}": text for n, text in enumerate(evil)}
        files = {name: {"type": "File", "path": "content", "filename": name} for name in files}
        (robots.folder / "content").write_bytes(b"content")
        content = {"version": 1, "task": {"topic": "t", **task}, "variables": {**variables, **files}}
        result = robots.run(f"{SETTINGS}*** Tasks ***\n{tasks}", task=content)
        assert not (robots.folder / "evaluated").exists()
        return result

    return run


def values_of(outcome, scope="variables"):
    return {name: item["value"] for name, item in outcome[scope].items()}


def expected(evil):
    return {text: f"value of {text}" for text in evil} | {f"value {n}": text for n, text in enumerate(evil)}


class TestVariables:
    def test_got_one_by_one_and_set_one_by_one(self, run, evil):
        result = run(
            "Work\n"
            "    ${all}    Get Task Variables\n"
            "    FOR    ${name}    IN    @{all}\n"
            "        ${value}    Get Task Variable    ${name}\n"
            "        Should Be Equal    ${value}    ${all}[${name}]\n"
            "        Set Task Variable    ${name}    ${value}\n"
            "        Set Task Variable    ${name}    ${value}    scope=TASK\n"
            "        Set Task Variable    json ${name}    ${value}    type=Json\n"
            "    END\n"
        )
        assert result.rc == 0, result.tasks
        ours = expected(evil)
        assert values_of(result.outcome) == ours | {f"json {name}": value for name, value in ours.items()}
        assert values_of(result.outcome, "taskVariables") == ours

    @pytest.mark.parametrize("keyword", ["Set Task Variables    ${all}", "Complete Task    &{all}"])
    def test_got_together_and_set_together(self, run, evil, keyword):
        result = run(f"Work\n    ${{all}}    Get Task Variables\n    {keyword}\n")
        assert result.rc == 0, result.tasks
        assert values_of(result.outcome) == expected(evil)

    def test_as_default_and_as_missing_name(self, run, evil):
        result = run(
            "Work\n"
            "    ${all}    Get Task Variables\n"
            "    FOR    ${text}    IN    @{all}\n"
            "        ${value}    Get Task Variable    no such    default=${text}\n"
            "        Should Be Equal    ${value}    ${text}\n"
            "        ${error}    Run Keyword And Expect Error    *    Get Task Variable    missing ${text}\n"
            "        Should Start With    ${error}    Task 'task' has no variable 'missing ${text}'. It has \n"
            "    END\n"
            "*** Keywords ***\n"
            "Should Start With\n"
            "    [Arguments]    ${text}    ${start}\n"
            "    Should Be True    $text.startswith($start)\n"
        )
        assert result.rc == 0, result.tasks

    def test_inside_of_json(self, robots, evil):
        content = {"version": 1, "task": {"topic": "t"}, "variables": {"all": {"evil": evil}}}
        text = f"{SETTINGS}*** Tasks ***\nWork\n    ${{all}}    Get Task Variable    all\n"
        run = robots.run(f"{text}    Set Task Variable    back    ${{all}}\n", task=content)
        assert values_of(run.outcome) == {"back": {"evil": evil}}
        assert not (robots.folder / "evaluated").exists()


class TestTask:
    def test_what_the_task_says(self, run, evil):
        text = evil[0]
        result = run(
            "Work\n"
            "    ${task}    Get Task\n"
            "    Log    ${task}\n"
            "    Log    ${task.business_key}\n"
            "    Set Task Variable    back    ${task.business_key}\n"
            "    Set Task Variable    property    ${task.extension_properties}[${task.business_key}]\n",
            businessKey=text,
            extensionProperties={text: text},
        )
        assert result.rc == 0, result.tasks
        assert values_of(result.outcome) == {"back": text, "property": text}


class TestOutcomes:
    """The texts of an outcome also end the robot task, skip the next one, and go to the log."""

    @pytest.mark.parametrize("number", range(COUNT))
    def test_code_message_and_variables_of_a_bpmn_error(self, run, evil, number):
        text = evil[number]
        result = run(
            f"Work\n    ${{text}}    Get Task Variable    value {number}\n    ${{all}}    Get Task Variables\n"
            "    Throw BPMN Error    ${text}    ${text}    &{all}\nNext\n    No Operation\n"
        )
        assert (result.rc, result.outcome["errorCode"], result.outcome["errorMessage"]) == (0, text, text)
        assert values_of(result.outcome) == expected(evil)
        sentence = f"BPMN error '{text}': {text}"
        assert result.tasks == {"Work": ("SKIP", sentence), "Next": ("SKIP", sentence)}

    def test_message_and_details_of_a_failure(self, run, evil):
        text = evil[0]
        result = run(
            "Work\n    ${text}    Get Task Variable    value 0\n    Report Failure    ${text}    ${text}\n"
            "Next\n    No Operation\n"
        )
        assert (result.outcome["errorMessage"], result.outcome["errorDetails"]) == (text, text)
        assert result.tasks == {"Work": ("FAIL", text), "Next": ("SKIP", f"failure: {text}")}


class TestFiles:
    def test_names_and_filenames_choose_nothing_on_the_disk(self, run, evil, tmp_path):
        files = [f"file {text}" for text in evil] + evil
        result = run(
            "Work\n"
            "    ${all}    Get Task Variables\n"
            "    ${paths}    Create List\n"
            "    FOR    ${name}    IN    @{all}\n"
            "        IF    $name.startswith('value ')    CONTINUE\n"
            "        ${path}    Get Task File    ${name}\n"
            "        ${content}    Get File    ${path}\n"
            "        Should Be Equal    ${content}    content\n"
            "        Append To List    ${paths}    ${path}\n"
            "        Set Task File    ${name}    ${path}\n"
            "    END\n"
            "    Set Task Variable    paths    ${paths}\n",
            files,
        )
        assert result.rc == 0, result.tasks
        paths = result.outcome["variables"].pop("paths")["value"]
        assert len(set(paths)) == len(paths) == len(files)
        assert all(path.startswith(str(tmp_path / "output" / "task-files")) for path in paths)
        assert set(result.outcome["variables"]) == set(files)
        for item in result.outcome["variables"].values():
            assert (tmp_path / item["path"]).read_bytes() == b"content"
            assert item["path"].startswith("task.outcome/")
