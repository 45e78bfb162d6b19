import json
from pathlib import Path

import pytest
import responses
from small_server import Server, reply, serving

from CamundaLibrary import __version__
from CamundaLibrary.errors import EngineUnavailable, NotFound, ReplyUnreadable, SettingsError, ValueRefused
from CamundaLibrary.http import Credentials, HttpClient, Part, choose_authentication

URL = "http://engine.example/engine-rest"


@pytest.mark.parametrize(
    ("segment", "sent"),
    [
        ("a1b2", "a1b2"),
        ("a b", "a%20b"),
        ("a/b", "a%2Fb"),
        ("../x", "..%2Fx"),
        ("a?b#c", "a%3Fb%23c"),
        ("100%", "100%25"),
        ("%41", "%2541"),
        ("ä€😀", "%C3%A4%E2%82%AC%F0%9F%98%80"),
        ("a;b&c=d+e", "a%3Bb%26c%3Dd%2Be"),
        ("\r\nX: y", "%0D%0AX%3A%20y"),
        ("...", "..."),
    ],
)
def test_path_segments_are_quoted(server: Server, segment: str, sent: str) -> None:
    HttpClient(server.url).get("Reading", "external-task", segment, "x")
    assert server.paths == [f"/engine-rest/external-task/{sent}/x"]


@pytest.mark.parametrize("segment", ["", ".", ".."])
def test_a_segment_that_would_name_another_resource_is_not_found(server: Server, segment: str) -> None:
    with pytest.raises(NotFound) as caught:
        HttpClient(server.url).delete(f"Deleting deployment '{segment}'", "deployment", segment)
    assert str(caught.value) == f"Deleting deployment '{segment}' failed: '{segment}' is no id."
    assert server.requests == []


def test_parameters_are_written_as_the_engine_reads_them(server: Server) -> None:
    params = {"a": True, "b": False, "c": None, "d": 1, "e": "x y+ä", "f": ["1", "2"]}
    HttpClient(server.url).get("Reading", "incident", params=params)
    assert server.paths == ["/engine-rest/incident?a=true&b=false&d=1&e=x+y%2B%C3%A4&f=1%2C2"]


def test_json_is_sent_as_such(server: Server) -> None:
    server.answers = [reply(204, b"")]
    HttpClient(server.url).put("Setting", "external-task", "a", "retries", body={"retries": 1, "text": "ä😀"})
    request = server.requests[0]
    assert (request.method, json.loads(request.body)) == ("PUT", {"retries": 1, "text": "ä😀"})
    assert request.headers["Content-Type"] == "application/json"
    assert request.headers["Accept"] == "application/json"
    assert request.headers["User-Agent"] == f"robotframework-camundalibrary/{__version__}"
    assert "Authorization" not in request.headers


def test_a_post_without_body_sends_an_empty_object(server: Server) -> None:
    HttpClient(server.url).post("Unlocking", "external-task", "a", "unlock")
    assert server.requests[0].body == b"{}"


@pytest.mark.parametrize(("value", "words"), [(float("nan"), "Out of range float values"), ({1, 2}, "type set is not")])
def test_what_json_cannot_hold_is_refused(value: object, words: str) -> None:
    with pytest.raises(ValueRefused, match=rf"^Fetching failed: a value cannot be sent as JSON \(.*{words}.*\)\.$"):
        HttpClient(URL).post("Fetching", "external-task", body={"x": value})


def test_a_file_is_uploaded_whole_with_its_length(server: Server) -> None:
    content = bytes(range(256)) * 4000
    HttpClient(server.url).upload("Uploading", "x", "data", parts=[Part("data", content, "a.bin", "image/png")])
    request = server.requests[0]
    assert request.headers["Content-Type"].startswith("multipart/form-data; boundary=")
    assert "Transfer-Encoding" not in request.headers
    assert content in request.body


def test_a_file_is_downloaded_as_it_is(server: Server) -> None:
    server.answers = [reply(200, b"<html>\x00\xff", "text/html")]
    assert HttpClient(server.url).download("Downloading", "x", "data") == b"<html>\x00\xff"
    assert server.requests[0].headers["Accept"] == "*/*"


def test_text_is_none_where_there_is_none(server: Server) -> None:
    server.answers = [reply(204, b""), reply(200, "Zeile ä", "text/plain")]
    client = HttpClient(server.url)
    assert client.read_text("Reading", "errorDetails") is None
    assert client.read_text("Reading", "errorDetails") == "Zeile ä"


@responses.activate
def test_a_login_page_is_no_success_for_a_report() -> None:
    responses.post(f"{URL}/external-task/a/complete", "<html>Please log in</html>", content_type="text/html")
    with pytest.raises(ReplyUnreadable) as caught:
        HttpClient(URL).post("Completing external task 'a'", "external-task", "a", "complete")
    assert str(caught.value) == (
        "Completing external task 'a' failed: the reply is a page, not the engine's JSON: '<html>Please log in</html>'."
    )


def test_a_redirect_is_not_followed_and_carries_no_credentials(server: Server) -> None:
    with serving() as other:
        server.answers = [reply(302, "", Location=f"{other.url}/login")]
        client = HttpClient(
            server.url, authentication=choose_authentication(Credentials(authorization="Bearer s3cret"))
        )
        with pytest.raises(ReplyUnreadable) as caught:
            client.get("Reading the version", "version")
    assert str(caught.value) == (
        f"Reading the version failed: the server sends on to '{other.url}/login', which is not followed. "
        "Set CAMUNDA_API_BASE_URL to the engine itself."
    )
    assert other.requests == []


def test_cookies_are_not_kept(server: Server) -> None:
    server.answers = [reply(200, "{}", **{"Set-Cookie": "JSESSIONID=a; Path=/"})]
    client = HttpClient(server.url)
    client.get("Reading", "version")
    client.get("Reading", "version")
    assert ["Cookie" in request.headers for request in server.requests] == [False, False]


class TestNetrc:
    @pytest.fixture(autouse=True)
    def netrc(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (tmp_path / "netrc").write_text("machine localhost login other password other\n")
        monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))

    def test_netrc_does_not_replace_our_credentials(self, server: Server) -> None:
        authentication = choose_authentication(Credentials(authorization="Bearer ours"))
        HttpClient(server.url, authentication=authentication).get("Reading", "version")
        assert server.requests[0].headers["Authorization"] == "Bearer ours"

    def test_netrc_gives_no_credentials_where_we_have_none(self, server: Server) -> None:
        HttpClient(server.url).get("Reading", "version")
        assert "Authorization" not in server.requests[0].headers


def test_credentials_in_the_url_are_taken_out_and_used(server: Server) -> None:
    client = HttpClient(server.url.replace("//", "//demo:s3cr%C3%A9t@"))
    client.get("Reading", "version")
    assert server.requests[0].headers["Authorization"] == "Basic ZGVtbzpzM2Nyw6l0"
    assert client.url == server.url
    assert repr(client) == f"HttpClient('{server.url}')"


def test_credentials_in_the_url_and_elsewhere_are_too_many() -> None:
    authentication = choose_authentication(Credentials(authorization="Bearer s3cret"))
    with pytest.raises(SettingsError) as caught:
        HttpClient("http://demo:s3cret@localhost/engine-rest", authentication=authentication)
    assert str(caught.value) == (
        "More than one kind of credentials is given: one of them in CAMUNDA_API_BASE_URL. Keep one of them."
    )


def test_errors_know_status_type_and_code(server: Server) -> None:
    body = {"type": "RestException", "message": "External task with id a does not exist", "code": 0}
    server.answers = [reply(404, json.dumps(body))]
    with pytest.raises(NotFound) as caught:
        HttpClient(server.url).post("Completing external task 'a'", "external-task", "a", "complete")
    assert str(caught.value) == "Completing external task 'a' failed: External task with id a does not exist."
    assert (caught.value.status, caught.value.type, caught.value.code) == (404, "RestException", 0)


def test_a_wrong_root_is_hinted_at(server: Server) -> None:
    server.answers = [reply(404, "<html>", "text/html")]
    with pytest.raises(EngineUnavailable) as caught:
        HttpClient(server.url).get("Reading the version", "version")
    assert str(caught.value) == (
        f"Reading the version failed: no engine answers at '{server.url}' (404 Not Found). "
        "If that stays so, CAMUNDA_API_BASE_URL is wrong; it usually ends in /engine-rest."
    )
