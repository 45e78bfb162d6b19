"""A small HTTP server for those who watch the worker: `/health/live`, `/health/ready` and `/metrics`.

It holds nothing secret, since every program of this machine can ask it, robots too. Clients that are slow, many or
strange cost it little: a request has five seconds, and more than 16 at once are turned away.
"""

import json
import os
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from socketserver import TCPServer, ThreadingMixIn
from time import monotonic
from typing import Any

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.worker.monitoring.health import Health

ADDRESS = "127.0.0.1"
_MOST_AT_ONCE = 16
_LONGEST = 5.0  # seconds
_LOOK = 0.5  # seconds
_JSON = "application/json"


class HealthServer:
    """Answers in threads of its own. `metrics` returns content type and text.

    Raises SettingsError if the port cannot be had; port 0 is any free one.
    """

    def __init__(self, health: Health, metrics: Callable[[], tuple[str, bytes]], port: int, address: str = ADDRESS):
        pages = {
            "/health/live": lambda: _tell("alive", health.death),
            "/health/ready": lambda: _tell("ready", health.obstacle),
            "/metrics": lambda: (200, *metrics()),
        }
        try:
            self._server = _Server((address, port), partial(_Request, pages))
        except (OSError, OverflowError) as error:
            problem = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
            raise SettingsError(f"Port {port} of {address} cannot be had for metrics: {problem}.") from None
        host = f"[{address}]" if ":" in address else address
        self.url = f"http://{host}:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(_LOOK,), name="health", daemon=True)

    def start(self) -> None:
        """Begins to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Gives back the port."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()


def _tell(name: str, problem: str | None) -> tuple[int, str, bytes]:
    told: dict[str, object] = {"status": name} if problem is None else {"status": f"not {name}", "reason": problem}
    return 200 if problem is None else 503, _JSON, json.dumps(told).encode()


class _Server(ThreadingMixIn, HTTPServer):
    """Looks twice a second for requests that take too long."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = os.name == "posix"  # on Windows two programs could share the port
    request_queue_size = _MOST_AT_ONCE

    def __init__(self, address: tuple[str, int], handler: Callable[..., BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self._guard = threading.Lock()
        self._deadlines: dict[socket.socket, float] = {}
        super().__init__(address, handler)

    def server_bind(self) -> None:
        """Binds without the name of the machine, for which HTTPServer would ask a name server."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "localhost", int(self.server_address[1])

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Returns whether there is room for one more."""
        with self._guard:
            is_welcome = len(self._deadlines) < _MOST_AT_ONCE
            if is_welcome:
                self._deadlines[request] = monotonic() + _LONGEST
        return is_welcome

    def shutdown_request(self, request: Any) -> None:
        """Ends a request."""
        with self._guard:
            self._deadlines.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """Ends what takes too long; its thread then finds the connection closed."""
        with self._guard:
            late = [request for request, deadline in self._deadlines.items() if deadline < monotonic()]
        for request in late:
            with suppress(OSError):
                request.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing of clients that go away."""


class _Request(BaseHTTPRequestHandler):
    server_version = "camunda-robot"
    sys_version = ""
    timeout = _LONGEST

    def __init__(self, pages: dict[str, Callable[[], tuple[int, str, bytes]]], *arguments: Any) -> None:
        self._pages = pages
        super().__init__(*arguments)

    def do_GET(self) -> None:
        page = self._pages.get(self.path.partition("?")[0])
        if page is None:
            known = ", ".join(self._pages)
            self._answer(404, _JSON, json.dumps({"reason": f"There is no such page, only {known}."}).encode())
        else:
            self._answer(*page())

    do_HEAD = do_GET  # noqa: N815 - http.server's name

    def log_message(self, format: str, *arguments: Any) -> None:
        """Probes come every few seconds: they are not logged."""

    def _answer(self, status: int, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
