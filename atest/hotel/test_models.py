"""The two models on the engine; the test does the tasks by hand."""

from xml.etree import ElementTree

import pytest
from hotel.conftest import BUNDLE, GUEST, wait_for

from CamundaLibrary.bundles.manifest import read_manifest

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
TOPIC = "{http://camunda.org/schema/1.0/bpmn}topic"
FIRST_STEPS = ["ReservationRequested", "Task_ValidateInput"]
ROOM_STEPS = ["Task_CheckRoomAvailability", "Task_BlockRoom"]


@pytest.fixture
def known(hotel):
    """A reservation by a client whom the hotel knows, before the search for a room."""
    instance = hotel.reserve()
    hotel.do("validate-input", valid=True)
    hotel.do("search-client", client_id="C-1")
    return instance


@pytest.fixture
def blocked(hotel, known):
    """The same once a room is blocked."""
    hotel.do("check-room-availability", roomAvailable=True, selected_room_id="201")
    hotel.do("block-room", room_id="201", block_id=7, room_blocked=True)
    return known


def test_a_started_reservation_holds_its_data_and_waits_at_the_first_task(hotel):
    instance = hotel.reserve("R-17")

    assert hotel.variables(instance) == GUEST
    assert hotel.engine.processes.get(instance).business_key == "R-17"
    [task] = hotel.engine.external_tasks.list(process_instance_id=instance)
    assert (task.topic, task.activity_id, task.worker_id) == (hotel.topic("validate-input"), "Task_ValidateInput", None)
    assert {name: value.value for name, value in hotel.fetch("validate-input").variables.items()} == GUEST


def test_a_locked_task_is_nobody_else_s_until_its_lock_ends(hotel):
    hotel.reserve()
    first = hotel.fetch("validate-input", "one", lock=0.5)

    assert hotel.fetch("validate-input", "two") is None
    again = None
    while again is None:
        again = hotel.fetch("validate-input", "two")
    assert again.task.id == first.task.id


def test_variables_grow_step_by_step(hotel):
    instance = hotel.reserve()
    hotel.do("validate-input", valid=True)
    expected = {**GUEST, "valid": True}
    assert hotel.variables(instance) == expected
    hotel.do("search-client", client_id="C-1")
    expected |= {"client_id": "C-1"}
    assert hotel.variables(instance) == expected
    hotel.do("check-room-availability", roomAvailable=True, selected_room_id="201")
    expected |= {"roomAvailable": True, "selected_room_id": "201"}
    assert hotel.variables(instance) == expected
    hotel.do("block-room", room_id="201", block_id=7, room_blocked=True)
    expected |= {"room_id": "201", "block_id": 7, "room_blocked": True}
    assert hotel.variables(instance) == expected
    hotel.do("create-booking", booking_id="B-1", status="confirmed")
    expected |= {"booking_id": "B-1", "status": "confirmed"}
    assert hotel.variables(instance) == expected
    hotel.do("reserve-table", table_id="T-1")
    assert hotel.await_end(instance) == {**expected, "table_id": "T-1", "end": "Booked"}


def test_an_input_error_takes_the_boundary_event_to_the_error_end(hotel):
    instance = hotel.reserve()
    hotel.throw("validate-input", "TASK_ERROR", "ValueError: guests")

    ended = hotel.await_end(instance)
    assert hotel.path(instance) == [*FIRST_STEPS, "BoundaryEvent_Error", "EndEvent_InvalidInput"]
    [end] = hotel.engine.history.activities(instance, activity_id="EndEvent_InvalidInput")
    assert end.activity_type == "errorEndEvent"
    assert (ended["errorCode"], ended["errorMessage"]) == ("TASK_ERROR", "ValueError: guests")


def test_what_is_not_valid_is_declined(hotel):
    instance = hotel.reserve()
    hotel.do("validate-input", valid=False)

    assert hotel.await_end(instance)["end"] == "Declined"
    assert hotel.path(instance) == [*FIRST_STEPS, "EndEvent_Declined"]


def test_an_unknown_client_is_created_by_an_instance_of_its_own_that_gets_four_variables_and_gives_one_back(hotel):
    instance = hotel.reserve("R-18")
    hotel.do("validate-input", valid=True)
    hotel.do("search-client", client_id=None)

    [called] = hotel.called(instance)
    assert (called.process_definition_key, called.business_key) == (hotel.key("ClientCreationProcess"), "R-18")
    names = ("first_name", "last_name", "email", "phone")
    assert hotel.variables(called.id) == {name: GUEST[name] for name in names}
    hotel.do("create-client", client_id="C-2", secret="stays there")
    assert hotel.path(called.id) == ["ClientUnknown", "Task_CreateClient", "EndEvent_ClientCreated"]
    assert hotel.variables(instance) == {**GUEST, "valid": True, "client_id": "C-2"}
    assert hotel.fetch("check-room-availability")


def test_a_refused_client_ends_both_processes_by_an_error_with_its_reason(hotel):
    instance = hotel.reserve()
    hotel.do("validate-input", valid=True)
    hotel.do("search-client", client_id=None)
    [called] = hotel.called(instance)
    hotel.throw("create-client", "CLIENT_REFUSED", "'1' is no phone number.")

    ended = hotel.await_end(instance)
    assert hotel.path(called.id)[-2:] == ["BoundaryEvent_Refused", "EndEvent_Refused"]
    assert hotel.path(instance)[-2:] == ["BoundaryEvent_ClientRefused", "EndEvent_ClientRefused"]
    assert (ended["errorCode"], ended["errorMessage"]) == ("CLIENT_REFUSED", "'1' is no phone number.")


def test_without_a_room_nothing_is_blocked(hotel, known):
    hotel.do("check-room-availability", roomAvailable=False, selected_room_id=None)

    assert hotel.await_end(known)["end"] == "No room"
    assert "Task_BlockRoom" not in hotel.path(known)


def test_a_room_that_was_taken_meanwhile_makes_it_look_for_another(hotel, known):
    hotel.do("check-room-availability", roomAvailable=True, selected_room_id="201")
    hotel.throw("block-room", "ROOM_TAKEN", "Room 201 is not free.")
    hotel.do("check-room-availability", roomAvailable=True, selected_room_id="202")

    assert hotel.path(known)[-4:] == ["Task_BlockRoom", "BoundaryEvent_RoomTaken", *ROOM_STEPS]
    assert hotel.fetch("block-room").variables["selected_room_id"].value == "202"


def test_a_refused_booking_releases_the_room_before_it_ends_by_an_error(hotel, blocked):
    hotel.throw("create-booking", "BOOKING_REFUSED", "Too long.")
    release = hotel.do("release-room", room_blocked=False)

    assert release.variables["block_id"].value == 7
    ended = hotel.await_end(blocked)
    assert (ended["errorCode"], ended["errorMessage"], ended["room_blocked"]) == ("BOOKING_REFUSED", "Too long.", False)
    path = hotel.path(blocked)
    assert path.index("BoundaryEvent_BookingRefused") < path.index("Task_ReleaseRoom")
    assert path[-1] == "EndEvent_BookingRefused"


def test_a_booking_without_a_table_is_a_booking(hotel, blocked):
    hotel.do("create-booking", booking_id="B-1", status="confirmed")
    hotel.throw("reserve-table", "NO_TABLE", "The restaurant is full.")

    ended = hotel.await_end(blocked)
    assert (ended["end"], ended["status"]) == ("Booked without table", "confirmed")
    assert "Task_ReleaseRoom" not in hotel.path(blocked)


def test_a_reservation_shows_its_states_and_its_position(hotel):
    instance = hotel.reserve()
    processes, history = hotel.engine.processes, hotel.engine.history
    states = [history.process_instance(instance).state]
    processes.suspend(instance)
    states.append(history.process_instance(instance).state)
    assert hotel.fetch("validate-input") is None
    processes.activate(instance)
    hotel.do("validate-input", valid=True)
    assert [each.activity_id for each in history.activities(instance) if not each.end_time] == ["Task_SearchClient"]
    processes.delete(instance, reason="The guest called.")

    ended = wait_for(lambda: next((each for each in [history.process_instance(instance)] if each.end_time), None))
    assert [*states, ended.state] == ["ACTIVE", "SUSPENDED", "EXTERNALLY_TERMINATED"]
    assert ended.delete_reason == "The guest called."
    assert hotel.tries(instance, "Task_ValidateInput") == ["created", "succeeded"]
    assert hotel.tries(instance, "Task_SearchClient") == ["created", "deleted"]


def test_the_manifests_have_one_handler_for_each_topic_of_the_models():
    models = [ElementTree.parse(path) for path in (BUNDLE / "processes").glob("*.bpmn")]
    topics = {element.get(TOPIC) for model in models for element in model.iter() if element.get(TOPIC)}

    assert {task.topic for task in read_manifest(BUNDLE).tasks} == topics
    assert len(topics) == 8
