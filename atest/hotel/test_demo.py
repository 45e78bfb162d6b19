"""`make demo-hotel`, as far as it is `python robots/demo_hotel`."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from hotel.conftest import PROCESSES
from hotel.demo import HotelDemo

from CamundaLibrary.engines.contract import Engine


@pytest.fixture
def demo(engine: Engine, engine_url: str, unique: Callable[..., str], tmp_path: Path) -> Iterator[HotelDemo]:
    """What it deploys to the engine of this run is deleted."""
    name = unique("demo")
    demo = HotelDemo(tmp_path, name)
    yield demo
    demo.kill()
    found = requests.get(f"{engine_url}/process-definition", {"key": f"{PROCESSES[0]}-{name}"}, timeout=30).json()
    for definition in found:
        engine.deployments.delete(definition["deploymentId"], cascade=True)


def test_the_demo_shows_every_way_of_a_reservation_and_what_came_of_it(demo, engine_url):
    demo.start("--crowd", "12", CAMUNDA_API_BASE_URL=engine_url)
    assert demo.wait() == 0, demo.said

    assert {guest: end for guest, end, _ in table(demo)} == {
        "Ann": "Booked",
        "Ann again": "Booked",
        "Ben": "Input invalid",
        "Cem": "Input invalid",
        "Dora": "Declined",
        "Eve": "Client refused",
        "Fay's nine": "No room",
        "Gus's seven": "Booked without table",
        "Hal's summer": "Booking refused",
        "Ida": "Booked",
        "Jon": "Booked",
        "Kim": "Booked",
        "Lea": "Booked",
        "a crowd of 12": "12 x Booked",
    }
    tries = {guest: tries for guest, _, tries in table(demo)}
    assert (tries["Ann"], tries["Ben"], tries["Ida"], tries["Jon"]) == (6, 1, 9, 6)
    for line in (
        "    Search client             client_id=None\n    Create client             client_id=C-1\n",
        "Cem: Input invalid (TASK_ERROR: ValueError: Invalid isoformat string: 'soon')\n",
        "Incident at Task_CreateBooking: Create booking: ConnectionError: ",
        "The worker is killed: the booking was made, the engine does not know.\n",
        'Kim\'s still waits at "Validate input". It is activated.\n',
        "12 reservations run, 12 tasks of 'validate-input",
        "All 12 are booked, each once.\n",
        "All went as expected.\n",
    ):
        assert line in demo.said
    assert demo.processes() == []


def test_the_demo_fails_when_a_reservation_does_not_end_as_expected(demo, engine_url):
    demo.replace("hotel/services/booking.py", "LONGEST_STAY = 30 ", "LONGEST_STAY = 1 ")
    demo.start(CAMUNDA_API_BASE_URL=engine_url)
    assert demo.wait() == 1

    assert [row[:2] for row in table(demo)] == [("Ann", "Booking refused")]
    expected = "['EndEvent_BookingRefused'] != ['EndEvent_Booked']"
    assert f"Not all went as expected:\n  A guest who was never here: {expected}\n" in demo.said
    assert "  A guest who is known: not played\n" in demo.said
    assert demo.processes() == []


def test_ctrl_c_in_the_middle_leaves_nothing_behind(demo, engine_url):
    demo.start(CAMUNDA_API_BASE_URL=engine_url)
    demo.read_until("A guest who is known")
    demo.press_ctrl_c()
    assert demo.wait() == 1

    assert demo.said.splitlines()[-1] == "Stopped."
    assert demo.processes() == []


def table(demo: HotelDemo) -> list[tuple[str, str, int]]:
    """Returns reservation, end and tries of every row of the printed table."""
    lines = demo.said.split("RESERVATION")[1].split("\n\n")[0].splitlines()[1:]
    cells = [re.split(r"\s{2,}", line.strip()) for line in lines]
    return [(row[0], row[1], int(row[5])) for row in cells]
