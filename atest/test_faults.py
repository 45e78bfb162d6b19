"""The proxy makes the faults it names; tests of everything else rely on it."""

from threading import Event, Timer

import pytest
import requests
from faults import answer, cut, delay, drop_reply, hold, once_done, reset


@pytest.fixture
def user(engine_url, unique):
    """The id of a user to be created."""
    name = unique("user").replace("-", "")  # user ids take letters and digits only
    yield name
    requests.delete(f"{engine_url}/user/{name}")


def create_user(url, name):
    body = {"profile": {"id": name, "firstName": "Ü"}, "credentials": {"password": "secret"}}
    return requests.post(f"{url}/user/create", json=body, timeout=10)


def exists(url, name):
    return requests.get(f"{url}/user/{name}/profile").ok


def test_passes_on_what_no_rule_names(proxy, user):
    assert create_user(proxy.url, user).status_code == 204
    assert requests.get(f"{proxy.url}/user/{user}/profile").json()["firstName"] == "Ü"


def test_keeps_connections_open(proxy):
    with requests.Session() as session:
        assert [session.get(f"{proxy.url}/engine").status_code for _ in range(3)] == [200, 200, 200]


def test_records_requests(proxy, user):
    create_user(proxy.url, user)
    (request,) = proxy.find_requests("POST", "/user/create")
    assert request.path == "/engine-rest/user/create"
    assert request.headers["content-type"] == "application/json"
    assert request.json["profile"]["id"] == user


def test_takes_chunked_bodies(proxy):
    requests.post(f"{proxy.url}/engine", data=iter([b"one", b"two"]))
    assert proxy.requests[0].body == b"onetwo"


def test_answers_instead_of_the_engine(proxy, user):
    proxy.fail_once("POST", "/user/create", answer(502, "<h1>Bad Gateway</h1>"))
    reply = create_user(proxy.url, user)
    assert (reply.status_code, reply.text, reply.headers["content-type"]) == (502, "<h1>Bad Gateway</h1>", "text/html")
    assert not exists(proxy.url, user)
    assert create_user(proxy.url, user).status_code == 204


def test_answers_json(proxy):
    proxy.fail("*", "/engine", answer(403, {"type": "AuthorizationException"}))
    assert requests.get(f"{proxy.url}/engine").json() == {"type": "AuthorizationException"}


def test_answers_after_the_engine_did_it(proxy, user):
    proxy.fail_once("POST", "/user/create", once_done(answer(504, "<h1>Timeout</h1>")))
    assert create_user(proxy.url, user).status_code == 504
    assert exists(proxy.url, user)


def test_resets_the_connection_before_the_engine_knows(proxy, user):
    proxy.fail_once("POST", "/user/create", reset())
    with pytest.raises(requests.ConnectionError, match="Connection reset by peer"):
        create_user(proxy.url, user)
    assert not exists(proxy.url, user)


def test_drops_the_reply_after_the_engine_did_it(proxy, user):
    proxy.fail_once("POST", "/user/create", drop_reply())
    with pytest.raises(requests.ConnectionError):
        create_user(proxy.url, user)
    assert exists(proxy.url, user)


def test_cuts_the_reply_in_the_middle(proxy):
    proxy.fail_once("GET", "/engine", cut())
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        requests.get(f"{proxy.url}/engine")


def test_delays(proxy):
    proxy.fail_once("GET", "/engine", delay(0.5))
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{proxy.url}/engine", timeout=0.1)


def test_holds_a_request_until_the_test_says(proxy):
    event = Event()
    proxy.fail_once("GET", "/engine", hold(event, answer(503)))
    Timer(0.2, event.set).start()
    assert requests.get(f"{proxy.url}/engine").status_code == 503


def test_fails_the_nth_request(proxy):
    proxy.fail("GET", "/engine", answer(500), skip=1, times=2)
    assert [requests.get(f"{proxy.url}/engine").status_code for _ in range(4)] == [200, 500, 500, 200]


def test_goes_down_and_comes_back_on_the_same_port(proxy):
    with requests.Session() as session:
        session.get(f"{proxy.url}/engine")
        proxy.go_down()
        with pytest.raises(requests.ConnectionError, match="Connection refused"):
            session.get(f"{proxy.url}/engine")
        proxy.come_back()
        assert session.get(f"{proxy.url}/engine").ok
