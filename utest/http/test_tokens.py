import base64
import json
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs

import pytest
from small_server import Answer, Server, raw, reply, serving

from CamundaLibrary.errors import (
    CamundaLibraryError,
    EngineUnavailable,
    EngineUnreachable,
    NotAuthenticated,
    ReplyUnreadable,
)
from CamundaLibrary.http import Credentials, HttpClient, choose_authentication, tokens


@pytest.fixture
def login() -> Iterator[Server]:
    """The OAuth2 server; the engine is `server`."""
    with serving() as login:
        login.answers = [token("first"), token("second"), token("third")]
        yield login


@pytest.fixture
def client(server: Server, login: Server) -> HttpClient:
    return connect(server, login)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(tokens.time, "monotonic", lambda: now[0])
    return now


def connect(server: Server, login: Server, secret: str = "s3cr/t+ä", scope: str | None = None) -> HttpClient:
    credentials = Credentials(token_url=login.url, client_id="ro:bot", client_secret=secret, scope=scope)
    return HttpClient(server.url, authentication=choose_authentication(credentials))


def token(text: str, life: float | None = 300) -> Answer:
    body: dict[str, object] = {"access_token": text, "token_type": "Bearer"}
    return reply(200, json.dumps(body | ({"expires_in": life} if life is not None else {})))


def tokens_at(server: Server) -> list[str]:
    return [request.headers["Authorization"] for request in server.requests]


def test_a_token_is_asked_for_once(server: Server, login: Server, client: HttpClient) -> None:
    client.get("Reading", "version")
    client.post("Completing", "external-task", "a", "complete")
    assert tokens_at(server) == ["Bearer first", "Bearer first"]
    request = login.requests[0]
    assert (request.method, parse_qs(request.body.decode())) == ("POST", {"grant_type": ["client_credentials"]})
    assert base64.b64decode(request.headers["Authorization"].split()[1]) == b"ro%3Abot:s3cr%2Ft%2B%C3%A4"
    assert len(login.requests) == 1


def test_a_scope_is_asked_for(server: Server, login: Server) -> None:
    connect(server, login, scope="camunda robots").get("Reading", "version")
    assert parse_qs(login.requests[0].body.decode())["scope"] == ["camunda robots"]


def test_threads_that_start_together_ask_for_one_token(server: Server, login: Server, client: HttpClient) -> None:
    together = threading.Barrier(10)

    def read(_: int) -> None:
        together.wait(10)
        client.get("Reading", "version")

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(read, range(10)))
    assert tokens_at(server) == ["Bearer first"] * 10
    assert len(login.requests) == 1


@pytest.mark.parametrize(("life", "renewed_after"), [(300, 270), (40, 20), (None, 3570)])
def test_a_token_is_renewed_before_it_ends(
    server: Server, login: Server, client: HttpClient, clock: list[float], life: float | None, renewed_after: float
) -> None:
    login.answers = [token("first", life), token("second", life)]
    client.get("Reading", "version")
    clock[0] += renewed_after - 1
    client.get("Reading", "version")
    clock[0] += 1
    client.get("Reading", "version")
    assert tokens_at(server) == ["Bearer first", "Bearer first", "Bearer second"]


def test_a_token_that_the_engine_refuses_is_renewed_once_and_the_call_repeated(
    server: Server, login: Server, client: HttpClient
) -> None:
    server.answers = [reply(200), reply(401, ""), reply(204, b"")]
    client.get("Reading", "version")
    client.upload("Uploading", "execution", "a", "localVariables", "log", "data", parts=[])
    assert tokens_at(server) == ["Bearer first", "Bearer first", "Bearer second"]
    assert server.requests[1].body == server.requests[2].body != b""


def test_an_engine_that_refuses_every_token_is_asked_twice(server: Server, login: Server, client: HttpClient) -> None:
    server.answers = [reply(401, "")]
    with pytest.raises(NotAuthenticated) as caught:
        client.post("Completing external task 'a'", "external-task", "a", "complete")
    assert caught.value.reason == "the credentials are missing or wrong (401 Unauthorized)"
    assert tokens_at(server) == ["Bearer first", "Bearer second"]


def test_two_threads_whose_token_was_refused_fetch_one_new_token(login: Server) -> None:
    authentication = choose_authentication(Credentials(token_url=login.url, client_id="a", client_secret="b"))
    client = HttpClient(login.url, authentication=authentication)
    call = client._call("Reading", "GET", ["version"], None)
    refused = authentication.header(call, client._transport.send)
    for _ in range(2):  # both threads were answered 401 before either asked again
        assert authentication.is_worth_another_try(refused)
        assert authentication.header(call, client._transport.send) == "Bearer second"


@pytest.mark.parametrize(
    ("answer", "kind", "reason"),
    [
        (
            reply(401, '{"error":"invalid_client","error_description":"Who are you?"}'),
            NotAuthenticated,
            "'{url}' gave no token (401: invalid_client: Who are you?)",
        ),
        (reply(400, '{"error":"invalid_scope"}'), NotAuthenticated, "'{url}' gave no token (400: invalid_scope)"),
        (reply(404, "<html>"), NotAuthenticated, "'{url}' gave no token (404)"),
        (reply(302, "", Location="/login"), NotAuthenticated, "'{url}' gave no token (302)"),
        (reply(503, "<html>"), EngineUnavailable, "'{url}' gave no token (503)"),
        (reply(200, '{"token":"x"}'), ReplyUnreadable, "the reply has no 'access_token': '{{\"token\":\"x\"}}'"),
        (reply(200, "<html>"), ReplyUnreadable, "the reply is a page, not the engine's JSON: '<html>'"),
        (raw(b""), EngineUnreachable, "'{host}' closed the connection before it answered"),
    ],
)
def test_no_token_no_call(
    server: Server, login: Server, client: HttpClient, answer: Answer, kind: type[Exception], reason: str
) -> None:
    login.answers = [answer]
    with pytest.raises(CamundaLibraryError) as caught:
        client.post("Completing external task 'a'", "external-task", "a", "complete")
    assert type(caught.value) is kind
    words = reason.format(url=login.url, host=login.host)
    assert str(caught.value) == f"Completing external task 'a' failed: {words}."
    assert server.requests == []
