"""Tokens of an OAuth2 server, for its grant type client_credentials (RFC 6749 §4.4)."""

import base64
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urlencode

from CamundaLibrary.errors import EngineError, EngineUnavailable, NotAuthenticated
from CamundaLibrary.http.address import parse_token_url
from CamundaLibrary.http.authentication import Send, check_header
from CamundaLibrary.http.message import Call
from CamundaLibrary.http.multipart import Body
from CamundaLibrary.http.reply import Entry, Reply

_MARGIN = 30  # seconds before its end at which a token is renewed; half of its life if that is shorter


class ClientCredentials:
    """One token for all threads, fetched when first needed, renewed before it ends and after a 401."""

    def __init__(self, token_url: str, client_id: str, client_secret: str, scope: str | None = None) -> None:
        self._url = parse_token_url(token_url)
        self._client = f"{quote(client_id, safe='')}:{quote(client_secret, safe='')}"
        self._scope = scope
        self._lock = threading.Lock()
        self._header: str | None = None
        self._renew_at = 0.0

    def __repr__(self) -> str:
        return f"ClientCredentials('{self._shown_url}')"

    def header(self, call: Call, send: Send) -> str | None:
        """Returns `Bearer …`. Raises NotAuthenticated if the server gives no token, and errors of the way to it."""
        with self._lock:
            if self._header is None or time.monotonic() >= self._renew_at:
                self._header, life = self._fetch(call, send)
                self._renew_at = time.monotonic() + max(life - _MARGIN, life / 2)
            return self._header

    def is_worth_another_try(self, refused: str | None) -> bool:
        """Forgets the refused token, unless another thread has fetched a new one since."""
        with self._lock:
            if self._header == refused:
                self._header = None
        return True

    @property
    def _shown_url(self) -> str:
        return self._url.partition("?")[0]

    def _fetch(self, call: Call, send: Send) -> tuple[str, float]:
        form = {"grant_type": "client_credentials"} | ({"scope": self._scope} if self._scope else {})
        body = Body([urlencode(form).encode()], "application/x-www-form-urlencoded")
        asking = replace(call, method="POST", url=self._url, params={}, body=body, repeatable=True)
        reply = send(asking, f"Basic {base64.b64encode(self._client.encode()).decode()}")
        if reply.status != 200:
            raise self._refusal(reply)
        return reply.build(_token)

    def _refusal(self, reply: Reply) -> EngineError:
        kind = EngineUnavailable if reply.status >= 500 or reply.status == 429 else NotAuthenticated
        reason = f"'{self._shown_url}' gave no token ({reply.status}{_words(reply)})"
        return kind(reply.action, reason, status=reply.status)


def _token(entry: Entry) -> tuple[str, float]:
    header = f"Bearer {entry['access_token']}"
    check_header("The token", header)
    return header, float(entry.get("expires_in") or 3600)


def _words(reply: Reply) -> str:
    """Returns what RFC 6749 §5.2 lets a server say."""
    try:
        body: Mapping[str, Any] = json.loads(reply.content)
        said = [str(body[key]) for key in ("error", "error_description") if body.get(key)]
    except (ValueError, AttributeError, TypeError):
        return ""
    return f": {': '.join(said)}" if said else ""
