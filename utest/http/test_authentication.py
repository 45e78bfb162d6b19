import base64

import pytest
from small_server import Server, reply

from CamundaLibrary.errors import NotAuthenticated, SettingsError
from CamundaLibrary.http import Credentials, HttpClient, choose_authentication


def header_of(server: Server, **credentials: str) -> str | None:
    HttpClient(server.url, authentication=choose_authentication(Credentials(**credentials))).get("Reading", "version")
    return server.requests[-1].headers.get("Authorization")


def test_without_credentials_there_is_no_header(server: Server) -> None:
    assert header_of(server) is None


def test_a_header_is_sent_as_it_is(server: Server) -> None:
    assert header_of(server, authorization="Bearer a.b.c") == "Bearer a.b.c"


def test_a_user_is_sent_in_utf_8_as_the_engine_reads_it(server: Server) -> None:
    header = header_of(server, username="jürgen", password="p:ä€ß")
    assert header == "Basic " + base64.b64encode("jürgen:p:ä€ß".encode()).decode()


def test_an_empty_password_is_a_password(server: Server) -> None:
    assert header_of(server, username="demo", password="") == "Basic ZGVtbzo="


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"authorization": "Bearer s3cret", "username": "demo", "password": "s3cret"},
            "More than one kind of credentials is given: CAMUNDA_API_AUTHORIZATION and CAMUNDA_API_USERNAME. "
            "Keep one of them.",
        ),
        (
            {"authorization": "Bearer s3cret", "password": "s3cret", "client_secret": "s3cret"},
            "More than one kind of credentials is given: CAMUNDA_API_AUTHORIZATION and CAMUNDA_API_USERNAME "
            "and CAMUNDA_API_TOKEN_URL. Keep one of them.",
        ),
        ({"username": "demo"}, "With CAMUNDA_API_USERNAME, CAMUNDA_API_PASSWORD must be given too."),
        ({"password": "s3cret"}, "With CAMUNDA_API_PASSWORD, CAMUNDA_API_USERNAME must be given too."),
        (
            {"client_secret": "s3cret"},
            "With CAMUNDA_API_CLIENT_SECRET, CAMUNDA_API_TOKEN_URL and CAMUNDA_API_CLIENT_ID must be given too.",
        ),
        (
            {"username": "de:mo", "password": "s3cret"},
            "The user name 'de:mo' has a colon, which HTTP Basic cannot send.",
        ),
        (
            {"authorization": "Bearer s3cret\r\nX: y"},
            "CAMUNDA_API_AUTHORIZATION has a character that a header may not have, a line break or an umlaut perhaps.",
        ),
        (
            {"authorization": "Bearer s3crét"},
            "CAMUNDA_API_AUTHORIZATION has a character that a header may not have, a line break or an umlaut perhaps.",
        ),
        (
            {"token_url": "localhost/token", "client_id": "robot", "client_secret": "s3cret"},
            "'localhost/token' is no token URL (CAMUNDA_API_TOKEN_URL).",
        ),
    ],
)
def test_wrong_credentials_are_refused_without_showing_them(given: dict[str, str], sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        choose_authentication(Credentials(**given))
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    "given",
    [
        {"authorization": "Bearer s3cret"},
        {"username": "demo", "password": "s3cret"},
        {"token_url": "https://login.example/token?k=s3cret", "client_id": "robot", "client_secret": "s3cret"},
    ],
)
def test_no_repr_shows_a_secret(given: dict[str, str]) -> None:
    credentials = Credentials(**given)
    authentication = choose_authentication(credentials)
    assert "s3cret" not in repr(authentication)
    assert base64.b64encode(b"demo:s3cret").decode() not in repr(authentication)


@pytest.mark.parametrize("given", [{"authorization": "Bearer s3cret"}, {"username": "demo", "password": "s3cret"}])
def test_a_refusal_of_credentials_does_not_show_them(server: Server, given: dict[str, str]) -> None:
    server.answers = [reply(401, "")]
    client = HttpClient(server.url, authentication=choose_authentication(Credentials(**given)))
    with pytest.raises(NotAuthenticated) as caught:
        client.post("Completing external task 'a'", "external-task", "a", "complete")
    assert str(caught.value) == (
        "Completing external task 'a' failed: the credentials are missing or wrong (401 Unauthorized)."
    )
    assert len(server.requests) == 1
