"""Reservations done by the real worker with its robots and functions, asserted from the engine's history."""

from collections.abc import Iterator

import pytest
from hotel.conftest import GUEST, Hotel

import CamundaLibrary

FIRST_STEPS = ["ReservationRequested", "Task_ValidateInput"]
LAST_STEPS = ["Task_CheckRoomAvailability", "Task_BlockRoom", "Task_CreateBooking", "Task_ReserveTable"]
GROWTH = [  # of the variables, in the order in which the activities wrote them
    ("Task_ValidateInput", {"valid": True}),
    ("Task_SearchClient", {"client_id": None}),
    ("SubProcess_CreateClient", {"client_id": "C-1"}),
    ("Task_CheckRoomAvailability", {"roomAvailable": True, "selected_room_id": "201"}),
    ("Task_BlockRoom", {"room_id": "201", "block_id": 1, "room_blocked": True}),
    ("Task_CreateBooking", {"booking_id": "B-1", "status": "confirmed"}),
    ("Task_ReserveTable", {"table_id": "T-1"}),
]


@pytest.fixture(scope="module")
def hotel(engine_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hotel]:
    """A hotel with one worker for all tests of this file; Ann has reserved and is known."""
    with Hotel(CamundaLibrary.connect(engine_url), tmp_path_factory.mktemp("hotel")) as hotel:
        hotel.open().worker("--slots", "2")
        hotel.ann = hotel.reserve("ann")
        hotel.await_end(hotel.ann)
        yield hotel


def test_a_guest_who_was_never_here_becomes_a_client_and_gets_room_booking_and_table(hotel):
    assert hotel.path(hotel.ann) == [
        *FIRST_STEPS,
        "Task_SearchClient",
        "SubProcess_CreateClient",
        *LAST_STEPS,
        "EndEvent_Booked",
    ]
    [called] = hotel.called(hotel.ann)
    assert hotel.path(called.id) == ["ClientUnknown", "Task_CreateClient", "EndEvent_ClientCreated"]
    guest = {name: GUEST[name] for name in ("first_name", "last_name", "email", "phone")}
    assert hotel.variables(called.id) == {**guest, "client_id": "C-1"}
    [booking] = hotel.services.bookings("ann")
    assert (booking["client_id"], booking["room_id"], booking["guests"]) == ("C-1", "201", 2)


def test_the_history_tells_which_step_set_which_variable(hotel):
    history = hotel.engine.history
    steps = {each.activity_id: each for each in history.activities(hotel.ann)}
    written = []
    for variable in history.variables(hotel.ann, activity_instance_id=hotel.ann):
        for update in history.variable_updates(variable.id):
            written.append((update.time, variable.name, update.value.value))

    for activity, values in GROWTH:
        step = steps[activity]
        during = {name: value for time, name, value in written if step.start_time < time <= step.end_time}
        assert during == values, activity
    at_start = {name: value for time, name, value in written if time <= steps["Task_ValidateInput"].start_time}
    assert at_start == GUEST
    assert len(written) == len(GUEST) + sum(len(values) for _, values in GROWTH)


def test_the_end_holds_all_that_the_steps_set_with_types_of_the_engine(hotel, engine_url):
    import requests

    found = requests.get(f"{engine_url}/history/variable-instance", {"processInstanceId": hotel.ann}, timeout=30).json()
    types = {each["name"]: each["type"] for each in found if each["activityInstanceId"] == hotel.ann}
    assert (types["client_id"], types["valid"], types["guests"], types["booking_id"]) == (
        "String",
        "Boolean",
        "Integer",
        "String",
    )
    assert hotel.await_end(hotel.ann) == {
        **GUEST,
        **{name: value for _, values in GROWTH for name, value in values.items()},
        "end": "Booked",
    }


def test_every_robot_s_log_is_in_the_history_and_functions_have_none(hotel):
    history = hotel.engine.history
    activities = {each.id: each.activity_id for each in history.activities(hotel.ann)}
    logs = [activities[log.activity_instance_id] for log in history.variables(hotel.ann, name="log")]
    assert sorted(logs) == ["Task_BlockRoom", "Task_CreateBooking", "Task_ReserveTable", "Task_SearchClient"]


def test_a_known_client_needs_no_sub_process(hotel):
    again = hotel.reserve(check_in="2027-06-01", check_out="2027-06-03")

    ended = hotel.await_end(again)
    assert hotel.path(again) == [*FIRST_STEPS, "Task_SearchClient", *LAST_STEPS, "EndEvent_Booked"]
    assert hotel.called(again) == []
    assert ended["client_id"] == "C-1"


def test_what_is_missing_is_a_bpmn_error_that_takes_the_error_path(hotel):
    instance = hotel.reserve("nobody", email=None, phone="")

    ended = hotel.await_end(instance)
    assert hotel.path(instance) == [*FIRST_STEPS, "BoundaryEvent_Error", "EndEvent_InvalidInput"]
    assert ended["errorCode"] == "INVALID_INPUT"
    assert ended["errorMessage"] == "The reservation lacks email, phone."
    assert hotel.services.bookings("nobody") == []


def test_an_exception_of_the_handler_is_task_error_at_once_as_its_manifest_asks(hotel):
    instance = hotel.reserve(check_in="soon")

    ended = hotel.await_end(instance)
    assert hotel.path(instance) == [*FIRST_STEPS, "BoundaryEvent_Error", "EndEvent_InvalidInput"]
    assert ended["errorCode"] == "TASK_ERROR"
    assert ended["errorMessage"] == "ValueError: Invalid isoformat string: 'soon'"
    assert "failed" not in hotel.tries(instance, "Task_ValidateInput")


def test_a_departure_before_the_arrival_is_not_valid(hotel):
    instance = hotel.reserve(check_in="2027-06-03", check_out="2027-06-01")

    ended = hotel.await_end(instance)
    assert (ended["valid"], ended["end"]) == (False, "Declined")


def test_a_client_whom_the_client_service_refuses_ends_the_reservation_with_its_reason(hotel):
    instance = hotel.reserve(email="bob@example.com", phone="12")

    ended = hotel.await_end(instance)
    assert hotel.path(instance)[-3:] == [
        "SubProcess_CreateClient",
        "BoundaryEvent_ClientRefused",
        "EndEvent_ClientRefused",
    ]
    assert (ended["errorCode"], ended["errorMessage"]) == (
        "CLIENT_REFUSED",
        "'12' is no phone number: it needs at least 6 digits.",
    )


def test_a_party_for_which_there_is_no_room_ends_without_one(hotel):
    instance = hotel.reserve(guests=9, room_type="suite")

    ended = hotel.await_end(instance)
    assert (ended["roomAvailable"], ended["selected_room_id"], ended["end"]) == (False, None, "No room")


def test_a_refused_booking_gives_the_room_back(hotel):
    before = hotel.services.blocks()
    instance = hotel.reserve("long", check_in="2027-08-01", check_out="2027-09-15")

    ended = hotel.await_end(instance)
    assert (ended["errorCode"], ended["errorMessage"]) == (
        "BOOKING_REFUSED",
        "A stay of 45 nights is too long: the hotel books 30 at most.",
    )
    assert hotel.tries(instance, "Task_ReleaseRoom") == ["created", "succeeded"]
    assert (ended["room_blocked"], ended["end"]) == (False, "Booking refused")
    assert hotel.services.blocks() == before
    assert hotel.services.bookings("long") == []


def test_a_party_without_a_table_is_booked_all_the_same(hotel):
    instance = hotel.reserve("party", guests=7, room_type="suite")

    ended = hotel.await_end(instance)
    assert (ended["end"], ended["status"]) == ("Booked without table", "confirmed")
    assert ended["errorMessage"] == "There is no table for 7: the largest has 6 seats."
    assert len(hotel.services.bookings("party")) == 1


def test_a_new_version_of_the_model_changes_the_flow_and_no_handler(hotel):
    model = hotel.bundle / "processes" / "hotel-reservation.bpmn"
    before = model.read_text("utf-8")
    old = hotel.reserve("old flow", check_in="2027-10-01", check_out="2027-10-03")
    hotel.await_end(old)
    try:
        straight_to_the_end = before.replace(
            'id="Flow_BookingCreated" sourceRef="Task_CreateBooking" targetRef="Task_ReserveTable"',
            'id="Flow_BookingCreated" sourceRef="Task_CreateBooking" targetRef="EndEvent_Booked"',
        )
        assert straight_to_the_end != before
        model.write_text(straight_to_the_end, "utf-8")
        deployment = hotel.deploy()
    finally:
        model.write_text(before, "utf-8")
    new = hotel.reserve("new flow", check_in="2027-10-01", check_out="2027-10-03")
    ended = hotel.await_end(new)
    hotel.engine.deployments.delete(deployment, cascade=True)

    assert ended["end"] == "Booked"
    assert "table_id" not in ended
    assert hotel.workers[0].is_running
