"""A proxy in front of the real engine that makes faults happen to chosen requests, and remembers all of them.

    with FaultProxy(engine_url) as proxy:
        proxy.fail_once("POST", "/complete", answer(502, "<html>Bad Gateway</html>"))
        connect(proxy.url).external_tasks.complete(...)
        assert len(proxy.find_requests("POST", "/complete")) == 2

A fault is a function that is given the `Exchange`; those below combine: `delay(2, drop_reply())`.
"""

import json
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from urllib.parse import urlsplit

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}


@dataclass(frozen=True)
class Request:
    """What a client sent; `path` is as sent, with the query; `arrived` is of the monotonic clock."""

    method: str
    path: str
    headers: Message
    body: bytes
    arrived: float = field(default_factory=time.monotonic)

    @property
    def json(self) -> object:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    status: int
    headers: list[tuple[str, str]]
    body: bytes


class Exchange:
    """One request on its way, and what can be done with it."""

    def __init__(self, request: Request, handler: BaseHTTPRequestHandler, engine: str) -> None:
        self.request = request
        self._handler = handler
        self._engine = engine

    def forward(self) -> Reply:
        """Lets the engine carry the request out."""
        connection = HTTPConnection(self._engine, timeout=120)
        try:
            headers = {name: value for name, value in self.request.headers.items() if name.lower() not in _HOP_BY_HOP}
            connection.request(self.request.method, self.request.path, self.request.body, headers)
            reply = connection.getresponse()
            return Reply(reply.status, reply.getheaders(), reply.read())
        finally:
            connection.close()

    def send(self, reply: Reply) -> None:
        """Gives the client a whole reply."""
        self._send_head(reply)
        self._handler.wfile.write(reply.body)

    def send_half(self, reply: Reply) -> None:
        """Gives the client the first half of a reply, then nothing more."""
        self._send_head(reply)
        self._handler.wfile.write(reply.body[: len(reply.body) // 2])
        self._handler.close_connection = True

    def reset(self) -> None:
        """Breaks the connection, which the client sees as 'connection reset by peer'."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.close_connection = True

    def _send_head(self, reply: Reply) -> None:
        self._handler.send_response_only(reply.status)
        for name, value in reply.headers:
            if name.lower() not in _HOP_BY_HOP:
                self._handler.send_header(name, value)
        if reply.status != 204:
            self._handler.send_header("Content-Length", str(len(reply.body)))
        self._handler.end_headers()


Fault = Callable[[Exchange], None]


def pass_on() -> Fault:
    """No fault: the engine does it and its reply comes back."""
    return lambda exchange: exchange.send(exchange.forward())


def answer(status: int, body: object = "", content_type: str | None = None) -> Fault:
    """The engine never sees the request; the client gets `body`: text as HTML, anything else as JSON."""
    text = body if isinstance(body, str) else json.dumps(body)
    kind = content_type or ("text/html" if isinstance(body, str) else "application/json")
    return lambda exchange: exchange.send(Reply(status, [("Content-Type", kind)], text.encode()))


def limit(size: int) -> Fault:
    """Refuses bodies of more bytes, as proxies do."""
    refuse = answer(413, "<html>Too Large</html>")
    return lambda exchange: (refuse if len(exchange.request.body) > size else pass_on())(exchange)


def reset() -> Fault:
    """The engine never sees the request; the connection breaks."""
    return Exchange.reset


def once_done(then: Fault) -> Fault:
    """The engine carries the request out, but its reply is replaced: `once_done(answer(504))`."""

    def fault(exchange: Exchange) -> None:
        exchange.forward()
        then(exchange)

    return fault


def drop_reply() -> Fault:
    """The engine carries the request out, then the connection breaks."""
    return once_done(reset())


def cut() -> Fault:
    """The engine carries the request out; its reply ends in the middle."""
    return lambda exchange: exchange.send_half(exchange.forward())


def delay(seconds: float, then: Fault | None = None) -> Fault:
    """The request waits, then goes the way of `then`."""
    return hold(Event(), then, seconds)


def hold(until: Event, then: Fault | None = None, at_most: float = 60) -> Fault:
    """The request waits for an event of the test, then goes the way of `then`."""

    def fault(exchange: Exchange) -> None:
        until.wait(at_most)
        (then or pass_on())(exchange)

    return fault


@dataclass
class Rule:
    method: str
    path_part: str
    fault: Fault
    skip: int
    times: float

    def applies(self, request: Request) -> bool:
        """Counts a request that fits, and returns whether it is one of those to fail."""
        if self.method not in (request.method, "*") or self.path_part not in request.path:
            return False
        if self.skip:
            self.skip -= 1
            return False
        self.times -= 1
        return self.times >= 0


class FaultProxy:
    """Stands in for the engine of `engine_url`, at `url`; its rules are tried in the order they were given."""

    def __init__(self, engine_url: str) -> None:
        parts = urlsplit(engine_url)
        self._engine = parts.netloc
        self._server = _Server(self, 0)
        self._rules: list[Rule] = []
        self._lock = Lock()
        self.requests: list[Request] = []
        self.url = f"http://localhost:{self._server.server_port}{parts.path}"

    def __enter__(self) -> "FaultProxy":
        return self

    def __exit__(self, *_: object) -> None:
        self.go_down()

    def fail(self, method: str, path_part: str, fault: Fault, *, skip: int = 0, times: float = float("inf")) -> None:
        """Fails requests of `method` (`*`: any) with `path_part` in their path: after `skip` of them, `times` often."""
        self._rules.append(Rule(method, path_part, fault, skip, times))

    def fail_once(self, method: str, path_part: str, fault: Fault) -> None:
        """Fails the first of these requests."""
        self.fail(method, path_part, fault, times=1)

    def find_requests(self, method: str, path_part: str = "") -> list[Request]:
        """Returns what came so far, in order of arrival."""
        return [request for request in self.requests if request.method == method and path_part in request.path]

    def go_down(self) -> None:
        """Breaks all connections and refuses new ones, as an engine that is not running."""
        self._server.end()

    def come_back(self) -> None:
        """Listens again, on the same port."""
        self._server = _Server(self, self._server.server_port)

    def carry(self, request: Request, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self.requests.append(request)
            fault = next((rule.fault for rule in self._rules if rule.applies(request)), pass_on())
        fault(Exchange(request, handler, self._engine))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, proxy: FaultProxy, port: int) -> None:
        self.proxy = proxy
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", port), _Handler)
        self._thread = Thread(target=self.serve_forever, args=(0.02,), name="fault proxy")
        self._thread.start()

    def process_request(self, request: socket.socket, client_address: object) -> None:  # type: ignore[override]
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: socket.socket) -> None:  # type: ignore[override]
        self._connections.discard(request)
        request.close()  # no shutdown() before: its FIN would come ahead of the RST of `reset`

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no error of the proxy."""

    def end(self) -> None:
        self.shutdown()
        self._thread.join()
        self.server_close()
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def handle_request(self) -> None:
        request = Request(self.command, self.path, self.headers, self._read_body())
        self.server.proxy.carry(request, self)

    do_GET = do_POST = do_PUT = do_DELETE = do_OPTIONS = handle_request  # noqa: N815 - the names BaseHTTPRequestHandler wants

    def log_message(self, *_: object) -> None:
        """The test's output stays its own."""

    def _read_body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body
