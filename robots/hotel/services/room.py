"""Which rooms there are, and when they are taken."""

import sqlite3
from pathlib import Path
from typing import Any

from service import RefusedError, Service

PORT = 5002
TABLES = """
CREATE TABLE IF NOT EXISTS rooms (room_id TEXT PRIMARY KEY, room_type TEXT, beds INTEGER);
CREATE TABLE IF NOT EXISTS blocks
    (number INTEGER PRIMARY KEY, room_id TEXT, check_in TEXT, check_out TEXT, released INTEGER DEFAULT 0);
CREATE INDEX IF NOT EXISTS blocks_of_room ON blocks (room_id, check_in)
"""
ROOMS = [
    *((f"{number}", "single", 1) for number in range(101, 111)),
    *((f"{number}", "double", 2) for number in range(201, 221)),
    *((f"{number}", "suite", 8) for number in range(301, 304)),
]
IS_TAKEN = """
EXISTS (SELECT 1 FROM blocks WHERE blocks.room_id = rooms.room_id AND released = 0
    AND blocks.check_in < :check_out AND blocks.check_out > :check_in)
"""
STAY = {"check_in": str, "check_out": str}


def create_service(database: Path) -> Service:
    service = Service("Rooms of the hotel", database, TABLES)
    service.fill("rooms", ROOMS)
    wish = {"room_type": str, "guests": int, **STAY}
    block_id = {"block_id": int}
    service.operation("GET", "/api/room/available", "Finds a free room; '' if none is.", wish, {"room_id": str})(find)
    service.operation("POST", "/api/room/block", "Blocks a room.", {"room_id": str, **STAY}, block_id)(block)
    service.operation("POST", "/api/room/release", "Ends a block.", block_id, {"released": bool})(release)
    service.operation("GET", "/api/room/blocks", "Lists all blocks that hold.", {}, {"blocks": list})(blocks)
    return service


def find(rooms: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    fits = f"room_type = :room_type AND beds >= :guests AND NOT {IS_TAKEN}"
    room = rooms.execute(f"SELECT room_id FROM rooms WHERE {fits} ORDER BY room_id", values).fetchone()
    return {"room_id": room["room_id"] if room else ""}


def block(rooms: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    free = f"SELECT 1 FROM rooms WHERE room_id = :room_id AND NOT {IS_TAKEN}"
    if not rooms.execute(free, values).fetchone():
        stay = f"from {values['check_in']} to {values['check_out']}"
        raise RefusedError(f"Room {values['room_id']} is not free {stay}.")
    columns = "(room_id, check_in, check_out) VALUES (:room_id, :check_in, :check_out)"
    return {"block_id": rooms.execute(f"INSERT INTO blocks {columns}", values).lastrowid}


def release(rooms: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    held = "UPDATE blocks SET released = 1 WHERE number = :block_id AND released = 0"
    return {"released": rooms.execute(held, values).rowcount == 1}


def blocks(rooms: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    held = "SELECT number AS block_id, room_id, check_in, check_out FROM blocks WHERE released = 0 ORDER BY number"
    return {"blocks": [dict(row) for row in rooms.execute(held)]}
