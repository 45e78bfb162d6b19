"""The tables of the docs name all that the code has, and nothing else: settings, options, keys, keywords, errors."""

import importlib
import re
from datetime import timedelta
from pathlib import Path

import pytest
from robot.libdoc import LibraryDocumentation

from CamundaLibrary import errors
from CamundaLibrary.bundles.model_properties import OF_ONE_TASK
from CamundaLibrary.bundles.options import Filter, TaskOptions, to_camel
from CamundaLibrary.cli import COMMANDS
from CamundaLibrary.durations import parse_duration
from CamundaLibrary.settings import Settings, Source, parse_setting, read_settings, variable_of
from CamundaLibrary.worker.configuration import WorkerOptions
from CamundaLibrary.worker.configuration_file import read_configuration_file

DOCS = Path(__file__).parents[1] / "docs"
SOURCES = Path(errors.__file__).parent
BASES = ("CamundaLibraryError", "EngineError")
ERRORS = [name for name, each in vars(errors).items() if isinstance(each, type) and name not in BASES]
ENGINES_OWN_WORDS = ("NotFound", "RequestRefused", "LockedByAnother", "EngineFailed", "EngineConflict")


def tables_of(page):
    """The rows of all tables of a page, as lists of cells."""
    lines = (DOCS / page).read_text("utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def words_in(rows, column=0):
    """The words in backticks in one column."""
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row[column])}


def options_of(command):
    module = importlib.import_module(f"CamundaLibrary.cli.{command}")
    return {text for parameter in module.command.params for text in parameter.opts if text.startswith("--")}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_page_of_each_command_lists_its_options(command):
    assert {word for word in words_in(tables_of(f"{command}.md")) if word.startswith("--")} == options_of(command)


def test_the_settings_are_all_in_their_tables_with_both_names():
    rows = [row for row in tables_of("settings.md") if row[0].startswith("`CAMUNDA_")]
    expected = [f"`{variable_of(name)}` `{name}`" for name in Settings._fields if name != "secret_name"]
    assert sorted(" ".join(row[:2]) for row in rows) == sorted(expected)


@pytest.mark.parametrize("row", [row for row in tables_of("settings.md") if row[0].startswith("`CAMUNDA_")])
def test_the_default_of_each_setting_is_the_one_in_the_table(row):
    name, default = row[1].strip("`"), row[3].strip("`")
    given = "" if default.startswith("none") else default
    reading = read_settings([Source("table", {name: given})])
    assert reading.settings_or_error() == Settings()


def test_the_sentences_on_wrong_settings_are_those_that_are_said():
    variables = {"CAMUNDA_LOG": "sometimes", "CAMUNDA_API_AUTHORIZATION": "Bearer x", "CAMUNDA_API_USERNAME": "me"}
    sources = [Source("listener argument", {"onskip": "fail"}), Source("environment variable", variables, True)]
    said = re.search(r"^```text\n(.*?)^```$", (DOCS / "settings.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    assert sorted(said[1].splitlines()) == sorted(read_settings(sources).mistakes)


def test_the_keys_of_manifests_are_all_on_the_page_of_the_worker():
    text = (DOCS / "worker.md").read_text("utf-8")
    section = text[text.index("## Options of a topic") : text.index("## What robots see")]
    fields = [*TaskOptions.model_fields, *Filter.model_fields]
    assert [name for name in fields if f"`{to_camel(name)}`" not in section] == []


def test_the_properties_of_models_are_all_on_the_page_of_the_worker():
    properties = {word for word in words_in(tables_of("worker.md")) if word.startswith("robot.")} - {"robot.yaml"}
    names = {to_camel(name) for name in OF_ONE_TASK}
    assert {name.removeprefix("robot.").partition(".")[0] for name in properties} == names


def test_the_keys_of_an_engine_are_all_on_the_page_of_the_configuration_file(tmp_path):
    (tmp_path / "some.toml").write_text("[engines.a]\nqqqqqq = 1\n", "utf-8")
    with pytest.raises(errors.SettingsError) as caught:
        read_configuration_file(tmp_path / "some.toml")
    keys = set(str(caught.value).split("known are ")[1].rstrip(".").split(", "))
    text = (DOCS / "configuration.md").read_text("utf-8")
    section = text[text.index("## Engines") :]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if line[:1] == "|"]
    assert words_in(rows) == keys


@pytest.mark.parametrize("option", ["grace", "breaker_after", "kept_for", "kept_size", "metrics_address", "log_format"])
def test_the_default_of_each_option_is_the_one_in_the_table(option):
    (row,) = [row for row in tables_of("worker.md") if row[0] == f"`--{option.replace('_', '-')}`"]
    default = getattr(WorkerOptions(), option)
    parse = {"kept_size": lambda text: parse_setting("log_max_size", text)}.get(
        option, {timedelta: parse_duration, int: int, str: str}[type(default)]
    )
    assert parse(row[2]) == default


@pytest.mark.parametrize("library", ["CamundaLibrary", "CamundaLibrary.Engine"])
def test_the_keywords_are_all_on_their_page(library):
    words = words_in(tables_of("keywords.md"))
    assert [each.name for each in LibraryDocumentation(library).keywords if each.name not in words] == []


@pytest.mark.parametrize("name", ERRORS)
def test_every_error_is_on_its_page(name):
    assert name in words_in(tables_of("errors.md"))


def test_every_sentence_on_errors_is_still_said_by_the_code():
    """Up to what is filled in: three words in a row are looked for, in sentences of five that name no place."""
    texts = [re.sub(r'"\s*\n\s*f?"', "", path.read_text("utf-8")) for path in SOURCES.rglob("*.py")]
    said = "".join(texts).replace("{variable_of(name)}", "")
    rows = [row for row in tables_of("errors.md") if row[0].strip("`") not in ENGINES_OWN_WORDS]
    sentences = [
        words.split() for words in words_in(rows, 0) | words_in(rows, 1) if words[0] != "'" and words.count(" ") >= 4
    ]

    assert len(sentences) > 20
    assert [" ".join(words) for words in sentences if not has_run_in(said, words)] == []


def has_run_in(text, words):
    return any(" ".join(words[start : start + 3]) in text for start in range(len(words) - 2))
