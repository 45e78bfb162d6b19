"""The manifest in pyproject.toml."""

import zipfile
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from CamundaLibrary.bundles import open_bundle
from CamundaLibrary.bundles.manifest import Manifest, read_manifest
from CamundaLibrary.errors import BundleError

HANDLER = '[tool.camunda-robot.topics."Count"]\nhandler = "counting:count"\n'


@pytest.fixture
def read(tmp_path: Path):
    def read(toml: str, yaml: str = "") -> Manifest:
        (tmp_path / "pyproject.toml").write_text(dedent(toml), "utf-8")
        if yaml:
            (tmp_path / "robot.yaml").write_text(dedent(yaml), "utf-8")
        return read_manifest(tmp_path)

    return read


@pytest.fixture
def read_topic(read):
    """Reads a manifest with one topic, whose table begins in line 2."""

    def read_topic(*lines: str):
        return read('\n[tool.camunda-robot.topics."Search comics"]\n' + "\n".join(lines)).tasks[0]

    return read_topic


def test_topics_are_read_with_what_runs_and_their_options(read):
    manifest = read(
        """\
        [project]
        name = "comics"

        [tool.camunda-robot]
        artifactsDir = "results"
        PYTHONPATH = ["libraries"]

        [tool.camunda-robot.topics."Search comics"]
        suite = "Comics"
        task = "Find a comic"
        include = "fast"
        exclude = ["wip", "slow"]
        retries = 3
        retryTimeout = ["10s", "1m"]
        timeout = "10m"
        filter = {businessKey = "A-17"}

        [tool.camunda-robot.topics.12]
        handler = "comics.counting:Counter.count"
        onFailure.bpmnError = "TASK_ERROR"
        """
    )
    search, count = manifest.tasks
    assert (search.name, search.topic, search.line) == ("Search comics", "Search comics", 8)
    assert search.robot_options == (
        *("--suite", "Comics", "--task", "Find a comic"),
        *("--include", "fast", "--exclude", "wip", "--exclude", "slow"),
    )
    assert (search.robot_source, search.is_robot, search.handler) == (".", True, None)
    assert (search.options.tries, search.options.timeout) == (3, timedelta(minutes=10))
    assert search.options.filter.business_key == "A-17"
    assert (count.topic, count.handler, count.is_robot) == ("12", "comics.counting:Counter.count", False)
    assert count.options.on_failure.bpmn_error == "TASK_ERROR"
    assert (manifest.artifacts, manifest.python_path, manifest.file.name) == (
        "results",
        ("libraries",),
        "pyproject.toml",
    )


@pytest.mark.parametrize("suite", ["robots/comics.robot", "comics.robot", "robots/comics"])
def test_a_suite_that_is_a_path_is_what_robot_framework_runs(read_topic, suite):
    task = read_topic(f'suite = "{suite}"', 'task = "Find"')
    assert (task.robot_source, task.robot_options) == (suite, ("--task", "Find"))


def test_where_artifacts_go_need_not_be_said(read):
    assert read(HANDLER).artifacts == "output"


def test_both_manifests_give_their_topics_and_robot_yaml_says_where_artifacts_go(read):
    manifest = read(HANDLER, "tasks: {Search: {robotTaskName: A}}\nartifactsDir: out\nPATH: [bin]\n")
    assert [task.topic for task in manifest.tasks] == ["Search", "Count"]
    assert (manifest.file.name, manifest.artifacts, manifest.path) == ("robot.yaml", "out", ("bin",))


def test_a_topic_in_both_manifests_is_an_error(read, tmp_path):
    with pytest.raises(BundleError) as caught:
        read(HANDLER, "tasks:\n  Do it:\n    robotTaskName: A\n    camunda: {topic: Count}\nartifactsDir: out\n")
    assert str(caught.value) == (
        f"'{tmp_path / 'pyproject.toml'}', line 1: topic 'Count' of task 'Count' is already that of task 'Do it' "
        "in robot.yaml, line 2."
    )


def test_a_pyproject_that_says_nothing_of_us_is_no_manifest(read, tmp_path):
    assert read("[project]\nname = 'x'\n", "tasks: {A: {shell: a}}\nartifactsDir: out\n").tasks[0].topic == "A"
    (tmp_path / "robot.yaml").unlink()
    with pytest.raises(BundleError) as caught:
        read_manifest(tmp_path)
    assert str(caught.value) == (
        f"There is no robot.yaml in '{tmp_path}', nor a pyproject.toml with [tool.camunda-robot]."
    )


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        (['handler = "a:b"', "retrys = 3"], "4: key '{}.retrys' is unknown. Did you mean 'retries'?"),
        (['handler = "a:b"', 'retries = "many"'], "4: key '{}.retries' must be a whole number."),
        (['handler = "a:b"', "timeout = 0"], "4: key '{}.timeout' must be longer than nothing."),
        (['handler = "a:b"', "variables = [1]"], "4: key '{}.variables.0' must be text."),
        (
            ['handler = "a:b"', 'hours = "Mo-Su"'],
            "4: key '{}.hours' is wrong: 'Mo-Su' in 'Mo-Su' are no hours. "
            "Write it like 'Mo-Fr 06:00-22:00; Sa 08:00-12:00', '22:00-06:00' or '24/7'.",
        ),
        (
            ['handler = "a:b"', 'environment = ["CAMUNDA_API_PASSWORD"]'],
            "4: key '{}.environment.0' must not hold 'CAMUNDA_API_PASSWORD', which is the worker's own.",
        ),
        (
            ['handler = "a:b"', 'filter = {tenantIds = ["x"], withoutTenant = true}'],
            "4: key '{}.filter' has tenantIds beside withoutTenant: keep one of them.",
        ),
        (
            ['handler = "a:b"', "filter = {tenant = 1}"],
            "4: key '{}.filter.tenant' is unknown. Did you mean 'tenantIds'?",
        ),
        (["handler = 'counting'"], "3: key '{}.handler' must be like 'module:function'."),
        (["handler = 'a:b; import os'"], "3: key '{}.handler' must be like 'module:function'."),
        (["retries = 1"], "2: key '{}' needs either handler, or some of suite, task, include and exclude."),
        (
            ['handler = "a:b"', 'task = "x"'],
            "2: key '{}' needs either handler, or some of suite, task, include and exclude.",
        ),
        (['handler = "a:b"', 'topic = "x"'], "2: key '{}' has 'topic', but the name of the table is the topic."),
        (["suite = '../x.robot'"], "3: key '{}.suite' leads out of the bundle: '../x.robot'."),
    ],
)
def test_wrong_topics_are_named_with_line_and_key(read_topic, tmp_path, lines, problem):
    with pytest.raises(BundleError) as caught:
        read_topic(*lines)
    problem = problem.format('tool.camunda-robot.topics."Search comics"')
    assert str(caught.value) == f"'{tmp_path / 'pyproject.toml'}', line {problem}"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[tool.camunda-robot]\n", "1: key 'tool.camunda-robot' lacks 'topics'."),
        ("[tool.camunda-robot.topics]\n", "1: key 'tool.camunda-robot.topics' holds no topic."),
        ("[tool]\ncamunda-robot = 1\n", "2: key 'tool.camunda-robot' must hold keys and values."),
        (
            f"[tool.camunda-robot]\nartifactDir = 'x'\n{HANDLER}",
            "2: key 'tool.camunda-robot.artifactDir' is unknown. Did you mean 'artifactsDir'?",
        ),
        (
            f"[tool.camunda-robot]\nartifactsDir = '/x'\n{HANDLER}",
            "2: key 'tool.camunda-robot.artifactsDir' leads out of the bundle: '/x'.",
        ),
    ],
)
def test_wrong_manifests_are_named_with_line_and_key(read, tmp_path, text, problem):
    with pytest.raises(BundleError) as caught:
        read(text)
    assert str(caught.value) == f"'{tmp_path / 'pyproject.toml'}', line {problem}"


def test_everything_that_is_wrong_is_said_at_once_from_the_top(read_topic):
    with pytest.raises(BundleError) as caught:
        read_topic("task = 'x'", "timeout = 'x'", "colour = 'x'", "retries = 'x'")
    assert [line.split(":")[0][-6:] for line in str(caught.value).splitlines()] == ["line 4", "line 5", "line 6"]


def test_a_zip_with_one_folder_may_have_a_pyproject(tmp_path):
    with zipfile.ZipFile(tmp_path / "counting.zip", "w") as file:
        file.writestr("counting-1.0/pyproject.toml", HANDLER)
    assert open_bundle(tmp_path / "counting.zip", tmp_path / "unpacked").manifest.tasks[0].topic == "Count"
