"""Which tables are reserved for the evening of arrival."""

import sqlite3
from pathlib import Path
from typing import Any

from service import RefusedError, Service

PORT = 5003
TABLES = """
CREATE TABLE IF NOT EXISTS reservations (number INTEGER PRIMARY KEY, booking_id TEXT, evening TEXT, guests INTEGER)
"""
LARGEST_TABLE = 6
SEATS = 60


def create_service(database: Path) -> Service:
    service = Service("Restaurant of the hotel", database, TABLES)
    wish = {"booking_id": str, "evening": str, "guests": int}
    service.operation("POST", "/api/restaurant/reserve", "Reserves a table.", wish, {"table_id": str})(reserve)
    service.operation("GET", "/api/restaurant/list", "Lists what is reserved.", {}, {"reservations": list})(
        reservations
    )
    return service


def reserve(tables: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    if values["guests"] > LARGEST_TABLE:
        raise RefusedError(f"There is no table for {values['guests']}: the largest has {LARGEST_TABLE} seats.")
    taken = tables.execute("SELECT SUM(guests) FROM reservations WHERE evening = :evening", values).fetchone()[0] or 0
    if taken + values["guests"] > SEATS:
        raise RefusedError(f"The restaurant is full on {values['evening']}.")
    columns = "(booking_id, evening, guests) VALUES (:booking_id, :evening, :guests)"
    return {"table_id": f"T-{tables.execute(f'INSERT INTO reservations {columns}', values).lastrowid}"}


def reservations(tables: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    return {"reservations": [dict(row) for row in tables.execute("SELECT * FROM reservations ORDER BY number")]}
