"""Asks the services of the hotel: keywords for robots, functions for Python.

Where they are is told by HOTEL_BOOKING_URL, HOTEL_ROOM_URL, HOTEL_RESTAURANT_URL and HOTEL_CLIENT_URL. `key` is given
to a service as idempotency key: what was asked for with the same key before is not done again.

What a service refuses has a `refusal`, a sentence; that is an answer, no error. Errors are for what does not work.
"""

import os
from typing import Any

import requests

PORTS = {"booking": 5001, "room": 5002, "restaurant": 5003, "client": 5004}
TIMEOUT = 30  # seconds
REFUSED = 409

Answer = dict[str, Any]


def find_client(email: str) -> str | None:
    """Returns the id of the client with this address, or None."""
    return _get("client", "/api/client/search", email=email)["client_id"] or None


def create_client(key: str, first_name: str, last_name: str, email: str, phone: str) -> Answer:
    """Creates a client; returns ``client_id``, or a ``refusal``."""
    return _post("client", "create", key, first_name=first_name, last_name=last_name, email=email, phone=phone)


def find_room(room_type: str, guests: int, check_in: str, check_out: str) -> str | None:
    """Returns the id of a free room, or None."""
    wish = {"room_type": room_type, "guests": guests, "check_in": check_in, "check_out": check_out}
    return _get("room", "/api/room/available", **wish)["room_id"] or None


def block_room(key: str, room_id: str, check_in: str, check_out: str) -> Answer:
    """Blocks a room; returns ``block_id``, or a ``refusal`` if somebody was faster."""
    return _post("room", "block", key, room_id=room_id, check_in=check_in, check_out=check_out)


def release_room(key: str, block_id: int) -> Answer:
    """Ends a block; returns ``released``."""
    return _post("room", "release", key, block_id=block_id)


def create_booking(
    key: str, reference: str, client_id: str, room_id: str, check_in: str, check_out: str, guests: int
) -> Answer:
    """Books a room; returns ``booking_id`` and ``status``, or a ``refusal``."""
    stay = {"room_id": room_id, "check_in": check_in, "check_out": check_out, "guests": guests}
    return _post("booking", "create", key, reference=reference, client_id=client_id, **stay)


def reserve_table(key: str, booking_id: str, evening: str, guests: int) -> Answer:
    """Reserves a table; returns ``table_id``, or a ``refusal``."""
    return _post("restaurant", "reserve", key, booking_id=booking_id, evening=evening, guests=guests)


def _get(service: str, path: str, **query: object) -> Answer:
    reply = requests.get(_address(service) + path, params=query, timeout=TIMEOUT)
    reply.raise_for_status()
    return reply.json()


def _post(service: str, work: str, key: str, **values: object) -> Answer:
    url = f"{_address(service)}/api/{service}/{work}"
    reply = requests.post(url, json=values, headers={"Idempotency-Key": key}, timeout=TIMEOUT)
    if reply.status_code == REFUSED:
        return {"refusal": reply.json()["error"]}
    reply.raise_for_status()
    return {"refusal": None, **reply.json()}


def _address(service: str) -> str:
    default = f"http://localhost:{PORTS[service]}"
    return os.environ.get(f"HOTEL_{service.upper()}_URL", default).rstrip("/")
