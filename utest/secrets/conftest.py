"""A Vault of the tests, and topics that ask for secrets."""

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest

Reply = tuple[int, object]


class Vault:
    """Answers as Vault's HTTP API says (developer.hashicorp.com/vault/api-docs: secret/kv/kv-v2, auth/approle).

    `secrets` holds the versions of each path, oldest first; None is a deleted one.
    """

    token = "hvs.worker"
    role_id, secret_id = "role", "secret-id"

    def __init__(self) -> None:
        self.secrets: dict[str, list[dict[str, object] | None]] = {}
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.is_sealed = False
        self.raw: bytes | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, method: str, url: str, token: str | None, body: bytes) -> Reply:
        path, query = urlsplit(url).path, parse_qs(urlsplit(url).query)
        if self.is_sealed:
            return 503, {"errors": ["Vault is sealed"]}
        if (method, path) == ("POST", "/v1/auth/approle/login"):
            return self._log_in(json.loads(body))
        if token != self.token:
            return 403, {"errors": ["2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n"]}
        if not path.startswith("/v1/secret/data/"):
            return 403, {"errors": ["1 error occurred:\n\t* permission denied\n\n"]}
        return self._read(path.removeprefix("/v1/secret/data/"), int(query.get("version", ["0"])[0]))

    def _log_in(self, content: dict[str, str]) -> Reply:
        if content != {"role_id": self.role_id, "secret_id": self.secret_id}:
            return 400, {"errors": ["invalid role or secret ID"]}
        auth = {
            "client_token": self.token,
            "accessor": "0e9e354a",
            "policies": ["default"],
            "token_policies": ["default"],
            "metadata": {"role_name": "robots"},
            "lease_duration": 1200,
            "renewable": True,
        }
        return 200, _envelope(None, auth)

    def _read(self, path: str, version: int) -> Reply:
        versions = self.secrets.get(path, [])
        if not versions or version > len(versions):
            return 404, {"errors": []}
        chosen = version or len(versions)
        content = versions[chosen - 1]
        metadata = {
            "created_time": "2026-03-22T02:24:06.945319214Z",
            "custom_metadata": None,
            "deletion_time": "" if content is not None else "2026-03-22T02:36:43.986212308Z",
            "destroyed": False,
            "version": chosen,
        }
        return 200 if content is not None else 404, _envelope({"data": content, "metadata": metadata})

    def _handler(vault) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - `self` is the handler's
        class Handler(BaseHTTPRequestHandler):
            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                vault.requests.append((self.command, self.path, dict(self.headers)))
                status, content = vault.answer(self.command, self.path, self.headers.get("X-Vault-Token"), body)
                reply = vault.raw if vault.raw is not None else json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            do_GET = do_POST = _serve  # noqa: N815 - names of the standard library

            def log_message(self, *_: object) -> None:
                """Says nothing."""

        return Handler


def _envelope(data: object, auth: object = None) -> dict[str, object]:
    return {
        "request_id": "f9ae5e4b",
        "lease_id": "",
        "renewable": False,
        "lease_duration": 0,
        "data": data,
        "wrap_info": None,
        "warnings": None,
        "auth": auth,
    }


@pytest.fixture
def vault() -> Iterator[Vault]:
    vault = Vault()
    yield vault
    vault.close()


@pytest.fixture
def topic() -> Callable[..., SimpleNamespace]:
    """Makes a topic of bundle `comics` that asks for the named secrets."""

    def topic(*secrets: str, name: str = "Search", bundle: str = "comics") -> SimpleNamespace:
        return SimpleNamespace(
            name=name,
            bundle=SimpleNamespace(title=bundle, source=Path("/bundles") / bundle),
            options=SimpleNamespace(secrets=secrets),
        )

    return topic
