"""What the options of `camunda-robot worker` become, and where else they can be given."""

import logging
import os
import re
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from CamundaLibrary.cli import worker as module
from CamundaLibrary.cli.group import group
from CamundaLibrary.durations import parse_duration
from CamundaLibrary.settings import parse_setting
from CamundaLibrary.worker.configuration import Configuration, Permissions, WorkerOptions

ACTIONS = {"prepare", "status", "pause", "resume"}
OPTIONS = {each.name: each for each in module.command.params if isinstance(each, click.Option)}


@pytest.fixture(autouse=True)
def own_place(tmp_path, monkeypatch):
    """Each test has a working folder and an environment of its own; the command sets up logging only for it."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("CAMUNDA_"):
            monkeypatch.delenv(name)
    monkeypatch.setattr(logging.getLogger("urllib3"), "level", logging.NOTSET)
    logger = logging.getLogger("CamundaLibrary")
    monkeypatch.setattr(logger, "level", logging.NOTSET)
    monkeypatch.setattr(logger, "handlers", [])
    yield
    for handler in logger.handlers:
        handler.close()


@pytest.fixture
def call(monkeypatch):
    """Calls the command and returns what a worker would have been told, and what was said on stderr."""
    told = []
    monkeypatch.setattr(module, "_work", lambda configuration: told.append(configuration) or 0)

    def call(*arguments: str, **variables: str) -> tuple[Configuration, str]:
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        result = CliRunner().invoke(group, ["worker", *arguments])
        assert (result.exit_code, result.exception and str(result.exception)) == (0, result.exception and "0")
        return told.pop(), result.stderr

    return call


def test_without_options_all_is_default(call):
    configuration, said = call("comics")
    assert configuration == Configuration((Path("comics"),))
    assert said == ""


def test_every_option_of_the_worker_is_an_option_of_the_command():
    others = {"base_url", "config", "allow_engine", "allow_environment"}
    assert OPTIONS.keys() == {*WorkerOptions._fields, *others, *ACTIONS, "json"}


def test_all_options_have_a_variable_but_what_is_done_instead_of_working():
    variables = {name: option.envvar for name, option in OPTIONS.items()}
    expected = {name: None if name in {*ACTIONS, "json"} else f"CAMUNDA_ROBOT_{name.upper()}" for name in OPTIONS}
    assert variables == expected


def test_options_become_the_record(call):
    configuration, _ = call(
        *("--slots", "2", "--grace", "0s", "--state", "state", "--pass-environment", "A", "--pass-environment", "B"),
        *("--wheels", "wheels", "--once", "--limit", "3", "--idle-exit", "60s", "--breaker-after", "0"),
        *("--kept-for", "2 days", "--kept-size", "5 MB", "--log-format", "json", "--log-file", "worker.log"),
        *("--metrics-port", "0", "--metrics-address", "localhost", "--watch"),
        *("--allow-engine", "Search comics", "--allow-environment", "C", "comics", "invoices"),
    )
    assert configuration.bundles == (Path("comics"), Path("invoices"))
    assert configuration.permissions == Permissions(("Search comics",), ("C",))
    assert configuration.worker == WorkerOptions(
        2,
        timedelta(),
        Path("state"),
        ("A", "B"),
        Path("wheels"),
        True,
        3,
        timedelta(minutes=1),
        0,
        timedelta(days=2),
        5_000_000,
        "json",
        Path("worker.log"),
        0,
        "localhost",
        True,
    )


def test_variables_become_the_record(call):
    configuration, said = call(
        CAMUNDA_ROBOT_BUNDLES=os.pathsep.join(("comics", "other robots")),
        CAMUNDA_ROBOT_SLOTS="2",
        CAMUNDA_ROBOT_ONCE="true",
        CAMUNDA_ROBOT_PASS_ENVIRONMENT="A B",
        CAMUNDA_ROBOT_ALLOW_ENGINE="Search comics, Count comics",
    )
    assert configuration.bundles == (Path("comics"), Path("other robots"))
    assert configuration.worker == WorkerOptions(slots=2, once=True, pass_environment=("A", "B"))
    assert configuration.permissions.engine == ("Search comics", "Count comics")
    assert said == ""


@pytest.mark.parametrize(
    ("flag", "variable", "in_file", "expected"),
    [
        (1, 2, 3, 1),
        (1, None, 3, 1),
        (1, 2, None, 1),
        (None, 2, 3, 2),
        (None, 2, None, 2),
        (None, None, 3, 3),
        (None, None, None, WorkerOptions().breaker_after),
    ],
)
def test_a_flag_wins_over_a_variable_over_the_file_over_the_default(call, flag, variable, in_file, expected):
    Path("camunda-robot.toml").write_text(f"[worker]\nbreaker_after = {in_file}\n" if in_file else "")
    arguments = ["--breaker-after", str(flag)] if flag else []
    variables = {"CAMUNDA_ROBOT_BREAKER_AFTER": str(variable)} if variable else {}
    assert call("comics", *arguments, **variables)[0].worker.breaker_after == expected


def test_the_file_in_the_working_folder_is_taken_and_said(call, tmp_path):
    Path("camunda-robot.toml").write_text("[worker]\nbundles = ['comics']\nbase_url = 'http://localhost:1/x'\n")
    configuration, said = call()
    assert configuration.bundles == (tmp_path / "comics",)
    assert configuration.engines[0].settings.base_url == "http://localhost:1/x"
    assert said == f"Configuration: {tmp_path / 'camunda-robot.toml'}\n"


def test_a_file_that_is_named_is_taken_instead(call, tmp_path):
    Path("camunda-robot.toml").write_text("[worker]\nslots = 1\n")
    Path("variable.toml").write_text("[worker]\nslots = 2\n")
    Path("flag.toml").write_text("[worker]\nslots = 3\n")
    assert call("x", CAMUNDA_ROBOT_CONFIG="variable.toml")[0].worker.slots == 2
    configuration, said = call("x", "--config", "flag.toml")
    assert configuration.worker.slots == 3
    assert said == f"Configuration: {tmp_path / 'flag.toml'}\n"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("wrong.toml", "[worker]\nslot = 1\n", "'{}', line 2: key 'worker.slot' is unknown. Did you mean 'slots'?"),
        ("missing.toml", None, "Reading '{}' failed: [Errno 2] No such file or directory: '{}'."),
    ],
)
def test_a_file_that_is_wrong_ends_the_command(tmp_path, name, text, problem):
    if text:
        Path(name).write_text(text)
    result = CliRunner().invoke(group, ["worker", "--config", name, "x"])
    path = tmp_path / name
    assert (result.exit_code, result.stderr) == (1, f"Error: {problem.format(path, path)}\n")


def test_variables_that_say_nothing_are_named_in_a_warning(call):
    Path("camunda-robot.toml").write_text("[engines.a]\n[engines.b]\n")
    _, said = call("comics", CAMUNDA_ROBOT_SLOT="2", CAMUNDA_API_BASE_URL="http://localhost:1", CAMUNDA_ROBOT_X="1")
    assert said.splitlines()[1:] == [
        "Warning: no option of the worker is set by CAMUNDA_ROBOT_SLOT, CAMUNDA_ROBOT_X.",
        "Warning: CAMUNDA_API_BASE_URL says nothing, as there are several engines: a, b.",
    ]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--limit", "0", "x"], "Invalid value for '--limit': 0 is not in the range x>=1."),
        (["--idle-exit", "0s", "x"], "Invalid value for '--idle-exit': '0s' must be longer than nothing."),
        (["--kept-size", "much", "x"], "Invalid value for '--kept-size': 'much' is no size."),
        (["--log-format", "xml", "x"], "Invalid value for '--log-format': 'xml' is not one of 'text', 'json'."),
        (["--pause", "a", "--status"], "Error: Only one of --status and --pause can be done."),
        (["comics", "--json"], "Error: --json goes with --status only."),
        (["--prepare"], "Error: Missing argument 'BUNDLE...'."),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments, problem):
    result = CliRunner().invoke(group, ["worker", *arguments])
    assert result.exit_code == 2
    assert problem in " ".join(result.output.split())


def test_topics_are_paused_and_resumed_without_bundle_and_engine(tmp_path):
    def say(*arguments):
        result = CliRunner().invoke(group, ["worker", "--state", "state", *arguments])
        assert result.exit_code == 0
        return result.stdout.splitlines()

    assert say("--pause", "Search comics", "--pause", "b") == [
        "Topic 'Search comics' is paused.",
        "Topic 'b' is paused.",
    ]
    assert say("--pause", "b") == ["Topic 'b' was paused already."]
    assert say("--resume", "b") == ["Topic 'b' is fetched again."]
    assert say("--resume", "b") == ["Topic 'b' was not paused."]


def test_help_has_groups_with_help_at_the_end():
    text = CliRunner().invoke(group, ["worker", "--help"]).stdout
    assert re.findall(r"^(\S.*):$", text, re.MULTILINE) == [
        *("Taking tasks", "Ending", "What robots get", "Keeping files", "Seeing what happens", "Instead of working"),
        "Other",
    ]


@pytest.mark.parametrize(
    ("name", "parse"),
    [
        ("grace", parse_duration),
        ("breaker_after", int),
        ("kept_for", parse_duration),
        ("kept_size", lambda text: parse_setting("log_max_size", text)),
        ("log_format", str),
        ("metrics_address", str),
    ],
)
def test_the_default_that_help_names_is_the_default(name, parse):
    said = re.search(r"Default: (.+)\.$", OPTIONS[name].help)[1]
    assert parse(said) == getattr(WorkerOptions(), name)
