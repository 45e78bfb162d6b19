import os
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from CamundaLibrary.bundles.manifest import Manifest, ManifestTask, read_manifest
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.errors import BundleError


@pytest.fixture
def read(tmp_path: Path):
    def read(text: str) -> Manifest:
        (tmp_path / "robot.yaml").write_text(dedent(text), "utf-8")
        return read_manifest(tmp_path)

    return read


@pytest.fixture
def read_options(read):
    """Reads a manifest with one task, which has the given lines under `camunda`."""

    def read_options(*lines: str) -> ManifestTask:
        text = "tasks:\n  Search:\n    robotTaskName: Search\n    camunda:\n"
        text += "".join(f"      {line}\n" for line in lines)
        return read(f"{text}artifactsDir: output\n").tasks[0]

    return read_options


def test_the_name_of_a_task_is_its_topic(read):
    manifest = read(
        """\
        tasks:
          Search comics:
            robotTaskName: Find a comic
        artifactsDir: output
        """
    )
    (task,) = manifest.tasks
    assert (task.name, task.topic, task.robot_task, task.command) == (
        "Search comics",
        "Search comics",
        "Find a comic",
        None,
    )
    assert task.options == TaskOptions()
    assert manifest.artifacts == "output"


def test_what_rcc_and_control_room_know_is_taken_or_passed_over(read):
    manifest = read(
        """\
        description: made with an old tool
        vault: {a: b}
        tasks:
          Shell: {shell: "python -m robot --task 'A B' .", retries: 3, retryTimeout: whenever}
          Command: {command: [python, main.py, --yes]}
        devTasks:
          Setup: {shell: ./setup.sh}
        preRunScripts: [prepare.sh]
        condaConfigFile: conda.yaml
        PATH: [., bin]
        PYTHONPATH: [libraries]
        ignoreFiles: [.gitignore]
        artifactsDir: out/put
        """
    )
    assert [task.command for task in manifest.tasks] == [
        ("python", "-m", "robot", "--task", "A B", "."),
        ("python", "main.py", "--yes"),
    ]
    assert (manifest.path, manifest.python_path) == ((".", "bin"), ("libraries",))
    assert (manifest.environment_files, manifest.pre_run_scripts) == (("conda.yaml",), ("prepare.sh",))


def test_topics_that_yaml_takes_for_other_types_stay_text(read):
    manifest = read(
        """\
        tasks:
          on: {robotTaskName: A}
          12: {robotTaskName: B}
          no: {robotTaskName: 1e3, camunda: {topic: 2024-01-02}}
          quoted: {robotTaskName: "on", camunda: {topic: 1:30}}
        artifactsDir: output
        """
    )
    assert [(task.topic, task.robot_task) for task in manifest.tasks] == [
        ("on", "A"),
        ("12", "B"),
        ("2024-01-02", "1e3"),
        ("1:30", "on"),
    ]


def test_options_are_read(read_options):
    options = read_options(
        "retries: 5",
        "retryTimeout: [10s, 1m, PT1H]",
        "timeout: 1:30",
        "lockDuration: 90",
        "maxTasks: 2",
        "variables: [query, on]",
        "keep: ['output/*.pdf']",
        "onFailure: {bpmnError: 404}",
        "engine: yes",
        "inputs: {query: {type: String, required: true}}",
    ).options
    assert options.tries == 5
    assert options.pauses == (timedelta(seconds=10), timedelta(minutes=1), timedelta(hours=1))
    assert options.timeout == timedelta(seconds=90)
    assert options.lock_duration == timedelta(seconds=90)
    assert options.max_tasks == 2
    assert options.variables == ("query", "on")
    assert options.on_failure.bpmn_error == "404"
    assert options.engine is True
    assert options.keep == ("output/*.pdf",)


@pytest.mark.parametrize(
    ("text", "tries", "pauses"),
    [
        ("R3/PT5M", 3, [timedelta(minutes=5)]),
        ("r1/PT10S", 1, [timedelta(seconds=10)]),
        ("PT1M,PT10M", 3, [timedelta(minutes=1), timedelta(minutes=10)]),
        ("PT1M", 2, [timedelta(minutes=1)]),
    ],
)
def test_retry_cycles_are_those_of_the_engine(read_options, text, tries, pauses):
    options = read_options(f"retryTimeCycle: {text}").options
    assert (options.tries, list(options.pauses)) == (tries, pauses)


def test_one_pause_may_stand_without_a_list(read_options):
    assert read_options("retryTimeout: 10s, 1m").options.pauses == (timedelta(seconds=10), timedelta(minutes=1))


def test_merge_keys_and_anchors_are_followed(read):
    manifest = read(
        """\
        defaults: &defaults {timeout: 5m, maxTasks: 1}
        tasks:
          A: {robotTaskName: A, camunda: {<<: *defaults}}
          B: {robotTaskName: B, camunda: {timeout: 1m, <<: *defaults}}
        artifactsDir: output
        """
    )
    options = [(task.options.timeout, task.options.max_tasks) for task in manifest.tasks]
    assert options == [(timedelta(minutes=5), 1), (timedelta(minutes=1), 1)]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("retrys: 3", "line 5: key 'tasks.Search.camunda.retrys' is unknown. Did you mean 'retries'?"),
        ("lock_duration: 1m", "'tasks.Search.camunda.lock_duration' is unknown. Did you mean 'lockDuration'?"),
        ("retries: many", "line 5: key 'tasks.Search.camunda.retries' must be a whole number."),
        ("retries: 0", "line 5: key 'tasks.Search.camunda.retries' must be at least 1."),
        ("maxTasks: 1.5", "line 5: key 'tasks.Search.camunda.maxTasks' must be a whole number."),
        (
            "timeout: soon",
            "key 'tasks.Search.camunda.timeout' is wrong: 'soon' is no duration. "
            "Write it like '90s', '5 minutes', '1:30' or 'PT5M'.",
        ),
        ("timeout: 0s", "key 'tasks.Search.camunda.timeout' must be longer than nothing."),
        (
            "timeout: [1, 2]",
            "'tasks.Search.camunda.timeout' must be a duration like '90s', '5 minutes', '1:30' or 'PT5M'.",
        ),
        ("retryTimeout: []", "key 'tasks.Search.camunda.retryTimeout' must be a duration or a list of durations."),
        (
            "retryTimeCycle: R0/PT1M",
            "key 'tasks.Search.camunda.retryTimeCycle' must be a cycle like 'R3/PT5M' or a list like 'PT1M,PT10M'.",
        ),
        ("variables: query", "key 'tasks.Search.camunda.variables' must be a list."),
        ("variables: [a, [b]]", "key 'tasks.Search.camunda.variables.1' must be text."),
        ("topic: ''", "key 'tasks.Search.camunda.topic' must not be empty."),
        ("engine: perhaps", "key 'tasks.Search.camunda.engine' must be true or false."),
        ("onFailure: {bpmnErrors: x}", "key 'tasks.Search.camunda.onFailure' lacks 'bpmnError'."),
        (
            "runner: docker",
            "'tasks.Search.camunda.runner' must be 'fork', 'process', 'uv', 'venv', 'rcc' or 'control-room'.",
        ),
    ],
)
def test_wrong_options_are_named_with_line_and_key(read_options, tmp_path, line, problem):
    with pytest.raises(BundleError) as caught:
        read_options(line)
    assert str(caught.value).startswith(f"'{tmp_path / 'robot.yaml'}', line 5: ")
    assert problem in str(caught.value)


def test_two_ways_to_say_retries_are_refused(read_options):
    with pytest.raises(BundleError) as caught:
        read_options("retries: 3", "retryTimeCycle: R3/PT5M")
    assert (
        "line 4: key 'tasks.Search.camunda' has retryTimeCycle beside retries or retryTimeout: keep one of them."
        in str(caught.value)
    )


def test_everything_that_is_wrong_is_said_at_once(read_options):
    with pytest.raises(BundleError) as caught:
        read_options("retries: x", "maxTasks: x")
    assert str(caught.value).count("must be a whole number.") == 2


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("tasks: {A: {robotTaskName: A}}\n", "line 1: the file lacks 'artifactsDir'."),
        ("artifactsDir: output\n", "line 1: the file lacks 'tasks'."),
        ("artifactsDir: output\ntasks: {}\n", "line 2: key 'tasks' holds no task."),
        ("artifactsDir: output\ntasks: [A]\n", "line 2: key 'tasks' must hold keys and values."),
        ("- a\n", "line 1: the file must hold keys and values, among them 'tasks' and 'artifactsDir'."),
        ("", "line 1: the file must hold keys and values, among them 'tasks' and 'artifactsDir'."),
        (
            "artifactsDir: output\ntasks:\n  A:\n    camunda: {topic: a}\n",
            "line 3: key 'tasks.A' needs exactly one of robotTaskName, shell and command.",
        ),
        (
            "artifactsDir: output\ntasks:\n  A:\n",
            "line 3: key 'tasks.A' needs exactly one of robotTaskName, shell and command.",
        ),
        (
            "artifactsDir: output\ntasks:\n  A: {shell: a, command: [a]}\n",
            "line 3: key 'tasks.A' needs exactly one of robotTaskName, shell and command.",
        ),
        ("artifactsDir: output\ntasks:\n  A: {command: robot .}\n", "line 3: key 'tasks.A.command' must be a list."),
        (
            'artifactsDir: output\ntasks:\n  A: {shell: "robot \'x"}\n',
            "line 3: key 'tasks.A.shell' is wrong: No closing quotation.",
        ),
        (
            "artifactsDir: output\ntasks:\n  A: {robotTaskName: A}\n  A: {robotTaskName: B}\n",
            "line 4: key 'A' is given twice.",
        ),
        (
            "artifactsDir: output\ntasks:\n  A: {robotTaskName: A}\n  B: {robotTaskName: B, camunda: {topic: A}}\n",
            "line 4: topic 'A' of task 'B' is already that of task 'A'.",
        ),
        ("artifactsDir: ../x\ntasks: {A: {shell: a}}\n", "line 1: key 'artifactsDir' leads out of the bundle: '../x'."),
        ("artifactsDir: /x\ntasks: {A: {shell: a}}\n", "line 1: key 'artifactsDir' leads out of the bundle: '/x'."),
        ("artifactsDir: C:\\x\ntasks: {A: {shell: a}}\n", "key 'artifactsDir' leads out of the bundle: 'C:\\x'."),
        ("PATH: [a, ../b]\nartifactsDir: x\ntasks: {A: {shell: a}}\n", "line 1: key 'PATH.1' leads out of the bundle"),
        ("tasks: [a\n", "line 2: this is not YAML: expected ',' or ']', but got '<stream end>'."),
        ("a: &a [*a]\n", "line 1: an alias refers to what it is part of."),
        ("? [a]\n: b\n", "line 1: a key must be text."),
        ("[" * 5000, "cannot be read: it is nested too deeply."),
    ],
)
def test_wrong_manifests_are_named_with_line_and_key(read, tmp_path, text, problem):
    with pytest.raises(BundleError) as caught:
        read(text)
    assert str(caught.value).startswith(f"'{tmp_path / 'robot.yaml'}'")
    assert problem in str(caught.value)


def test_aliases_that_grow_exponentially_cost_nothing(read):
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    bomb += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    manifest = read(f"{bomb}tasks: {{A: {{robotTaskName: A}}}}\nartifactsDir: output\n")
    assert manifest.tasks[0].topic == "A"


def test_without_a_manifest(tmp_path):
    with pytest.raises(BundleError) as caught:
        read_manifest(tmp_path)
    assert str(caught.value) == (
        f"There is no robot.yaml in '{tmp_path}', nor a pyproject.toml with [tool.camunda-robot]."
    )


def test_a_manifest_that_is_not_text(tmp_path):
    (tmp_path / "robot.yaml").write_bytes(b"tasks: \xff")
    with pytest.raises(BundleError) as caught:
        read_manifest(tmp_path)
    assert str(caught.value).startswith(f"Reading '{tmp_path}{os.sep}robot.yaml' failed: 'utf-8' codec can't decode")
