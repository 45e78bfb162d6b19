"""What the four services share: operations over HTTP, their description, a database, and answers that are kept.

Nothing here knows of processes or an engine. Who repeats a request with the same `Idempotency-Key` gets the first
answer again, and nothing is done twice.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from flask import Flask, Response, jsonify, request

KEPT_ANSWERS = "CREATE TABLE IF NOT EXISTS kept_answers (key TEXT PRIMARY KEY, request TEXT, answer TEXT)"
TYPES = {str: "string", int: "integer", bool: "boolean", list: "array"}

Values = dict[str, Any]
Work = Callable[[sqlite3.Connection, Values], Values]


class RefusedError(Exception):
    """What was asked for is not possible; the text is for the caller. `status` is that of HTTP."""

    def __init__(self, text: str, status: int = 409) -> None:
        super().__init__(text)
        self.status = status


class Operation(NamedTuple):
    """One thing that a service does: names and types of what it takes and gives."""

    method: str
    path: str
    summary: str
    takes: Mapping[str, type]
    gives: Mapping[str, type]
    work: Work

    @property
    def name(self) -> str:
        return self.path.strip("/").replace("/", "_")

    def read(self) -> Values:
        """Returns what the request brings. RefusedError (400) where something is missing or of another type."""
        given = request.args if self.method == "GET" else request.get_json(silent=True) or {}
        return {name: _read(name, kind, given.get(name)) for name, kind in self.takes.items()}


class Service:
    """A Flask application on a database of its own, made of operations."""

    def __init__(self, title: str, database: Path, tables: str) -> None:
        self.app = Flask(title)
        self._title = title
        self._database = database
        self._operations: list[Operation] = []
        with closing(self._connect()) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(f"{tables};{KEPT_ANSWERS}")
        self.app.add_url_rule("/openapi.json", "openapi", lambda: jsonify(self._describe()))
        self.app.register_error_handler(RefusedError, lambda refused: ({"error": str(refused)}, refused.status))

    def fill(self, table: str, rows: list[tuple[Any, ...]]) -> None:
        """Puts rows into a table that is empty."""
        with self._transaction() as connection:
            if not connection.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone():
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)

    def operation(
        self, method: str, path: str, summary: str, takes: Mapping[str, type], gives: Mapping[str, type]
    ) -> Callable[[Work], Work]:
        """Makes a function an operation: it gets the database and the values, and returns the answer."""

        def add(work: Work) -> Work:
            operation = Operation(method, path, summary, takes, gives, work)
            self._operations.append(operation)
            self.app.add_url_rule(path, operation.name, lambda: self._answer(operation), methods=[method])
            return work

        return add

    def _answer(self, operation: Operation) -> Response:
        values = operation.read()
        key = request.headers.get("Idempotency-Key") if operation.method == "POST" else None
        with self._transaction() as connection:
            if key is None:
                return jsonify(operation.work(connection, values))
            return jsonify(_once(connection, key, operation, values))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """One at a time: what is read in it still holds when it writes."""
        with closing(self._connect()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._database, timeout=30, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA synchronous = NORMAL")
        return connection

    def _describe(self) -> Values:
        paths: dict[str, Values] = {}
        for operation in self._operations:
            paths.setdefault(operation.path, {})[operation.method.lower()] = _describe(operation)
        return {"openapi": "3.0.3", "info": {"title": self._title, "version": "1.0.0"}, "paths": paths}


def _once(connection: sqlite3.Connection, key: str, operation: Operation, values: Values) -> Values:
    """Does the work unless it was done under this key; a refusal has done nothing, and is not kept."""
    asked = json.dumps([operation.path, values], sort_keys=True)
    kept = connection.execute("SELECT request, answer FROM kept_answers WHERE key = ?", (key,)).fetchone()
    if kept is None:
        answer = operation.work(connection, values)
        connection.execute("INSERT INTO kept_answers VALUES (?, ?, ?)", (key, asked, json.dumps(answer)))
        return answer
    if kept["request"] != asked:
        raise RefusedError(f"Idempotency-Key '{key}' was used for another request.", 422)
    return json.loads(kept["answer"])


def _read(name: str, kind: type, value: object) -> Any:
    if value is None:
        raise RefusedError(f"'{name}' is missing.", 400)
    if kind is int and isinstance(value, str) and value.isdecimal():
        return int(value)
    if type(value) is not kind:
        raise RefusedError(f"'{name}' is no {TYPES[kind]}.", 400)
    return value


def _describe(operation: Operation) -> Values:
    """Returns an operation in the words of OpenAPI."""
    given = {"description": "Done.", "content": _content(operation.gives)}
    refused = {"description": "Refused; 'error' says why.", "content": _content({"error": str})}
    described: Values = {"operationId": operation.name, "summary": operation.summary}
    described["responses"] = {"200": given, "4XX": refused}
    if operation.method == "GET":
        described["parameters"] = [_parameter(name, "query", kind) for name, kind in operation.takes.items()]
    else:
        described["parameters"] = [_parameter("Idempotency-Key", "header", str, required=False)]
        described["requestBody"] = {"required": True, "content": _content(operation.takes)}
    return described


def _parameter(name: str, place: str, kind: type, required: bool = True) -> Values:
    return {"name": name, "in": place, "required": required, "schema": {"type": TYPES[kind]}}


def _content(fields: Mapping[str, type]) -> Values:
    properties = {name: _schema(kind) for name, kind in fields.items()}
    schema = {"type": "object", "properties": properties, "required": list(fields)}
    return {"application/json": {"schema": schema}}


def _schema(kind: type) -> Values:
    return {"type": "array", "items": {"type": "object"}} if kind is list else {"type": TYPES[kind]}
