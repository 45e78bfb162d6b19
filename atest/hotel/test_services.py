"""The four services by themselves."""

import re
import subprocess
import sys

import jsonschema
import pytest
import requests
from hotel.conftest import BUNDLE, SERVICES, Services

STAY = {"check_in": "2027-05-14", "check_out": "2027-05-16"}
BOOKING = {"reference": "R-1", "client_id": "C-1", "room_id": "201", "guests": 2, **STAY}
REQUESTS = [
    ("client", "create", {"first_name": "A", "last_name": "B", "email": "a@example.com", "phone": "123456"}),
    ("room", "block", {"room_id": "201", **STAY}),
    ("booking", "create", BOOKING),
    ("restaurant", "reserve", {"booking_id": "B-1", "evening": "2027-05-14", "guests": 2}),
]
KEPT = {
    "client": "/api/client/search?email=a@example.com",
    "room": "/api/room/blocks",
    "booking": "/api/booking/list",
    "restaurant": "/api/restaurant/list",
}


class ServicesOnDemand(Services):
    """Each is started when it is first asked for."""

    def address(self, name: str) -> str:
        if name not in self._processes:
            self.start(name)
        return super().address(name)


@pytest.fixture
def services(tmp_path):
    services = ServicesOnDemand(BUNDLE / "services", tmp_path / "data", dict.fromkeys(SERVICES, 0))
    yield services
    services.stop()


@pytest.fixture
def post(services):
    def post(service, work, values, key=None):
        headers = {"Idempotency-Key": key} if key else {}
        url = f"{services.address(service)}/api/{service}/{work}"
        return requests.post(url, json=values, headers=headers, timeout=30)

    return post


@pytest.mark.parametrize(("service", "work", "values"), REQUESTS)
def test_a_request_that_comes_twice_with_one_key_is_done_once_and_answered_twice(services, post, service, work, values):
    first = post(service, work, values, key="task-1")
    before = services.ask(service, KEPT[service])
    second = post(service, work, values, key="task-1")

    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == first.json()
    assert services.ask(service, KEPT[service]) == before


def test_the_same_request_with_another_key_is_another_booking(services, post):
    numbers = [post("booking", "create", BOOKING, key=key).json()["booking_id"] for key in ("task-1", "task-2", None)]
    assert numbers == ["B-1", "B-2", "B-3"]


def test_a_key_that_is_used_for_another_request_is_refused(services, post):
    post("booking", "create", BOOKING, key="task-1")
    refused = post("booking", "create", {**BOOKING, "guests": 3}, key="task-1")
    assert (refused.status_code, refused.json()) == (
        422,
        {"error": "Idempotency-Key 'task-1' was used for another request."},
    )


def test_what_was_refused_may_be_asked_again_with_the_same_key(services, post):
    block = post("room", "block", {"room_id": "201", **STAY}, key="one").json()
    refused = post("room", "block", {"room_id": "201", **STAY}, key="two")
    assert (refused.status_code, refused.json()["error"]) == (
        409,
        "Room 201 is not free from 2027-05-14 to 2027-05-16.",
    )
    assert post("room", "release", block).json() == {"released": True}
    assert post("room", "block", {"room_id": "201", **STAY}, key="two").status_code == 200


@pytest.mark.parametrize(
    ("service", "work", "change", "status", "sentence"),
    [
        ("client", "create", {"phone": "12"}, 409, "'12' is no phone number: it needs at least 6 digits."),
        ("client", "create", {"phone": None}, 400, "'phone' is missing."),
        ("booking", "create", {"guests": "two"}, 400, "'guests' is no integer."),
        (
            "booking",
            "create",
            {"check_out": "2027-06-14"},
            409,
            "A stay of 31 nights is too long: the hotel books 30 at most.",
        ),
        ("restaurant", "reserve", {"guests": 7}, 409, "There is no table for 7: the largest has 6 seats."),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_reason(post, service, work, change, status, sentence):
    values = next(values for name, _, values in REQUESTS if name == service)
    refused = post(service, work, {**values, **change})
    assert (refused.status_code, refused.json()) == (status, {"error": sentence})


def test_the_restaurant_is_full_at_some_time(services, post):
    party = {"booking_id": "B-1", "evening": "2027-05-14", "guests": 6}
    assert [post("restaurant", "reserve", party).status_code for _ in range(11)] == [200] * 10 + [409]
    assert post("restaurant", "reserve", {**party, "evening": "2027-05-15"}).status_code == 200


@pytest.mark.parametrize(
    ("guests", "stay", "room"),
    [(2, STAY, "202"), (3, STAY, ""), (2, {"check_in": "2027-05-16", "check_out": "2027-05-17"}, "201")],
)
def test_a_room_is_found_that_has_the_beds_and_is_free_on_all_nights(services, post, guests, stay, room):
    post("room", "block", {"room_id": "201", **STAY})
    assert services.ask("room", "/api/room/available", room_type="double", guests=guests, **stay) == {"room_id": room}


@pytest.mark.parametrize(("service", "work", "values"), REQUESTS)
def test_requests_and_answers_are_as_the_openapi_description_says(services, post, service, work, values):
    described = services.ask(service, "/openapi.json")
    operation = described["paths"][f"/api/{service}/{work}"]["post"]
    answer = post(service, work, values).json()

    assert described["openapi"] == "3.0.3"
    jsonschema.validate(values, _schema(operation["requestBody"]))
    jsonschema.validate(answer, _schema(operation["responses"]["200"]))
    jsonschema.validate(post(service, work, {}).json(), _schema(operation["responses"]["4XX"]))
    assert set(answer) == set(_schema(operation["responses"]["200"])["properties"])
    assert operation["parameters"][0]["name"] == "Idempotency-Key"


def test_the_descriptions_name_every_path_that_robots_use(services):
    described = {path for service in SERVICES for path in services.ask(service, "/openapi.json")["paths"]}
    source = (BUNDLE / "HotelServices.py").read_text("utf-8")
    gets = set(re.findall(r'_get\("\w+", "([^"]+)"', source))
    posts = {f"/api/{service}/{work}" for service, work in re.findall(r'_post\("(\w+)", "(\w+)"', source)}
    assert len(gets) == 2
    assert len(posts) == 5
    assert gets | posts <= described


def test_what_a_service_was_told_is_there_after_a_restart(services, post):
    post("booking", "create", BOOKING)
    address = services.address("booking")
    services.restart("booking")

    assert services.address("booking") == address
    assert [each["reference"] for each in services.bookings()] == ["R-1"]


def test_the_services_know_nothing_of_the_engine():
    sources = [path.read_text("utf-8").lower() for path in (BUNDLE / "services").glob("*.py")]
    assert len(sources) == 6
    assert not [source for source in sources if "camunda" in source or "bpmn" in source]


def test_one_command_starts_all_four_and_tells_where_they_are(tmp_path):
    ports = [word for name in SERVICES for word in (f"--{name}-port", "0")]
    command = [sys.executable, str(BUNDLE / "services"), *ports]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = [process.stdout.readline() for _ in range(5)]
        answers = [requests.get(f"{line.split()[-1]}/openapi.json", timeout=30).status_code for line in said[:4]]
        process.terminate()
        assert process.wait(30) == 0

    assert [line.split(":")[0] for line in said] == [f"{name.title()} service" for name in SERVICES] + ["Ready.\n"]
    assert answers == [200] * 4


def test_a_port_that_is_taken_is_named(services):
    port = services.address("room").rsplit(":", 1)[1]
    command = [sys.executable, str(BUNDLE / "services"), "--only", "room", "--room-port", port]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"The room service cannot use port {port}."


def _schema(described):
    return described["content"]["application/json"]["schema"]
