"""A small server for what a library of fake replies cannot show: connections, timeouts, cut replies."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Answer = Callable[["Handler"], None]


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Gives the answers in their order, the last one for ever, and remembers what it was asked."""

    url: str
    answers: list[Answer] = field(default_factory=lambda: [reply()])
    requests: list[Request] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.requests]

    def next_answer(self, request: Request) -> Answer:
        with self.lock:
            self.requests.append(request)
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    remembering: Server

    def handle_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.remembering.next_answer(Request(self.command, self.path, dict(self.headers), body))
        answer(self)

    do_GET = do_POST = do_PUT = do_DELETE = do_CONNECT = handle_any  # noqa: N815 - names of the standard library

    def log_message(self, *_: object) -> None:
        pass


def reply(status: int = 200, body: str | bytes = "{}", kind: str = "application/json", **headers: str) -> Answer:
    """A whole reply."""
    content = body.encode() if isinstance(body, str) else body

    def answer(handler: Handler) -> None:
        handler.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    return answer


def raw(content: bytes) -> Answer:
    """Bytes, then the end of the connection."""

    def answer(handler: Handler) -> None:
        handler.wfile.write(content)
        handler.close_connection = True

    return answer


def silence(until: threading.Event) -> Answer:
    """Nothing, until the test says so or ten seconds are over."""

    def answer(handler: Handler) -> None:
        until.wait(10)
        handler.close_connection = True

    return answer


class QuietServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def handle_error(self, *_: object) -> None:
        pass  # clients that hang up are what is tested


@contextlib.contextmanager
def serving(wrap: Callable[[QuietServer], None] = lambda _: None, scheme: str = "http") -> Iterator[Server]:
    server = QuietServer(("localhost", 0), Handler)
    wrap(server)
    remembering = Server(f"{scheme}://localhost:{server.server_port}/engine-rest")
    server.RequestHandlerClass = type("HandlerOfTest", (Handler,), {"remembering": remembering})
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield remembering
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
