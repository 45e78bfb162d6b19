"""What our client makes of an engine that is hard to reach: the real one, behind a proxy that makes faults."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from faults import FaultProxy, answer, cut, delay, drop_reply, once_done, reset
from small_models import ONE_TASK

from CamundaLibrary import connect
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import Subscription
from CamundaLibrary.errors import (
    EngineError,
    EngineUnavailable,
    EngineUnreachable,
    NotFound,
    ReplyUnreadable,
)
from CamundaLibrary.variables import FileValue

WORKER = "worker of this test"
MINUTE = timedelta(minutes=1)
GATEWAY = "<html><head><title>502 Bad Gateway</title></head></html>"
Model = Callable[..., object]


@pytest.fixture
def far(proxy: FaultProxy) -> Engine:
    """The engine behind the proxy."""
    return connect(proxy.url, timeout=timedelta(seconds=5))


@pytest.mark.parametrize("fault", [answer(502, GATEWAY), answer(503), answer(504), reset(), drop_reply()])
def test_reading_gets_over_a_short_fault(proxy: FaultProxy, far: Engine, fault: object) -> None:
    proxy.fail("GET", "/version", fault, times=2)
    assert far.version()[0].isdigit()
    assert len(proxy.find_requests("GET", "/version")) == 3


def test_queries_get_over_a_short_fault(proxy: FaultProxy, far: Engine) -> None:
    proxy.fail("POST", "/external-task", answer(502, GATEWAY), times=2)
    assert far.external_tasks.count(topic="nothing") == 0


@pytest.mark.parametrize(
    ("fault", "kind", "reason"),
    [
        (answer(502, GATEWAY), EngineUnavailable, f"the server answered 502 Bad Gateway and said '{GATEWAY}'"),
        (reset(), EngineUnreachable, "'{host}' closed the connection before it answered"),
    ],
)
def test_a_report_that_never_arrived_is_sent_once_and_may_be_sent_again(
    proxy: FaultProxy, far: Engine, model: Model, fault: object, kind: type[EngineError], reason: str
) -> None:
    task = model(ONE_TASK).lock_one()
    proxy.fail_once("POST", "/complete", fault)
    with pytest.raises(EngineError) as caught:
        far.external_tasks.complete(task.id, WORKER, {}, {})
    assert type(caught.value) is kind
    host = proxy.url.split("/")[2]
    assert str(caught.value) == f"Completing external task '{task.id}' failed: {reason.format(host=host)}."
    assert len(proxy.find_requests("POST", "/complete")) == 1
    far.external_tasks.complete(task.id, WORKER, {}, {})


@pytest.mark.parametrize("fault", [drop_reply(), once_done(answer(504, GATEWAY))])
def test_a_report_whose_reply_was_lost_was_done(proxy: FaultProxy, far: Engine, model: Model, fault: object) -> None:
    task = model(ONE_TASK).lock_one()
    proxy.fail_once("POST", "/complete", fault)
    with pytest.raises((EngineUnreachable, EngineUnavailable)):
        far.external_tasks.complete(task.id, WORKER, {}, {})
    with pytest.raises(NotFound):
        far.external_tasks.complete(task.id, WORKER, {}, {})
    assert far.history.process_instance(task.process_instance_id).state == "COMPLETED"


def test_an_engine_that_does_not_answer_in_time(proxy: FaultProxy, model: Model) -> None:
    task = model(ONE_TASK).lock_one()
    proxy.fail_once("POST", "/complete", delay(3))
    slow = connect(proxy.url, timeout=timedelta(milliseconds=300))
    start = time.monotonic()
    with pytest.raises(EngineUnreachable) as caught:
        slow.external_tasks.complete(task.id, WORKER, {}, {})
    assert caught.value.reason == f"no answer from '{proxy.url.split('/')[2]}' within 300 milliseconds"
    assert time.monotonic() - start < 2


def test_a_long_poll_is_not_cut_by_the_timeout_of_other_calls(proxy: FaultProxy, model: Model) -> None:
    impatient = connect(proxy.url, timeout=timedelta(milliseconds=500))
    subscriptions = [Subscription(model(ONE_TASK).key, MINUTE)]
    start = time.monotonic()
    assert impatient.external_tasks.fetch_and_lock(WORKER, subscriptions, poll=timedelta(seconds=2)) == []
    assert time.monotonic() - start >= 2


def test_a_fetch_whose_reply_is_cut_off(proxy: FaultProxy, far: Engine, model: Model) -> None:
    process = model(ONE_TASK)
    process.start()
    proxy.fail_once("POST", "/fetchAndLock", cut())
    with pytest.raises(ReplyUnreadable) as caught:
        far.external_tasks.fetch_and_lock(WORKER, [Subscription(process.key, MINUTE)])
    assert str(caught.value) == f"Fetching tasks of topic '{process.key}' failed: the reply was cut off."
    assert far.external_tasks.count(topic=process.key, locked=True) == 1


def test_a_file_that_is_cut_off_is_no_shorter_file(proxy: FaultProxy, far: Engine, model: Model) -> None:
    task = model(ONE_TASK).lock_one()
    own = far.variables.of_execution(task.execution_id)
    own.upload("log", FileValue("log.html", content=b"x" * 100_000))
    proxy.fail_once("GET", "/log/data", cut())
    with pytest.raises(ReplyUnreadable, match=r"^Downloading variable 'log' .* failed: the reply was cut off\.$"):
        own.download("log")
    assert own.download("log") == b"x" * 100_000


def test_json_of_somebody_else(proxy: FaultProxy, far: Engine) -> None:
    proxy.fail_once("POST", "/external-task", answer(200, {"status": "maintenance"}))
    with pytest.raises(ReplyUnreadable) as caught:
        far.external_tasks.list()
    assert str(caught.value) == (
        'Listing external tasks failed: a list was expected, this came: \'{"status": "maintenance"}\'.'
    )


def test_an_engine_that_goes_down_and_comes_back(proxy: FaultProxy, far: Engine) -> None:
    version = far.version()
    proxy.go_down()
    for _ in range(2):
        with pytest.raises(EngineUnreachable) as caught:
            far.external_tasks.unlock("a")
        assert str(caught.value).startswith("Unlocking external task 'a' failed: ")
    assert caught.value.reason == f"nothing listens at '{proxy.url.split('/')[2]}' (connection refused)"
    proxy.come_back()
    assert far.version() == version


def test_a_closed_engine_opens_new_connections(proxy: FaultProxy, far: Engine) -> None:
    version = far.version()
    far.close()
    assert far.version() == version
    assert len(proxy.find_requests("GET", "/version")) == 2
