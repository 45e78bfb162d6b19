import logging

import pytest
from click.testing import CliRunner

from CamundaLibrary.cli.group import group


@pytest.fixture(autouse=True)
def own_logging(monkeypatch):
    """The command sets up logging; other tests are not to feel it."""
    for name in ("CamundaLibrary", "urllib3"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.NOTSET)
    monkeypatch.setattr(logging.getLogger("CamundaLibrary"), "handlers", [])


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--grace", "soon", "x"], "Invalid value for '--grace': 'soon' is no duration."),
        (["--slots", "0", "x"], "Invalid value for '--slots': 0 is not in the range x>=1."),
        ([], "Missing argument 'BUNDLE...'"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments, problem):
    result = CliRunner().invoke(group, ["worker", *arguments])
    assert result.exit_code == 2
    assert problem in " ".join(result.output.split())


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        (
            {"CAMUNDA_API_BASE_URL": "localhost"},
            "The environment variable 'CAMUNDA_API_BASE_URL' is wrong: 'localhost' is no URL.",
        ),
        ({"CAMUNDA_ROBOT_BASE_URL": "ftp://x"}, "The option 'base_url' is wrong: 'ftp://x' is no URL."),
        (
            {"CAMUNDA_ROBOT_PASS_ENVIRONMENT": "PATH CAMUNDA_API_PASSWORD"},
            "The variable 'CAMUNDA_API_PASSWORD' is not passed to robots: it is the worker's own.",
        ),
    ],
)
def test_wrong_settings_are_one_sentence_and_exit_code_1(variables, sentence, monkeypatch):
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(group, ["worker", "x"])
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {sentence}")
