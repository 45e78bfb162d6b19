"""Robots and functions of the hotel on task files, and its client, as a person tries them: without a worker."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from hotel.conftest import BUNDLE, GUEST, SERVICES, Services

LISTENER = ["--listener", "CamundaListener"]


@pytest.fixture(scope="module")
def services(tmp_path_factory):
    services = Services(BUNDLE / "services", tmp_path_factory.mktemp("data"), dict.fromkeys(SERVICES, 0))
    services.start("room", "booking")
    yield services
    services.stop()


@pytest.fixture
def run(services, tmp_path):
    """Does the task of a file in `try/` and returns the outcome, as it stands in the file beside it."""

    def run(task_file, *command):
        folder = tmp_path / "try"
        shutil.copytree(BUNDLE / "try", folder, dirs_exist_ok=True)
        done = subprocess.run(
            [sys.executable, "-m", *command],
            cwd=BUNDLE,
            env={**os.environ, **services.environment, "CAMUNDA_TASK_FILE": str(folder / f"{task_file}.json")},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads((folder / f"{task_file}.outcome.json").read_text("utf-8"))

    return run


@pytest.fixture
def run_robot(run, tmp_path):
    def run_robot(name, task_file):
        return run(task_file, "robot", *LISTENER, "--outputdir", str(tmp_path), "--task", name, str(BUNDLE))

    return run_robot


def test_a_function_runs_on_a_task_file(run):
    outcome = run("validate", "CamundaLibrary.handlers", "checks:validate_input")
    assert (outcome["outcome"], outcome["variables"]) == ("completed", {"valid": {"type": "Boolean", "value": True}})


def test_a_robot_that_does_its_task_again_gets_the_same_block(run_robot, services):
    outcomes = [run_robot("Block room", "block-room") for _ in range(2)]

    assert [outcome["outcome"] for outcome in outcomes] == ["completed", "completed"]
    assert outcomes[0]["variables"] == outcomes[1]["variables"]
    assert [block["room_id"] for block in services.blocks()] == ["201"]


def test_a_refusal_of_a_service_is_a_bpmn_error_of_the_robot(run_robot, services):
    assert run_robot("Create booking", "create-booking")["variables"]["status"]["value"] == "confirmed"
    refused = run_robot("Create booking", "create-booking-too-long")

    assert (refused["outcome"], refused["errorCode"]) == ("bpmnError", "BOOKING_REFUSED")
    assert refused["errorMessage"] == "A stay of 63 nights is too long: the hotel books 30 at most."
    assert [booking["reference"] for booking in services.bookings()] == ["R-1"]


def test_the_client_sends_one_guest_and_a_double_room_unless_told_otherwise(hotel):
    instance = hotel.reserve(guests=None, room_type=None)

    assert hotel.variables(instance) == {**GUEST, "guests": 1, "room_type": "double"}


def test_the_client_says_that_a_reservation_takes_too_long(hotel):
    instance = hotel.reserve()

    with pytest.raises(TimeoutError, match=f"^Reservation '{instance}' has not ended within 0:00:00.5*"):
        hotel.await_end(instance, seconds=0.5)
