"""What happens on real connections: broken ones, silent servers, certificates, proxies, repeats."""

import gzip
import logging
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from small_server import QuietServer, Server, raw, reply, serving, silence

from CamundaLibrary.errors import EngineError, EngineUnavailable, EngineUnreachable, ReplyUnreadable, SettingsError
from CamundaLibrary.http import Certificates, HttpClient

SHORT = timedelta(milliseconds=200)


def fail(client: HttpClient, kind: type[EngineError]) -> str:
    """Returns the reason why a call that is not repeated failed."""
    with pytest.raises(EngineError) as caught:
        client.post("Completing external task 'a'", "external-task", "a", "complete")
    assert type(caught.value) is kind
    assert str(caught.value) == f"Completing external task 'a' failed: {caught.value.reason}."
    return caught.value.reason


@pytest.fixture
def free_host() -> str:
    with socket.socket() as probe:
        probe.bind(("localhost", 0))
        return f"localhost:{probe.getsockname()[1]}"


def test_nobody_listens(free_host: str) -> None:
    client = HttpClient(f"http://{free_host}/engine-rest")
    assert fail(client, EngineUnreachable) == f"nothing listens at '{free_host}' (connection refused)"


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def know_nothing(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", know_nothing)
    client = HttpClient("http://nowhere.example/engine-rest")
    assert fail(client, EngineUnreachable) == "the name 'nowhere.example' is unknown here"


def test_a_silent_server(server: Server) -> None:
    until = threading.Event()
    server.answers = [silence(until)]
    reason = fail(HttpClient(server.url, timeout=SHORT), EngineUnreachable)
    until.set()
    assert reason == f"no answer from '{server.host}' within 200 milliseconds"


def test_a_silent_server_is_not_asked_again_even_for_reading(server: Server) -> None:
    until = threading.Event()
    server.answers = [silence(until)]
    with pytest.raises(EngineUnreachable) as caught:
        HttpClient(server.url, timeout=SHORT).get("Reading the version", "version")
    until.set()
    assert caught.value.reason == f"no answer from '{server.host}' within 200 milliseconds"
    assert len(server.requests) == 1


def test_a_server_that_falls_silent_within_its_reply(server: Server) -> None:
    until = threading.Event()

    def half_a_reply(handler: object) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{")  # type: ignore[attr-defined]
        silence(until)(handler)  # type: ignore[arg-type]

    server.answers = [half_a_reply]
    reason = fail(HttpClient(server.url, timeout=SHORT), EngineUnreachable)
    until.set()
    assert reason == f"no answer from '{server.host}' within 200 milliseconds"


def test_a_long_poll_has_its_own_time_and_the_timeout_on_top(server: Server) -> None:
    until = threading.Event()
    server.answers = [silence(until)]
    client = HttpClient(server.url, timeout=SHORT)
    start = time.monotonic()
    with pytest.raises(EngineUnreachable) as caught:
        client.post("Fetching tasks", "external-task", "fetchAndLock", wait=timedelta(milliseconds=300))
    until.set()
    assert caught.value.reason == f"no answer from '{server.host}' within 500 milliseconds"
    assert 0.5 <= time.monotonic() - start < 2


def test_a_connection_that_ends_before_the_reply(server: Server) -> None:
    server.answers = [raw(b"")]
    reason = fail(HttpClient(server.url), EngineUnreachable)
    assert reason == f"'{server.host}' closed the connection before it answered"


def test_a_server_that_does_not_speak_http(server: Server) -> None:
    server.answers = [raw(b"220 mail.example ESMTP\r\n")]
    reason = fail(HttpClient(server.url), EngineUnreachable)
    assert reason == f"what '{server.host}' answered is not HTTP; its port may be wrong"


@pytest.mark.parametrize(
    "sent",
    [
        b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n[{"id":"a","workerId":',
        b'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n20\r\n[{"id":',
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n",
    ],
    ids=["by length", "by chunk", "chunk without length"],
)
def test_a_reply_that_is_cut_off(server: Server, sent: bytes) -> None:
    server.answers = [raw(sent)]
    assert fail(HttpClient(server.url), ReplyUnreadable) == "the reply was cut off"


def test_a_refusal_that_is_cut_off_still_has_its_status(server: Server) -> None:
    server.answers = [raw(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 100\r\n\r\n<html>")]
    assert fail(HttpClient(server.url), EngineUnavailable) == "the server answered 503 Service Unavailable"


def test_a_reply_that_cannot_be_unpacked(server: Server) -> None:
    server.answers = [reply(200, b"no gzip at all", **{"Content-Encoding": "gzip"})]
    assert fail(HttpClient(server.url), ReplyUnreadable) == "the reply cannot be unpacked"


def test_a_packed_reply_is_unpacked(server: Server) -> None:
    server.answers = [reply(200, gzip.compress(b'{"version":"7.24.0"}'), **{"Content-Encoding": "gzip"})]
    assert HttpClient(server.url).get("Reading the version", "version").json() == {"version": "7.24.0"}


def test_reading_calls_are_repeated(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    server.answers = [raw(b""), reply(502, "<html>"), reply(503, ""), reply(200, '{"version":"7.24.0"}')]
    with caplog.at_level(logging.WARNING):
        assert HttpClient(server.url).get("Reading the version", "version").json() == {"version": "7.24.0"}
    assert server.paths == ["/engine-rest/version"] * 4
    assert caplog.messages[0].startswith("Retrying (2 tries left) after connection broken by")


def test_queries_are_repeated_with_their_body(server: Server) -> None:
    server.answers = [raw(b""), reply(504, ""), reply(200, "[]")]
    HttpClient(server.url).query("Listing external tasks", "external-task", body={"topicName": "a"})
    assert [request.body for request in server.requests] == [b'{"topicName": "a"}'] * 3


def test_reading_calls_give_up_at_last(server: Server) -> None:
    server.answers = [reply(503, "<h1>down</h1>", "text/html")]
    with pytest.raises(EngineUnavailable) as caught:
        HttpClient(server.url).get("Reading the version", "version")
    assert str(caught.value) == (
        "Reading the version failed: the server answered 503 Service Unavailable and said '<h1>down</h1>'."
    )
    assert len(server.requests) == 4


def test_a_wish_for_a_pause_of_an_hour_is_not_granted(server: Server) -> None:
    server.answers = [reply(503, "", **{"Retry-After": "3600"}), reply(200, "[]")]
    start = time.monotonic()
    HttpClient(server.url).get("Listing incidents", "incident")
    assert time.monotonic() - start < 3


@pytest.mark.parametrize("answer", [raw(b""), reply(502, ""), reply(503, ""), reply(504, "")])
def test_reports_and_fetches_are_sent_once(server: Server, answer: object) -> None:
    server.answers = [answer]  # type: ignore[list-item]
    client = HttpClient(server.url)
    for send in (client.post, client.delete):
        with pytest.raises(EngineError):
            send("Completing external task 'a'", "external-task", "a", "complete")
    with pytest.raises(EngineError):
        client.put("Setting the retries", "external-task", "a", "retries", body={"retries": 1})
    with pytest.raises(EngineError):
        client.upload("Uploading", "execution", "a", "localVariables", "log", "data", parts=[])
    assert [request.method for request in server.requests] == ["POST", "DELETE", "PUT", "POST"]


def test_a_connection_that_the_server_gave_up_meanwhile_is_replaced(server: Server) -> None:
    server.answers = [raw(b"HTTP/1.1 204 No Content\r\n\r\n"), reply(204, b"")]
    client = HttpClient(server.url)
    client.post("Unlocking", "external-task", "a", "unlock")
    time.sleep(0.1)
    client.post("Unlocking", "external-task", "a", "unlock")
    assert len(server.requests) == 2


def test_many_threads_share_a_client(server: Server) -> None:
    def echo(handler: object) -> None:
        reply(200, f'{{"path": "{handler.path}"}}')(handler)  # type: ignore[attr-defined,arg-type]

    server.answers = [echo]
    client = HttpClient(server.url)
    with ThreadPoolExecutor(40) as threads:
        paths = threads.map(lambda number: client.get("Reading", str(number)).json()["path"], range(200))
        assert list(paths) == [f"/engine-rest/{number}" for number in range(200)]


def test_a_closed_client_opens_new_connections(server: Server) -> None:
    client = HttpClient(server.url)
    client.get("Reading", "version")
    client.close()
    client.get("Reading", "version")
    assert len(server.requests) == 2


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class TestCertificates:
    @pytest.fixture
    def secure(self, authority: trustme.CA) -> Iterator[Server]:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("localhost").configure_cert(context)

        def wrap(server: QuietServer) -> None:
            server.socket = context.wrap_socket(server.socket, server_side=True)

        with serving(wrap, "https") as server:
            yield server

    @pytest.fixture
    def bundle(self, authority: trustme.CA, tmp_path: Path) -> Path:
        authority.cert_pem.write_to_path(tmp_path / "ca.pem")
        return tmp_path / "ca.pem"

    def test_a_certificate_of_an_unknown_authority(self, secure: Server) -> None:
        assert fail(HttpClient(secure.url), EngineUnreachable) == (
            f"the certificate of '{secure.host}' is not trusted (unable to get local issuer certificate). "
            "If it is right, name the file of its authority with CAMUNDA_API_CA_BUNDLE"
        )

    def test_a_certificate_of_an_authority_that_was_named(self, secure: Server, bundle: Path) -> None:
        HttpClient(secure.url, certificates=Certificates(bundle)).get("Reading", "version")
        assert secure.paths == ["/engine-rest/version"]

    def test_the_named_authority_wins_over_that_of_the_environment(
        self, secure: Server, bundle: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle.parent / "missing.pem"))
        HttpClient(secure.url, certificates=Certificates(bundle)).get("Reading", "version")
        assert secure.paths == ["/engine-rest/version"]

    def test_an_authority_of_the_system_is_trusted(
        self, secure: Server, bundle: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from CamundaLibrary.http import certificates

        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))  # what OpenSSL takes for the system's
        certificates._trust_of_system.cache_clear()
        try:
            HttpClient(secure.url).get("Reading", "version")
        finally:
            certificates._trust_of_system.cache_clear()
        assert secure.paths == ["/engine-rest/version"]

    def test_a_certificate_for_another_name(self, authority: trustme.CA, bundle: Path) -> None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("other.example").configure_cert(context)

        def wrap(server: QuietServer) -> None:
            server.socket = context.wrap_socket(server.socket, server_side=True)

        with serving(wrap, "https") as server:
            assert fail(HttpClient(server.url, certificates=Certificates(bundle)), EngineUnreachable) == (
                f"the certificate of '{server.host}' is not trusted (Hostname mismatch, certificate is not valid for "
                "'localhost'.). If it is right, name the file of its authority with CAMUNDA_API_CA_BUNDLE"
            )

    def test_https_to_a_server_of_http(self, server: Server) -> None:
        assert fail(HttpClient(server.url.replace("http:", "https:")), EngineUnreachable) == (
            f"'{server.host}' does not speak https; its URL may have to start with http://"
        )

    def test_a_certificate_file_that_is_missing(self, tmp_path: Path) -> None:
        with pytest.raises(SettingsError) as caught:
            HttpClient("https://localhost", certificates=Certificates(tmp_path / "ca.pem"))
        assert str(caught.value) == (
            f"The certificate file '{tmp_path / 'ca.pem'}' (CAMUNDA_API_CA_BUNDLE) cannot be used: "
            "No such file or directory."
        )

    def test_a_certificate_file_without_certificate(self, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_text("no certificate")
        with pytest.raises(SettingsError) as caught:
            HttpClient("https://localhost", certificates=Certificates(tmp_path / "ca.pem"))
        assert str(caught.value) == (
            f"The certificate file '{tmp_path / 'ca.pem'}' (CAMUNDA_API_CA_BUNDLE) cannot be used: "
            "there is no certificate in it."
        )


class TestProxies:
    def test_a_proxy_of_the_environment_is_used(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HTTP_PROXY", f"http://robot:s3cret@{server.host}")
        HttpClient("http://engine.example/engine-rest").get("Reading", "version")
        assert server.paths == ["http://engine.example/engine-rest/version"]

    def test_a_proxy_that_is_down_is_named_as_such_without_its_password(
        self, free_host: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", f"http://robot:s3cret@{free_host}")
        client = HttpClient("http://engine.example/engine-rest")
        assert fail(client, EngineUnreachable) == (
            "the proxy on the way to 'engine.example' does not help: Connection refused"
        )

    def test_a_proxy_that_wants_other_credentials(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        server.answers = [reply(407, "", **{"Proxy-Authenticate": "Basic"})]
        monkeypatch.setenv("HTTPS_PROXY", f"http://{server.host}")
        client = HttpClient("https://engine.example/engine-rest")
        assert fail(client, EngineUnreachable) == (
            "the proxy on the way to 'engine.example' does not help: 407 Proxy Authentication Required"
        )


def test_a_timeout_of_nothing_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"^The timeout \(CAMUNDA_API_TIMEOUT\) must be longer than 0 seconds\.$"):
        HttpClient("http://localhost", timeout=timedelta())
