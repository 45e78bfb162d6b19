"""What robots get of the worker's environment, and of its way to the engine."""

from datetime import timedelta
from pathlib import Path

import pytest

from CamundaLibrary.bundles import Bundle, Topic
from CamundaLibrary.bundles.manifest import Manifest, ManifestTask
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.settings import Settings
from CamundaLibrary.worker.configuration import Permissions
from CamundaLibrary.worker.permissions import check_passed, robot_environment_for

SETTINGS = Settings(
    base_url="http://localhost:1/engine-rest",
    username="me",
    password="hush",
    timeout=timedelta(seconds=5),
    ca_bundle="ca.pem",
    proxy="http://robot:hush@localhost:3128",
    client_certificate="robot.pem",
    log="on_failure",
    log_max_size=5,
    retries=7,
)
FOR_LISTENER = {"CAMUNDA_LOG": "on_failure", "CAMUNDA_LOG_MAX_SIZE": "5"}


def topic(**options: object) -> Topic:
    entry = ManifestTask("Search", "Search", 1, "Search", None, TaskOptions(**options))
    return Topic(Bundle(Path("comics"), Path("comics"), Manifest(Path("x"), (entry,), "output", (), ())), entry)


def test_robots_get_the_settings_of_the_listener_and_nothing_of_the_engine(monkeypatch):
    monkeypatch.setenv("COLOUR", "red")
    assert robot_environment_for(topic(), SETTINGS, Permissions(("Search",), ("COLOUR",))) == FOR_LISTENER
    assert robot_environment_for(topic(), Settings(), Permissions()) == {}


def test_variables_that_the_operator_passes_reach_all_robots(monkeypatch):
    monkeypatch.setenv("COLOUR", "red")
    environment = robot_environment_for(topic(), Settings(), Permissions(), ("COLOUR", "NOT_SET"))
    assert environment == {"COLOUR": "red"}


@pytest.mark.parametrize(
    ("permissions", "passed"), [(Permissions((), ("COLOUR", "OTHER")), ()), (Permissions(), ("COLOUR",))]
)
def test_variables_that_robots_ask_for_reach_them_if_they_are_allowed(monkeypatch, permissions, passed):
    monkeypatch.setenv("COLOUR", "red")
    monkeypatch.setenv("OTHER", "x")
    environment = robot_environment_for(topic(environment=["COLOUR"]), Settings(), permissions, passed)
    assert environment == {"COLOUR": "red"}


def test_the_engine_is_given_to_robots_that_ask_for_it_and_may_have_it():
    environment = robot_environment_for(topic(engine=True), SETTINGS, Permissions(("Search",)))
    assert environment == {
        **FOR_LISTENER,
        "CAMUNDA_API_BASE_URL": "http://localhost:1/engine-rest",
        "CAMUNDA_API_USERNAME": "me",
        "CAMUNDA_API_PASSWORD": "hush",
        "CAMUNDA_API_TIMEOUT": "PT5S",
        "CAMUNDA_API_CA_BUNDLE": str(Path("ca.pem").absolute()),
        "CAMUNDA_API_PROXY": "http://robot:hush@localhost:3128",
        "CAMUNDA_API_CLIENT_CERTIFICATE": str(Path("robot.pem").absolute()),
    }


def test_who_asks_for_the_engine_without_permission_is_told_the_option_that_gives_it():
    with pytest.raises(SettingsError) as caught:
        robot_environment_for(topic(engine=True), SETTINGS, Permissions(("Another",)))
    assert str(caught.value) == (
        "Topic 'Search' of 'comics' asks for the engine (engine: true), which is not allowed. "
        "Allow it with --allow-engine 'Search', or take it out of its options."
    )


def test_who_asks_for_variables_without_permission_is_told_the_option_that_gives_them():
    with pytest.raises(SettingsError) as caught:
        robot_environment_for(topic(environment=["A", "B", "C"]), SETTINGS, Permissions((), ("B",)))
    assert str(caught.value) == (
        "Topic 'Search' of 'comics' asks for variables of the environment that are not allowed: A, C. "
        "Allow each with --allow-environment, or take it out of its options."
    )


@pytest.mark.parametrize("name", ["CAMUNDA_API_PASSWORD", "camunda_api_base_url", "CAMUNDA_ROBOT_SLOTS"])
def test_the_workers_own_variables_are_never_passed(name):
    with pytest.raises(SettingsError) as caught:
        check_passed([name])
    assert str(caught.value) == f"The variable '{name}' is not passed to robots: it is the worker's own."
