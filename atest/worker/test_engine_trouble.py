"""Trouble with the engine that is up: answers that fail or come late, conflicts, locks that others have by now."""

import re
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, Event

import pytest
from faults import Exchange, answer, drop_reply, hold, limit, once_done, reset
from worker_stage import Instance, is_alive, wait_until

CONFLICT = {"type": "OptimisticLockingException", "message": "ENGINE-03005 was updated concurrently", "code": 1}
OUT_OF_MEMORY = {"type": "OutOfMemoryError", "message": "Java heap space", "code": None}
PERSISTENCE = {
    "type": "ProcessEngineException",
    "message": "An exception occurred in the persistence layer.",
    "code": 0,
}
REPORTS = {
    "completed": ("Set Task Variable    said    it", "/complete", "succeeded"),
    "BPMN error": ("Throw BPMN Error    not_found    said=it", "/bpmnError", "deleted"),
    "failure": (
        "Set Task Variable    said    it\nReport Failure    No.    retries=1    retry_timeout=1h",
        "/failure",
        "failed",
    ),
}
ONCE = "Append To File    ${OUT}/runs    x\n"
UNTIL_GO = (
    f"{ONCE}Create File    ${{OUT}}/pid    ${{{{os.getpid()}}}}\nWait Until Created    ${{OUT}}/go    timeout=60s"
)
BRANCHES = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="atest"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="to-task" sourceRef="start" targetRef="task"/>
    <serviceTask id="task" camunda:type="external" camunda:topic="{topic}">
      <multiInstanceLoopCharacteristics><loopCardinality>20</loopCardinality></multiInstanceLoopCharacteristics>
    </serviceTask>
    <sequenceFlow id="to-end" sourceRef="task" targetRef="done"/><endEvent id="done"/>
  </process>
</definitions>"""


def keep_reply_back(until: Event):
    """The engine carries the request out at once; its reply comes after an event of the test."""

    def fault(exchange: Exchange) -> None:
        reply = exchange.forward()
        until.wait(60)
        exchange.send(reply)

    return fault


@pytest.mark.parametrize(
    ("kind", "faults"),
    [
        ("completed", [answer(500, CONFLICT), reset(), answer(503, "<html>Unavailable</html>")]),
        ("BPMN error", [answer(500, OUT_OF_MEMORY), answer(500, CONFLICT)]),
        ("failure", [answer(502, "<html>Bad Gateway</html>"), answer(500, OUT_OF_MEMORY)]),
    ],
    ids=REPORTS,
)
def test_every_report_comes_through_trouble_once(proxy, bundle, start, start_worker, tmp_path, kind, faults):
    body, call, event = REPORTS[kind]
    for fault in faults:
        proxy.fail_once("POST", call, fault)
    instance = start()
    start_worker(bundle(ONCE + body), url=proxy.url)
    wait_until(lambda: event in instance.events)
    assert len(proxy.find_requests("POST", call)) == len(faults) + 1
    assert sorted(instance.events) == sorted(["created", event])
    assert instance.variables["said"] == "it"
    assert b"Append To File" in instance.file("log")
    assert (tmp_path / "runs").read_text() == "x"


@pytest.mark.parametrize(
    ("kind", "fault"),
    [
        ("completed", once_done(answer(504, "<html>Gateway Timeout</html>"))),
        ("BPMN error", drop_reply()),
        ("failure", drop_reply()),
    ],
    ids=REPORTS,
)
def test_a_report_that_was_carried_out_although_its_reply_was_lost_counts_once(
    proxy, bundle, start, start_worker, tmp_path, caplog, kind, fault
):
    caplog.set_level("INFO", "CamundaLibrary")
    body, call, event = REPORTS[kind]
    proxy.fail_once("POST", call, fault)
    instance = start()
    start_worker(bundle(ONCE + body), url=proxy.url)
    wait_until(lambda: re.search(r"Task '.*: (completed|BPMN error|failure).* \(\d+\.\d s\)\.", caplog.text))
    assert set(instance.events) == {"created", event}
    assert instance.variables["said"] == "it"
    if kind == "failure":
        assert instance.task.retries == 1
    assert (tmp_path / "runs").read_text() == "x"
    assert "lock lost" not in caplog.text


def test_what_the_database_refuses_again_and_again_becomes_an_incident(proxy, bundle, start, start_worker):
    proxy.fail("POST", "/complete", answer(500, PERSISTENCE))
    instance = start()
    start_worker(bundle(), url=proxy.url)
    failed = instance.await_failure()
    assert failed.error_message == (
        f"The engine refused the outcome: Completing external task '{instance.task.id}' failed: "
        "An exception occurred in the persistence layer."
    )
    assert instance.task.retries == 0
    assert len(proxy.find_requests("POST", "/complete")) == 3


@pytest.mark.parametrize(
    "fault",
    [drop_reply(), answer(502, "<html>Bad Gateway</html>"), answer(500, CONFLICT)],
    ids=["reply dropped", "bad gateway", "conflict"],
)
def test_a_log_whose_upload_broke_off_is_sent_again(proxy, bundle, start, start_worker, fault):
    proxy.fail("POST", "/complete", limit(50_000))
    proxy.fail("POST", "/localVariables/log/data", fault, times=2)
    instance = start()
    start_worker(bundle(ONCE), url=proxy.url)
    instance.await_end()
    assert b"Append To File" in instance.file("log")


@pytest.mark.parametrize(
    ("fault", "uploads"), [(reset(), 3), (answer(500, OUT_OF_MEMORY), 1)], ids=["always reset", "out of memory"]
)
def test_a_log_that_cannot_be_stored_is_dropped_and_the_outcome_arrives(
    proxy, bundle, start, start_worker, caplog, fault, uploads
):
    proxy.fail("POST", "/complete", limit(50_000))
    proxy.fail("POST", "/localVariables/log/data", fault)
    instance = start()
    start_worker(bundle("Set Task Variable    said    it"), url=proxy.url)
    instance.await_end()
    assert instance.variables == {"said": "it"}
    assert "File 'log.html' of the run was not kept with the task: " in caplog.text
    assert len(proxy.find_requests("POST", "/localVariables/log/data")) == uploads


def test_a_task_that_another_worker_took_while_the_reply_to_the_fetch_was_on_its_way_is_not_run_twice(
    proxy, bundle, start, start_worker, tmp_path, caplog
):
    let_through = Event()
    proxy.fail_once("POST", "/fetchAndLock", keep_reply_back(let_through))
    folder = bundle(UNTIL_GO, lockDuration="1s")
    instance = start()
    start_worker(folder, url=proxy.url)
    instance.await_lock()
    late = instance.task.worker_id
    start_worker(folder)
    wait_until((tmp_path / "pid").exists)
    let_through.set()
    wait_until(lambda: len(proxy.find_requests("POST", "/fetchAndLock")) >= 2)
    (tmp_path / "go").touch()
    instance.await_end()
    assert f"Task '{instance.log[0].external_task_id}' came too late, it is not begun: " in caplog.text
    assert (tmp_path / "runs").read_text() == "x"
    assert [entry.worker_id == late for entry in instance.log if entry.event == "succeeded"] == [False]


def test_a_task_that_nobody_took_while_the_reply_to_the_fetch_was_on_its_way_is_locked_anew_and_run(
    proxy, bundle, start, start_worker, tmp_path
):
    let_through = Event()
    proxy.fail_once("POST", "/fetchAndLock", keep_reply_back(let_through))
    instance = start()
    start_worker(bundle(UNTIL_GO, lockDuration="1s"), url=proxy.url)
    instance.await_lock()
    wait_until(lambda: not instance.is_locked)
    let_through.set()
    wait_until((tmp_path / "pid").exists)
    assert instance.is_locked
    assert proxy.find_requests("POST", f"{instance.task.id}/lock")
    (tmp_path / "go").touch()
    instance.await_end()
    assert (tmp_path / "runs").read_text() == "x"


def test_a_robot_is_stopped_when_its_lock_ran_out_and_another_worker_took_the_task(
    proxy, bundle, start, start_worker, tmp_path, caplog
):
    is_back = Event()
    proxy.fail(
        "POST", "/extendLock", lambda exchange: hold(is_back)(exchange) if is_back.is_set() else reset()(exchange)
    )
    folder = bundle(UNTIL_GO, lockDuration="1s")
    instance = start()
    start_worker(folder, url=proxy.url)
    wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    first, pid = instance.task.worker_id, int((tmp_path / "pid").read_text())
    proxy.fail("POST", "/fetchAndLock", reset())
    start_worker(folder)
    wait_until(lambda: instance.task.worker_id != first)
    assert is_alive(pid)
    is_back.set()
    wait_until(lambda: not is_alive(pid))
    wait_until(lambda: "lock lost, nothing was reported" in caplog.text)
    (tmp_path / "go").touch()
    instance.await_end()
    assert sorted(instance.events) == ["created", "succeeded"]
    assert [entry.worker_id == first for entry in instance.log if entry.event == "succeeded"] == [False]


def test_twenty_branches_of_an_instance_that_are_reported_at_once_count_once_each(
    proxy, engine, topic, unique, deploy, bundle, start_worker, tmp_path
):
    robot = """
        ${number}=    Get Task Variable    loopCounter
        Append To File    ${OUT}/runs    ${number}\\n
        Set Task Variable    result-${number}    ${number}
        Set Task Variable    last    ${number}
        """
    in_pairs, statuses = Barrier(2), []

    def complete_together(exchange: Exchange) -> None:
        with suppress(BrokenBarrierError):
            in_pairs.wait(0.5)
        if in_pairs.broken:
            in_pairs.reset()
        reply = exchange.forward()
        statuses.append(reply.status)
        exchange.send(reply)

    proxy.fail("POST", "/complete", complete_together)
    key = unique("branches")
    deploy(BRANCHES.format(key=key, topic=topic))
    instance = Instance(engine, engine.processes.start(key).id)
    folder = bundle(robot)
    workers = [start_worker(folder, url=proxy.url, slots=3) for _ in range(2)]
    instance.await_end(60)
    assert [worker.stop() for worker in workers] == [0, 0]
    assert statuses.count(204) == 20
    assert statuses.count(500) >= 5
    assert sorted(map(int, (tmp_path / "runs").read_text().split())) == list(range(20))
    assert sorted(instance.events) == ["created"] * 20 + ["succeeded"] * 20
    assert {name: value for name, value in instance.variables.items() if name.startswith("result-")} == {
        f"result-{number}": number for number in range(20)
    }
    assert instance.ends == ["done"]
    assert len(engine.history.variables(instance.id, name="log")) == 20
    assert instance.variables["nrOfCompletedInstances"] == 20
