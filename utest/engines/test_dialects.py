from datetime import timedelta
from pathlib import Path

import pytest
import responses

from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.settings import Settings

URL = "http://engine.example/engine-rest"


def header_sent(url: str = URL, **arguments: object) -> str | None:
    with responses.RequestsMock() as server:
        server.get(f"{URL}/version", json={"version": "7.24.0"})
        assert connect(url, **arguments).version() == "7.24.0"
        return server.calls[0].request.headers.get("Authorization")


def test_the_default_is_an_engine_on_this_machine_without_credentials() -> None:
    engine = connect()
    assert engine.url == "http://localhost:8080/engine-rest"
    assert repr(engine) == "<Camunda 7 engine at 'http://localhost:8080/engine-rest'>"


def test_settings_are_used() -> None:
    settings = Settings(base_url=URL, username="demo", password="demo", timeout=timedelta(seconds=5))
    assert connect(settings=settings).url == URL
    assert header_sent(settings=settings) == "Basic ZGVtbzpkZW1v"


def test_arguments_win_over_settings() -> None:
    settings = Settings(base_url="http://other.example", authorization="Bearer other")
    assert header_sent(URL, settings=settings, username="demo", password="demo") == "Basic ZGVtbzpkZW1v"


def test_credentials_of_the_url() -> None:
    assert header_sent(URL.replace("//", "//demo:demo@")) == "Basic ZGVtbzpkZW1v"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            {"authorization": "Bearer s3cret", "username": "demo", "password": "s3cret"},
            "More than one kind of credentials is given: CAMUNDA_API_AUTHORIZATION and CAMUNDA_API_USERNAME. "
            "Keep one of them.",
        ),
        (
            {"url": "http://demo:s3cret@engine.example", "authorization": "Bearer s3cret"},
            "More than one kind of credentials is given: one of them in CAMUNDA_API_BASE_URL. Keep one of them.",
        ),
        (
            {"url": "engine.example"},
            "'engine.example' is no URL of an engine (CAMUNDA_API_BASE_URL). "
            "Write it like 'http://localhost:8080/engine-rest'.",
        ),
        (
            {"ca_bundle": Path("missing.pem")},
            "The certificate file 'missing.pem' (CAMUNDA_API_CA_BUNDLE) cannot be used: No such file or directory.",
        ),
        ({"timeout": timedelta(seconds=-1)}, "The timeout (CAMUNDA_API_TIMEOUT) must be longer than 0 seconds."),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_sent(arguments: dict[str, object], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        connect(**arguments)
    assert str(caught.value) == sentence
