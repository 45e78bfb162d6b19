"""What may go wrong on the way: services away, workers killed, instances suspended, many at once."""

import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
import requests
from hotel.conftest import wait_for

LOCK = {"CAMUNDA_LOCK_DURATION": "3s"}


def test_a_service_that_is_away_is_tried_again_with_pauses_then_is_an_incident_and_after_a_retry_books_once(hotel):
    hotel.open().worker()
    hotel.services.stop("booking")
    instance = hotel.reserve("down")

    incident = hotel.await_incident(instance)
    log = hotel.task_log(instance)
    failed = [entry for entry in log if entry.event == "failed"]
    assert (incident.activity_id, incident.type) == ("Task_CreateBooking", "failedExternalTask")
    assert incident.message.startswith("Create booking: ConnectionError: ")
    assert [entry.retries for entry in failed] == [None, 2, 1]  # before the try
    pauses = [(later.time - earlier.time).total_seconds() for earlier, later in pairwise(failed)]
    assert pauses[0] >= 0.5
    assert pauses[1] >= 1
    [task] = hotel.engine.external_tasks.list(process_instance_id=instance)
    assert "Create Booking" in hotel.engine.external_tasks.error_details(task.id)

    hotel.services.start("booking")
    hotel.engine.external_tasks.set_retries(task.id, 1)
    assert hotel.await_end(instance)["end"] == "Booked"
    assert len(hotel.services.bookings("down")) == 1
    assert hotel.engine.incidents.list(process_instance_id=instance) == []


def test_a_worker_that_is_killed_when_the_booking_was_made_leaves_it_to_another_and_it_is_booked_once(hotel):
    first = hotel.open().worker(**LOCK)
    hotel.services.restart("booking", late=60)
    instance = hotel.reserve("killed")
    wait_for(lambda: hotel.services.bookings("killed") or None)
    [held] = hotel.engine.external_tasks.list(process_instance_id=instance, locked=True)

    first.kill()
    hotel.services.restart("booking")
    hotel.worker(**LOCK)
    ended = hotel.await_end(instance)

    log = hotel.engine.history.external_task_log(external_task_id=held.id)
    assert [entry.event for entry in log] == ["created", "succeeded"]
    assert log[-1].worker_id != held.worker_id
    assert ended["end"] == "Booked"
    [booking] = hotel.services.bookings("killed")
    assert ended["booking_id"] == f"B-{booking['number']}"


def test_while_an_instance_is_suspended_nothing_of_it_is_fetched(hotel):
    hotel.open()
    instance = hotel.reserve("suspended")
    hotel.engine.processes.suspend(instance)
    hotel.worker()
    other = hotel.reserve("not suspended", check_in="2027-06-01", check_out="2027-06-02")
    hotel.await_end(other)

    assert hotel.tries(instance, "Task_ValidateInput") == ["created"]
    assert hotel.engine.history.process_instance(instance).state == "SUSPENDED"
    hotel.engine.processes.activate(instance)
    assert hotel.await_end(instance)["end"] == "Booked"


@pytest.mark.timeout(400)  # 1,400 tasks
def test_three_workers_with_functions_book_each_of_200_reservations_exactly_once(hotel):
    hotel.open()
    references = [f"crowd-{number}" for number in range(200)]
    with ThreadPoolExecutor(4) as guests:
        instances = list(guests.map(hotel.reserve_weekend, references, range(200)))
    for _ in range(3):
        hotel.worker("--slots", "2", functions=True)

    ends = Counter(hotel.await_end(instance, seconds=300)["end"] for instance in instances)
    assert ends == {"Booked": 200}
    assert Counter(each["reference"] for each in hotel.services.bookings()) == Counter(references)
    assert len(hotel.services.blocks()) == 200
    log = [entry for instance in instances for entry in hotel.task_log(instance)]
    assert len({entry.worker_id for entry in log if entry.event == "succeeded"}) == 3
    booked = Counter(entry.process_instance_id for entry in log if is_booked(entry))
    assert booked == Counter(instances)


def test_two_workers_with_robots_share_reservations_and_book_each_once(hotel):
    hotel.open()
    for _ in range(2):
        hotel.worker("--slots", "1")
    references = [f"pair-{number}" for number in range(8)]
    instances = [hotel.reserve_weekend(each, number) for number, each in enumerate(references)]

    assert [hotel.await_end(instance)["end"] for instance in instances] == ["Booked"] * 8
    assert Counter(each["reference"] for each in hotel.services.bookings()) == Counter(references)
    log = [entry for instance in instances for entry in hotel.task_log(instance)]
    assert len({entry.worker_id for entry in log if entry.event == "succeeded"}) == 2


def test_a_topic_without_a_handler_is_left_alone_and_the_worker_goes_on(hotel):
    manifest = hotel.bundle / "robot.yaml"
    text = manifest.read_text("utf-8")
    start = text.index("  Reserve table:")
    manifest.write_text(text[:start] + text[text.index("artifactsDir") :], "utf-8")
    worker = hotel.open().worker()
    instance = hotel.reserve("no handler")

    wait_for(lambda: hotel.tries(instance, "Task_ReserveTable") or None)
    time.sleep(1)
    [task] = hotel.engine.external_tasks.list(process_instance_id=instance)
    assert (task.topic, task.worker_id) == (hotel.topic("reserve-table"), None)
    assert worker.is_running


def test_the_three_queries_by_keyword_tell_what_runs_what_nobody_holds_and_what_is_known(hotel):
    for number in range(3):
        hotel.reserve(f"query-{number}")
    held = hotel.fetch("validate-input").task.process_instance_id

    robots = Path(__file__).with_name("monitoring.robot")
    said = {"PROCESS": hotel.key(), "TOPIC": hotel.topic("validate-input"), "HELD": held}
    options = [word for name, value in said.items() for word in ("--variable", f"{name}:{value}")]
    run = subprocess.run(
        [sys.executable, "-m", "robot", "--output", "NONE", "--log", "NONE", "--report", "NONE", *options, str(robots)],
        env={**os.environ, "CAMUNDA_API_BASE_URL": hotel.engine.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert run.returncode == 0, run.stdout


def test_locked_false_of_the_rest_api_filters_nothing_and_not_locked_does(hotel, engine_url):
    instances = {hotel.reserve(f"pitfall-{number}") for number in range(2)}
    held = hotel.fetch("validate-input").task.process_instance_id
    waiting = {"topicName": hotel.topic("validate-input")}

    running = ask(engine_url, "process-instance", processDefinitionKey=hotel.key())
    assert {each["id"] for each in running} == instances
    unfiltered = ask(engine_url, "external-task", **waiting, locked="false")
    assert {each["processInstanceId"] for each in unfiltered} == instances
    free = ask(engine_url, "external-task", **waiting, notLocked="true")
    assert {each["processInstanceId"] for each in free} == instances - {held}
    variables = ask(engine_url, f"process-instance/{held}/variables")
    assert (variables["email"]["value"], variables["guests"]["type"]) == ("ann@example.com", "Integer")


def ask(engine_url, path, **query):
    reply = requests.get(f"{engine_url}/{path}", query, timeout=30)
    assert reply.ok, reply.text
    return reply.json()


def is_booked(entry):
    return (entry.activity_id, entry.event) == ("Task_CreateBooking", "succeeded")
