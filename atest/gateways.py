"""What companies put between robots and their engine: gateways that want to know who calls, and forward proxies.

All are real servers in front of the real engine; none of them answers for it.
"""

import base64
import contextlib
import select
import socket
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, quote, urlsplit

import requests

_HOP_BY_HOP = ("connection", "host", "keep-alive", "transfer-encoding", "content-length", "proxy-authorization")


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that leave, or are refused by TLS, are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do(self) -> None:
        raise NotImplementedError

    def do_GET(self) -> None:
        self.do()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names of the standard library

    def log_message(self, *_: object) -> None:
        pass

    def read(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def forward(self, url: str) -> None:
        headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
        with requests.Session() as session:
            session.trust_env = False
            reply = session.request(self.command, url, data=self.read(), headers=headers, timeout=60)
        self.answer(reply.status_code, reply.content, Content_Type=reply.headers.get("Content-Type", "text/plain"))


@contextmanager
def serving(handler: type[_Handler], context: ssl.SSLContext | None = None) -> Iterator[str]:
    """Yields host and port."""
    server = _Server(("localhost", 0), handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class TokenService:
    """Gives tokens to one client (RFC 6749 §4.4), and lets calls with a valid one through to the engine."""

    def __init__(self, engine_url: str, life: float) -> None:
        self.client = ("robots", "s3cret/+ä")
        self.life = life
        self.issued: list[str] = []
        self.calls: list[str] = []
        self._engine = urlsplit(engine_url)
        self._valid: dict[str, float] = {}

    def revoke(self) -> None:
        """No token is valid any more."""
        self._valid.clear()

    @contextmanager
    def running(self) -> Iterator["TokenService"]:
        service = self

        class Handler(_Handler):
            def do(self) -> None:
                if self.path == "/token":
                    service.issue(self)
                elif service.is_valid(self.headers.get("Authorization", "")):
                    service.calls.append(self.headers["Authorization"])
                    del self.headers["Authorization"]
                    self.forward(f"{service._engine.scheme}://{service._engine.netloc}{self.path}")
                else:
                    self.read()
                    self.answer(401, WWW_Authenticate="Bearer")

        with serving(Handler) as host:
            self.url = f"http://{host}{self._engine.path}"
            self.token_url = f"http://{host}/token"
            yield self

    def issue(self, handler: _Handler) -> None:
        form = parse_qs(handler.read().decode())
        expected = ":".join(quote(part, safe="") for part in self.client)
        if handler.headers.get("Authorization") != f"Basic {base64.b64encode(expected.encode()).decode()}":
            handler.answer(401, b'{"error": "invalid_client"}', Content_Type="application/json")
            return
        assert form["grant_type"] == ["client_credentials"]
        token = uuid.uuid4().hex
        self.issued.append(token)
        self._valid[f"Bearer {token}"] = time.monotonic() + self.life
        body = f'{{"access_token": "{token}", "token_type": "Bearer", "expires_in": {self.life}}}'
        handler.answer(200, body.encode(), Content_Type="application/json")

    def is_valid(self, header: str) -> bool:
        return self._valid.get(header, 0) > time.monotonic()


@contextmanager
def tls_gateway(engine_url: str, context: ssl.SSLContext) -> Iterator[str]:
    """The engine behind https; yields its REST root."""
    engine = urlsplit(engine_url)

    class Handler(_Handler):
        def do(self) -> None:
            self.forward(f"{engine.scheme}://{engine.netloc}{self.path}")

    with serving(Handler, context) as host:
        yield f"https://{host}{engine.path}"


class ForwardProxy:
    """A proxy for http and https (CONNECT). `login` is what it wants (`user:password`), `allows` a rule for targets."""

    def __init__(self, login: str | None = None, allows: Callable[[str], bool] = lambda host: True) -> None:
        self.targets: list[str] = []
        self._login = login and f"Basic {base64.b64encode(login.encode()).decode()}"
        self._allows = allows

    @contextmanager
    def running(self) -> Iterator["ForwardProxy"]:
        proxy = self

        class Handler(_Handler):
            def do(self) -> None:
                if proxy.lets_pass(self, urlsplit(self.path).netloc):
                    self.forward(self.path)

            def do_CONNECT(self) -> None:
                if proxy.lets_pass(self, self.path):
                    proxy.tunnel(self)

        with serving(Handler) as host:
            self.host = host
            self.url = f"http://{host}"
            yield self

    def lets_pass(self, handler: _Handler, target: str) -> bool:
        if self._login and handler.headers.get("Proxy-Authorization") != self._login:
            handler.answer(407, Proxy_Authenticate="Basic")
        elif not self._allows(target):
            handler.answer(403)
        else:
            self.targets.append(target)
            return True
        return False

    def tunnel(self, handler: _Handler) -> None:
        host, _, port = handler.path.rpartition(":")
        with socket.create_connection((host, int(port))) as target:
            handler.send_response(200)
            handler.end_headers()
            with contextlib.suppress(OSError):
                _pump(handler.connection, target)
        handler.close_connection = True


def _pump(one: socket.socket, other: socket.socket) -> None:
    while True:
        for ready in select.select([one, other], [], [], 60)[0]:
            received = ready.recv(65536)
            if not received:
                return
            (other if ready is one else one).sendall(received)
