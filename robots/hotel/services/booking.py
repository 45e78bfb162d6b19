"""Who stays where, and when."""

import sqlite3
from datetime import date
from pathlib import Path
from typing import Any

from service import RefusedError, Service

PORT = 5001
TABLES = """
CREATE TABLE IF NOT EXISTS bookings (number INTEGER PRIMARY KEY, reference TEXT, client_id TEXT, room_id TEXT,
    check_in TEXT, check_out TEXT, guests INTEGER)
"""
LONGEST_STAY = 30  # nights


def create_service(database: Path) -> Service:
    service = Service("Bookings of the hotel", database, TABLES)
    stay = {"client_id": str, "room_id": str, "check_in": str, "check_out": str, "guests": int, "reference": str}
    booked = {"booking_id": str, "status": str}
    service.operation("POST", "/api/booking/create", "Books a room for a client.", stay, booked)(create)
    service.operation("GET", "/api/booking/list", "Lists all bookings.", {}, {"bookings": list})(bookings)
    return service


def create(database: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    nights = (date.fromisoformat(values["check_out"]) - date.fromisoformat(values["check_in"])).days
    if nights > LONGEST_STAY:
        raise RefusedError(f"A stay of {nights} nights is too long: the hotel books {LONGEST_STAY} at most.")
    names = ("reference", "client_id", "room_id", "check_in", "check_out", "guests")
    columns = f"({', '.join(names)}) VALUES (:{', :'.join(names)})"
    number = database.execute(f"INSERT INTO bookings {columns}", values).lastrowid
    return {"booking_id": f"B-{number}", "status": "confirmed"}


def bookings(database: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    return {"bookings": [dict(row) for row in database.execute("SELECT * FROM bookings ORDER BY number")]}
