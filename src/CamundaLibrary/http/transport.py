"""Connections: pools, certificates, timeouts and repeats. Every failure leaves here as an error of ours."""

import os
import ssl
from datetime import timedelta
from functools import cached_property
from types import TracebackType
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import HTTPError, NewConnectionError
from urllib3.exceptions import TimeoutError as ServerSilent
from urllib3.response import BaseHTTPResponse
from urllib3.util import Retry

from CamundaLibrary.http.breakdowns import to_error
from CamundaLibrary.http.certificates import Certificates
from CamundaLibrary.http.message import Call, prepare
from CamundaLibrary.http.reply import Reply

POOL_SIZE = 32  # connections kept; more threads than that open and close theirs


class Transport:
    """Sends calls, for several threads at once.

    Redirects are not followed: they would carry credentials elsewhere and turn a report into a GET. Cookies are not
    kept, `.netrc` is not read. Everything goes by `proxy`, a URL; without it, proxies of the environment are used.
    """

    def __init__(self, connect_timeout: timedelta, certificates: Certificates, proxy: str | None = None) -> None:
        self._connect_timeout = connect_timeout
        self._verify = str(certificates.ca_bundle) if certificates.ca_bundle else _given_certificates() or True
        self._once = _adapters(Retry(0, read=False), certificates)
        self._repeating = _adapters(_Repeats.few(), certificates)
        self._proxy = proxy
        self._proxies: dict[str, dict[str, str]] = {}

    def send(self, call: Call, authorization: str | None = None) -> Reply:
        """Returns the whole reply, whatever its status. Raises EngineUnreachable and ReplyUnreadable."""
        try:
            return self._send(call, authorization)
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            raise to_error(call.action, error, call.url, call.timeout) from error

    def close(self) -> None:
        """Closes the connections; the next call opens new ones."""
        for adapter in (*self._once.values(), *self._repeating.values()):
            adapter.close()

    def _send(self, call: Call, authorization: str | None) -> Reply:
        request = prepare(call, authorization)
        scheme, _, rest = str(request.url).partition("://")
        adapter = (self._repeating if call.repeatable else self._once)[scheme.lower()]
        with adapter.send(
            request,
            stream=True,
            timeout=(self._connect_timeout.total_seconds(), call.timeout.total_seconds()),
            verify=self._verify,
            proxies=self._proxies_for(f"{scheme}://{rest.partition('/')[0]}/"),
        ) as response:
            return _read(call.action, response)

    def _proxies_for(self, origin: str) -> dict[str, str]:
        """Returns the proxy that was given, else those that the environment names; that is looked for once."""
        if self._proxy:
            return {"all": self._proxy}
        if origin not in self._proxies:
            self._proxies[origin] = get_environ_proxies(origin)
        return self._proxies[origin]


def _read(action: str, response: requests.Response) -> Reply:
    try:
        content: bytes = response.raw.read(decode_content=True)
    except (requests.RequestException, HTTPError):
        if response.status_code < 400:
            raise
        content = b""  # the status alone says enough
    headers = response.headers
    return Reply(action, response.status_code, content, headers.get("Content-Type", ""), headers.get("Location"))


def _adapters(retry: Retry, certificates: Certificates) -> dict[str, HTTPAdapter]:
    return {
        "http": _Adapter(pool_maxsize=POOL_SIZE, max_retries=retry),
        "https": _SecureAdapter(certificates, pool_maxsize=POOL_SIZE, max_retries=retry),
    }


def _given_certificates() -> str | None:
    """Returns the file of certificates that the environment names, as requests reads it."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")


class _Adapter(HTTPAdapter):
    """Leaves out of responses what nobody asks for: cookies, encodings, a second copy of the headers."""

    def build_response(self, req: requests.PreparedRequest, resp: BaseHTTPResponse) -> requests.Response:
        response = requests.Response()
        response.request = req
        response.status_code, response.headers, response.raw = resp.status, resp.headers, resp  # type: ignore[assignment]
        return response


class _SecureAdapter(_Adapter):
    """Starts from a context of ours; what `verify` names, requests adds to it."""

    def __init__(self, certificates: Certificates, **named: Any) -> None:
        self._certificates = certificates
        super().__init__(**named)

    def send(self, *arguments: Any, **named: Any) -> requests.Response:
        """Makes the context with the first call: reading the certificates takes milliseconds."""
        if self._context:
            self.poolmanager.connection_pool_kw.setdefault("ssl_context", self._context)
        return super().send(*arguments, **named)

    def proxy_manager_for(self, proxy: str, **named: Any) -> Any:
        given = {"ssl_context": self._context} if self._context else {}
        return super().proxy_manager_for(proxy, **given, **named)

    @cached_property
    def _context(self) -> ssl.SSLContext | None:
        make = self._certificates.make_context
        return make() if make else None


class _Repeats(Retry):
    """Repeats what failed fast. A silent server is not asked again: the caller has waited long enough."""

    @classmethod
    def few(cls) -> "_Repeats":
        return cls(
            total=3,
            other=0,
            redirect=False,
            allowed_methods=None,
            status_forcelist=(502, 503, 504),
            backoff_factor=0.2,  # seconds
            backoff_jitter=0.2,  # seconds
            raise_on_status=False,
            respect_retry_after_header=False,
        )

    def __repr__(self) -> str:
        return f"{self.total} tries left"  # urllib3 logs it: 'Retrying (2 tries left) after connection broken by …'

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> "_Repeats":
        if isinstance(error, ServerSilent) and not isinstance(error, NewConnectionError):
            raise error
        return super().increment(method, url, response, error, _pool, _stacktrace)
