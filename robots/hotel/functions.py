"""The same tasks, all of them as Python functions in one process: `python robots/hotel/functions.py --slots 2`.

For many reservations at once: a function in a running process costs less than a robot, and leaves no log. Models and
services are the same, and it may work beside `camunda-robot worker robots/hotel`. Ends with Ctrl-C or SIGTERM.
"""

import argparse
import logging
import sys
from pathlib import Path

import HotelServices
from checks import check_room_availability, validate_input

from CamundaLibrary import CurrentTask, ThrowBpmnError, Worker


def search_client(task: CurrentTask) -> dict[str, object]:
    return {"client_id": HotelServices.find_client(task.variable("email"))}


def create_client(task: CurrentTask) -> dict[str, object]:
    guest = {name: task.variable(name) for name in ("first_name", "last_name", "email", "phone")}
    client = HotelServices.create_client(task.idempotency_key, **guest)
    return {"client_id": _agreed(client, "CLIENT_REFUSED")["client_id"]}


def block_room(task: CurrentTask) -> dict[str, object]:
    room = task.variable("selected_room_id")
    block = HotelServices.block_room(task.idempotency_key, room, **_stay(task))
    return {"room_id": room, "block_id": _agreed(block, "ROOM_TAKEN")["block_id"], "room_blocked": True}


def release_room(task: CurrentTask) -> dict[str, object]:
    HotelServices.release_room(task.idempotency_key, task.variable("block_id"))
    return {"room_blocked": False}


def create_booking(task: CurrentTask) -> dict[str, object]:
    who = {name: task.variable(name) for name in ("client_id", "room_id", "guests")}
    booking = HotelServices.create_booking(task.idempotency_key, task.business_key or task.id, **who, **_stay(task))
    return {name: _agreed(booking, "BOOKING_REFUSED")[name] for name in ("booking_id", "status")}


def reserve_table(task: CurrentTask) -> dict[str, object]:
    wish = [task.variable(name) for name in ("booking_id", "check_in", "guests")]
    return {"table_id": _agreed(HotelServices.reserve_table(task.idempotency_key, *wish), "NO_TABLE")["table_id"]}


def _stay(task: CurrentTask) -> dict[str, str]:
    return {name: task.variable(name) for name in ("check_in", "check_out")}


def _agreed(answer: HotelServices.Answer, code: str) -> HotelServices.Answer:
    """Returns what a service answered; ThrowBpmnError with this code if it refused."""
    if answer["refusal"]:
        raise ThrowBpmnError(code, answer["refusal"])
    return answer


TASKS = {
    "validate-input": validate_input,
    "search-client": search_client,
    "create-client": create_client,
    "check-room-availability": check_room_availability,
    "block-room": block_room,
    "release-room": release_room,
    "create-booking": create_booking,
    "reserve-table": reserve_table,
}


def main() -> int:
    parser = argparse.ArgumentParser(description="All tasks of the hotel as Python functions.")
    parser.add_argument("--slots", type=int, help="tasks at once (default: one for each core)")
    parser.add_argument("--state", type=Path, help="folder for what must not be lost (default: the user's)")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    worker = Worker(slots=options.slots, state=options.state)
    for topic, function in TASKS.items():
        worker.topic(topic, on_failure="TASK_ERROR" if function is validate_input else None)(function)
    return worker.run()


if __name__ == "__main__":
    sys.exit(main())
