"""Alive or not, ready or not, asked over HTTP as probes do."""

import json
import socket
import threading
import time
from datetime import timedelta

import pytest
import requests

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.worker import notices
from CamundaLibrary.worker.monitoring import health as health_module
from CamundaLibrary.worker.monitoring import health_server
from CamundaLibrary.worker.monitoring.health import Health
from CamundaLibrary.worker.monitoring.health_server import HealthServer

ENGINE = "http://localhost:8080/engine-rest"
FETCHED = notices.Fetched(ENGINE, (), timedelta(seconds=1))


@pytest.fixture
def clock(monkeypatch):
    """The time of health, which moves only when it is told to."""
    now = [1000.0]
    monkeypatch.setattr(health_module, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def health(clock):
    return Health([ENGINE])


@pytest.fixture
def server(health, monkeypatch):
    monkeypatch.setattr(health_server, "_LOOK", 0.05)
    server = HealthServer(health, lambda: ("text/plain; version=1.0.0", b"camunda_robot_slots 2.0\n"), 0)
    server.start()
    yield server
    server.stop()


def connect(server):
    host, port = server.url.removeprefix("http://").split(":")
    return socket.create_connection((host, int(port)), timeout=10)


def ask(server, page):
    reply = requests.get(f"{server.url}{page}", timeout=5)
    return reply.status_code, reply.json().get("reason")


def test_a_worker_is_alive_from_the_start_and_ready_when_the_engine_answered(health, server):
    assert ask(server, "/health/live") == (200, None)
    assert ask(server, "/health/ready") == (503, f"The engine at {ENGINE} has not answered yet.")
    health.notice(notices.Connected(ENGINE, "7.24.0"))
    assert ask(server, "/health/ready") == (200, None)


def test_an_engine_that_refuses_from_the_start_is_the_reason(health, server):
    health.notice(notices.FetchFailed(ENGINE, "Connecting failed: refused."))
    assert ask(server, "/health/ready") == (503, "Connecting failed: refused.")


def test_all_engines_must_have_answered():
    health = Health([ENGINE, "http://localhost:8081/engine-rest"])
    health.notice(FETCHED)
    assert health.obstacle == "The engine at http://localhost:8081/engine-rest has not answered yet."
    health.notice(FETCHED._replace(engine="http://localhost:8081/engine-rest"))
    assert health.obstacle is None


def test_a_worker_that_stops_is_alive_but_not_ready(health, server):
    health.notice(FETCHED)
    health.notice(notices.Stopping())
    assert ask(server, "/health/live") == (200, None)
    assert ask(server, "/health/ready") == (503, "The worker is stopping.")


def test_an_engine_that_is_away_for_a_minute_makes_it_unready_until_it_answers(health, server, clock):
    health.notice(FETCHED)
    health.notice(notices.FetchFailed(ENGINE, "No answer."))
    clock[0] += 60
    health.notice(notices.Alive())
    assert ask(server, "/health/ready") == (200, None)
    clock[0] += 1
    reason = f"The engine at {ENGINE} has not answered for 61 seconds: No answer."
    assert ask(server, "/health/ready") == (503, reason)
    assert ask(server, "/health/live") == (200, None)
    health.notice(FETCHED)
    assert ask(server, "/health/ready") == (200, None)


def test_a_worker_whose_slots_are_all_taken_for_long_is_ready(health, clock):
    health.notice(FETCHED)
    clock[0] += 3600
    health.notice(notices.Alive())
    assert health.obstacle is None


def test_a_main_thread_that_stands_still_for_a_minute_is_death(health, server, clock):
    health.notice(FETCHED)
    clock[0] += 61
    reason = "The worker's main thread has not moved for 61 seconds."
    assert ask(server, "/health/live") == (503, reason)
    assert ask(server, "/health/ready") == (503, reason)
    health.notice(notices.Alive())
    assert ask(server, "/health/live") == (200, None)


def test_a_side_thread_that_died_is_death(health, server):
    health.notice(notices.Broken("The lock keeper died."))
    assert ask(server, "/health/live") == (503, "The worker is broken: The lock keeper died.")


def test_metrics_are_text(server):
    reply = requests.get(f"{server.url}/metrics", timeout=5)
    assert (reply.status_code, reply.text) == (200, "camunda_robot_slots 2.0\n")
    assert reply.headers["Content-Type"] == "text/plain; version=1.0.0"


def test_the_answer_names_neither_python_nor_machine(server):
    headers = requests.get(f"{server.url}/health/live", timeout=5).headers
    assert headers["Server"].strip() == "camunda-robot"


def test_a_page_is_found_with_a_query_too_and_a_head_has_no_body(server):
    assert requests.get(f"{server.url}/health/live?x=1", timeout=5).status_code == 200
    head = requests.head(f"{server.url}/metrics", timeout=5)
    assert (head.status_code, head.content) == (200, b"")


@pytest.mark.parametrize("page", ["/", "/health", "/health/live/", "/../etc/passwd", "/metrics%00"])
def test_other_pages_are_not_found(server, page):
    reason = "There is no such page, only /health/live, /health/ready, /metrics."
    assert ask(server, page) == (404, reason)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_sent(server, method):
    assert requests.request(method, f"{server.url}/metrics", data="x", timeout=5).status_code == 501


def test_a_request_that_is_too_long_is_refused(server):
    with connect(server) as client:
        client.sendall(b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n")
        assert b" 414 " in client.recv(1000)


def test_a_client_that_trickles_is_sent_away_after_its_time(server, monkeypatch):
    monkeypatch.setattr(health_server, "_LONGEST", 0.5)
    began = time.monotonic()
    with connect(server) as client:
        for _ in range(100):
            try:
                client.sendall(b"G")
                client.settimeout(0.1)
                if client.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except OSError:
                break
    assert 0.4 < time.monotonic() - began < 5


def test_many_clients_that_say_nothing_take_few_threads_and_not_for_long(server, monkeypatch):
    monkeypatch.setattr(health_server, "_LONGEST", 1.0)
    before = threading.active_count()
    clients = [connect(server) for _ in range(60)]
    time.sleep(0.3)
    assert threading.active_count() - before <= health_server._MOST_AT_ONCE
    deadline = time.monotonic() + 10
    while threading.active_count() > before:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert ask(server, "/health/live") == (200, None)
    for client in clients:
        client.close()


def test_it_listens_on_loopback_only_unless_told(server):
    assert server._server.server_address[0] == "127.0.0.1"


def test_a_port_that_is_taken_is_said_in_one_sentence(health):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(SettingsError) as caught:
            HealthServer(health, lambda: ("", b""), port)
    assert str(caught.value) == f"Port {port} of 127.0.0.1 cannot be had for metrics: Address already in use."


def test_an_address_that_is_not_ours_is_said_in_one_sentence(health):
    with pytest.raises(SettingsError, match=r"^Port 0 of 192\.0\.2\.1 cannot be had for metrics: "):
        HealthServer(health, lambda: ("", b""), 0, "192.0.2.1")


def test_the_port_is_free_after_the_stop(health):
    server = HealthServer(health, lambda: ("", b""), 0)
    server.start()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        connect(server)


def test_answers_are_json(server):
    reply = requests.get(f"{server.url}/health/ready", timeout=5)
    assert reply.headers["Content-Type"] == "application/json"
    assert json.loads(reply.text)["status"] == "not ready"
