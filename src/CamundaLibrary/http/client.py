"""JSON and files over HTTP, with errors as sentences."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from CamundaLibrary.errors import NotFound, SettingsError, ValueRefused
from CamundaLibrary.http.address import parse_address
from CamundaLibrary.http.authentication import Authentication, FixedHeader, basic
from CamundaLibrary.http.certificates import Certificates
from CamundaLibrary.http.message import Call
from CamundaLibrary.http.multipart import Body, Part, encode_form
from CamundaLibrary.http.refusals import to_error
from CamundaLibrary.http.reply import Reply
from CamundaLibrary.http.transport import Transport

Parameters = Mapping[str, Any]


class HttpClient:
    """One REST root, reached with one set of credentials. Safe for use by several threads.

    Every call starts with its `action`, the beginning of the sentence that its error will be (`Completing external
    task 'a1b2'`), and the segments of its path, which are quoted here. Raises errors of `EngineError` only.
    `get`, `download`, `read_text` and `query` change nothing and are repeated a few times where the connection breaks
    and on 502, 503 and 504; all others are sent once.
    """

    def __init__(
        self,
        base_url: str,
        *,
        authentication: Authentication | None = None,
        timeout: timedelta = timedelta(seconds=30),
        certificates: Certificates | None = None,
        proxy: str | None = None,
    ) -> None:
        address = parse_address(base_url)
        if address.username is not None and authentication is not None:
            raise SettingsError(
                "More than one kind of credentials is given: one of them in CAMUNDA_API_BASE_URL. Keep one of them."
            )
        if address.username is not None:
            authentication = basic(address.username, address.password or "")
        if timeout <= timedelta():
            raise SettingsError("The timeout (CAMUNDA_API_TIMEOUT) must be longer than 0 seconds.")
        self.url = address.url
        self._timeout = timeout
        self._authentication = authentication or FixedHeader()
        self._transport = Transport(timeout, certificates or Certificates(), proxy)

    def __repr__(self) -> str:
        return f"HttpClient('{self.url}')"

    def get(self, action: str, *path: str, params: Parameters | None = None) -> Reply:
        """Reads JSON."""
        return self._json(self._call(action, "GET", path, params, repeatable=True))

    def query(self, action: str, *path: str, body: object, params: Parameters | None = None) -> Reply:
        """Reads JSON by a POST that changes nothing."""
        return self._json(self._call(action, "POST", path, params, _encode(action, body), repeatable=True))

    def post(
        self,
        action: str,
        *path: str,
        body: object = None,
        wait: timedelta = timedelta(),
        timeout: timedelta | None = None,
    ) -> Reply:
        """Sends JSON. `wait` is how long the server may hold the call on purpose; the timeout comes on top.

        `timeout` holds for this call, where it is shorter than the usual one.
        """
        call = self._call(action, "POST", path, None, _encode(action, {} if body is None else body))
        return self._json(replace(call, timeout=min(timeout or call.timeout, call.timeout) + wait))

    def put(self, action: str, *path: str, body: object) -> Reply:
        """Sends JSON."""
        return self._json(self._call(action, "PUT", path, None, _encode(action, body)))

    def delete(self, action: str, *path: str, params: Parameters | None = None) -> Reply:
        """Deletes something."""
        return self._json(self._call(action, "DELETE", path, params))

    def upload(self, action: str, *path: str, parts: Sequence[Part]) -> Reply:
        """Sends a form; files of any size."""
        return self._json(self._call(action, "POST", path, None, encode_form(list(parts))))

    def download(self, action: str, *path: str) -> bytes:
        """Reads the content of a file."""
        return self._send(replace(self._call(action, "GET", path, None, repeatable=True), accept="*/*")).content

    def read_text(self, action: str, *path: str) -> str | None:
        """Reads plain text; None if there is none."""
        content = self.download(action, *path)
        return content.decode("utf-8", "replace") if content else None

    def close(self) -> None:
        """Closes the connections; the next call opens new ones."""
        self._transport.close()

    def _call(
        self,
        action: str,
        method: str,
        path: Sequence[str],
        params: Parameters | None,
        body: Body | None = None,
        repeatable: bool = False,
    ) -> Call:
        url = "/".join((self.url, *(_quoted(action, segment) for segment in path)))
        return Call(action, method, url, self._timeout, _encode_parameters(params), body, repeatable=repeatable)

    def _json(self, call: Call) -> Reply:
        reply = self._send(call)
        if reply.content and reply.is_page:
            reply.json()  # a login page is no success, even where nobody wants to read the reply
        return reply

    def _send(self, call: Call) -> Reply:
        header = self._authentication.header(call, self._transport.send)
        reply = self._transport.send(call, header)
        if reply.status == 401 and self._authentication.is_worth_another_try(header):
            reply = self._transport.send(call, self._authentication.header(call, self._transport.send))
        if not 200 <= reply.status < 300:
            raise to_error(reply, self.url)
        return reply


def _quoted(action: str, segment: str) -> str:
    if segment in ("", ".", ".."):  # these would name another resource
        raise NotFound(action, f"'{segment}' is no id")
    return quote(segment, safe="")


def _encode(action: str, body: object) -> Body:
    try:
        return Body([json.dumps(body, allow_nan=False).encode()], "application/json")
    except (TypeError, ValueError) as error:
        raise ValueRefused(f"{action} failed: a value cannot be sent as JSON ({error}).") from error


def _encode_parameters(params: Parameters | None) -> dict[str, str]:
    """Returns query parameters as the engine reads them; None is left out."""
    return {name: _encode_parameter(value) for name, value in (params or {}).items() if value is not None}


def _encode_parameter(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ",".join(str(item) for item in value)
    return str(value)
