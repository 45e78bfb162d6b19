"""Who the guests are."""

import sqlite3
from pathlib import Path
from typing import Any

from service import RefusedError, Service

PORT = 5004
TABLES = """
CREATE TABLE IF NOT EXISTS clients
    (number INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, email TEXT UNIQUE, phone TEXT)
"""
DIGITS = 6


def create_service(database: Path) -> Service:
    service = Service("Clients of the hotel", database, TABLES)
    takes = {"first_name": str, "last_name": str, "email": str, "phone": str}
    service.operation("GET", "/api/client/search", "Finds a client; '' where there is none.", {"email": str}, ID)(
        search
    )
    service.operation("POST", "/api/client/create", "Creates a client, or returns the one there is.", takes, ID)(create)
    return service


ID = {"client_id": str}


def search(clients: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    found = clients.execute("SELECT number FROM clients WHERE email = :email", values).fetchone()
    return {"client_id": f"C-{found['number']}" if found else ""}


def create(clients: sqlite3.Connection, values: dict[str, Any]) -> dict[str, Any]:
    if sum(letter.isdigit() for letter in values["phone"]) < DIGITS:
        raise RefusedError(f"'{values['phone']}' is no phone number: it needs at least {DIGITS} digits.")
    columns = "(first_name, last_name, email, phone) VALUES (:first_name, :last_name, :email, :phone)"
    clients.execute(f"INSERT INTO clients {columns} ON CONFLICT DO NOTHING", values)
    return search(clients, values)
