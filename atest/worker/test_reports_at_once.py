"""What fits into one call is one: log, files, variables and outcome together. What does not is sent in order."""

import re
from datetime import timedelta
from threading import Event

import pytest
from faults import hold, limit, reset
from worker_stage import wait_until

from CamundaLibrary.settings import Settings

LARGE = "${noise}    Evaluate    secrets.token_hex(2_000_000)    secrets\nLog    ${noise}"


def calls(proxy):
    """Returns what was sent for the task and its variables."""
    posted = [request.path for request in proxy.find_requests("POST")]
    of_task = (path for path in posted if "/external-task/" in path or "ariables/" in path)
    return [re.sub(r".*/engine-rest|[0-9a-f-]{36}", "", path) for path in of_task if "fetchAndLock" not in path]


@pytest.mark.parametrize("scope", ["task", "process"])
def test_a_small_log_goes_with_the_outcome(proxy, bundle, start, start_worker, scope):
    instance = start()
    settings = Settings(base_url=proxy.url, log_scope=scope)
    start_worker(bundle("Set Task Variable    a    b"), url=proxy.url, settings=settings)
    instance.await_end()
    assert calls(proxy) == ["/external-task//complete"]
    assert b"Set Task Variable" in instance.file("log")
    assert instance.variables["a"] == "b"
    (log,) = instance.engine.history.variables(instance.id, name="log")
    assert (log.value.filename, log.value.mime_type) == ("log.html", "text/html")
    assert (log.activity_instance_id == instance.id) == (scope == "process")


def test_so_it_does_with_a_failure_and_is_there_while_the_task_waits(proxy, bundle, start, start_worker):
    instance = start()
    start_worker(bundle("Fail    No connection.", retries="1"), url=proxy.url)
    instance.await_failure()
    assert calls(proxy) == ["/external-task//failure"]
    scope = instance.engine.variables.of_execution(instance.task.execution_id)
    assert b"No connection." in scope.download("log")


def test_a_bpmn_error_takes_no_variables_of_the_task(proxy, bundle, start, start_worker):
    instance = start()
    start_worker(bundle("Throw BPMN Error    not_found"), url=proxy.url)
    instance.await_end()
    in_order = ["/external-task//extendLock", "/execution//localVariables/log/data", "/external-task//bpmnError"]
    assert calls(proxy) == in_order
    assert b"not_found" in instance.file("log")


def test_a_large_log_goes_before_the_outcome(proxy, bundle, start, start_worker):
    instance = start()
    start_worker(bundle(LARGE), url=proxy.url)
    instance.await_end(60)
    in_order = ["/external-task//extendLock", "/execution//localVariables/log/data", "/external-task//complete"]
    assert calls(proxy) == in_order
    assert len(instance.file("log")) > 1_000_000


def test_a_log_that_a_proxy_finds_too_large_goes_by_itself(proxy, bundle, start, start_worker):
    proxy.fail("POST", "/complete", limit(50_000))
    instance = start()
    start_worker(bundle("Set Task Variable    a    b"), url=proxy.url)
    instance.await_end()
    assert calls(proxy) == [
        "/external-task//complete",
        "/external-task//extendLock",
        "/execution//localVariables/log/data",
        "/external-task//complete",
    ]
    assert b"Set Task Variable" in instance.file("log")
    assert instance.variables["a"] == "b"


def test_a_lock_that_another_worker_has_is_found_out_by_the_one_call(
    proxy, bundle, start, start_worker, engine, caplog
):
    may_go = Event()
    proxy.fail_once("POST", "/complete", hold(may_go))
    proxy.fail("POST", "/fetchAndLock", reset(), skip=1)
    instance = start()
    start_worker(bundle("Set Task Variable    a    b", lockDuration="1h"), url=proxy.url)
    wait_until(lambda: proxy.find_requests("POST", "/complete"))
    engine.external_tasks.unlock(instance.task.id)
    engine.external_tasks.lock(instance.task.id, "another", timedelta(hours=1))
    may_go.set()
    wait_until(lambda: "lock lost, nothing was reported" in caplog.text)
    assert instance.variables == {}
    assert instance.task.worker_id == "another"
