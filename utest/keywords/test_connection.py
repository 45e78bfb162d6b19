"""The engine of one library import."""

import os

import pytest
from robot.api.types import Secret

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.keywords.connection import Connection
from CamundaLibrary.libraries.engine import Engine


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch):
    for name in [name for name in os.environ if name.startswith("CAMUNDA_")]:
        monkeypatch.delenv(name)


def test_wrong_arguments_fail_the_import():
    with pytest.raises(SettingsError) as error:
        Engine(base_urll="http://localhost:1")
    assert str(error.value) == "There is no library argument 'base_urll'. Did you mean 'base_url'?"


def test_the_engine_is_connected_once_and_not_before_it_is_needed(monkeypatch):
    connection = Connection({})
    monkeypatch.setenv("CAMUNDA_API_BASE_URL", "http://localhost:1/engine-rest")
    engine = connection.engine
    assert engine.url == "http://localhost:1/engine-rest"
    assert connection.engine is engine
    engine.close()


def test_arguments_win_over_the_environment_and_two_imports_have_two_engines(monkeypatch):
    monkeypatch.setenv("CAMUNDA_API_BASE_URL", "http://localhost:1/engine-rest")
    first, second = Connection({}).engine, Connection({"base_url": "http://localhost:2/engine-rest"}).engine
    assert (first.url, second.url) == ("http://localhost:1/engine-rest", "http://localhost:2/engine-rest")
    first.close()
    second.close()


def test_wrong_variables_fail_the_keyword_that_needs_the_engine(monkeypatch):
    monkeypatch.setenv("CAMUNDA_API_TIMEOUT", "soon")
    connection = Connection({})
    with pytest.raises(SettingsError, match=r"^The environment variable 'CAMUNDA_API_TIMEOUT' is wrong: 'soon' is no"):
        _ = connection.engine


def test_secrets_are_taken_and_shown_nowhere():
    connection = Connection({"username": "demo", "password": Secret("hush")})
    engine = connection.engine
    assert "hush" not in f"{engine!r} {vars(engine)!r} {connection!r}"
    engine.close()
