"""Calls that got no answer: every exception of requests and urllib3 as an error of ours, in plain words."""

import http.client
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

import requests
from urllib3 import exceptions as urllib3

from CamundaLibrary.durations import format_duration
from CamundaLibrary.errors import EngineError, EngineUnreachable, ReplyUnreadable


@dataclass(frozen=True)
class Breakdown:
    """What is known of a call that failed. `timeout` is the one it was sent with."""

    error: Exception
    url: str
    timeout: timedelta

    @property
    def host(self) -> str:
        """Host and port in quotes."""
        return f"'{urlsplit(self.url).netloc}'"


def to_error(action: str, error: Exception, url: str, timeout: timedelta) -> EngineError:
    """Returns the error to raise for `error`, which requests, urllib3 or the system raised."""
    breakdown = Breakdown(error, url, timeout)
    causes = list(_causes(error))
    become, explain = next(row[1:] for row in _TABLE if any(isinstance(cause, row[0]) for cause in causes))
    return become(action, explain(breakdown))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yields an error and what it was made from: requests and urllib3 keep that in three different places."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        reason = getattr(error, "reason", None)
        inner = [cause for cause in (reason, *error.args) if isinstance(cause, BaseException)]
        error = inner[0] if inner else error.__cause__


def _no_answer(breakdown: Breakdown) -> str:
    return f"no answer from {breakdown.host} within {format_duration(breakdown.timeout)}"


def _no_connection_in_time(breakdown: Breakdown) -> str:
    return f"no connection to {breakdown.host}: the time is up"


def _untrusted(breakdown: Breakdown) -> str:
    said = next(cause for cause in _causes(breakdown.error) if isinstance(cause, ssl.SSLCertVerificationError))
    why = getattr(said, "verify_message", "") or "no reason given"
    return (
        f"the certificate of {breakdown.host} is not trusted ({why}). "
        "If it is right, name the file of its authority with CAMUNDA_API_CA_BUNDLE"
    )


def _insecure(breakdown: Breakdown) -> str:
    text = str(breakdown.error)
    if any(word in text for word in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE")):
        return f"{breakdown.host} does not speak https; its URL may have to start with http://"
    if "CERTIFICATE_REQUIRED" in text or "HANDSHAKE_FAILURE" in text:
        return (
            f"{breakdown.host} refuses a connection without a certificate that it knows. "
            "Name yours with CAMUNDA_API_CLIENT_CERTIFICATE and CAMUNDA_API_CLIENT_KEY"
        )
    if "ALERT_UNKNOWN_CA" in text or "ALERT_BAD_CERTIFICATE" in text or "ALERT_CERTIFICATE_" in text:
        return f"{breakdown.host} does not accept our certificate (CAMUNDA_API_CLIENT_CERTIFICATE)"
    return f"no secure connection to {breakdown.host}: {_last_words(breakdown.error)}"


def _proxy(breakdown: Breakdown) -> str:
    return f"the proxy on the way to {breakdown.host} does not help: {_last_words(breakdown.error)}"


def _unknown_name(breakdown: Breakdown) -> str:
    return f"the name {breakdown.host} is unknown here"


def _refused(breakdown: Breakdown) -> str:
    return f"nothing listens at {breakdown.host} (connection refused)"


def _closed(breakdown: Breakdown) -> str:
    return f"{breakdown.host} closed the connection before it answered"


def _not_http(breakdown: Breakdown) -> str:
    return f"what {breakdown.host} answered is not HTTP; its port may be wrong"


def _cut(breakdown: Breakdown) -> str:
    return "the reply was cut off"


def _packed(breakdown: Breakdown) -> str:
    return "the reply cannot be unpacked"


def _wrong_url(breakdown: Breakdown) -> str:
    return f"'{breakdown.url}' is no URL that can be asked"


def _wrong_header(breakdown: Breakdown) -> str:
    return "the credentials have a character that no header may have"  # the error itself would show them


def _plainly(breakdown: Breakdown) -> str:
    return f"the call to {breakdown.host} broke ({_last_words(breakdown.error)})"


def _last_words(error: Exception) -> str:
    """Returns what the innermost cause said; it knows no URL and so no credentials."""
    last = list(_causes(error))[-1]
    if isinstance(last, OSError) and last.strerror:
        return last.strerror
    text = " ".join(str(argument) for argument in last.args if isinstance(argument, str | int))
    return text.rpartition(": ")[2] or type(last).__name__


Kinds = type[BaseException] | tuple[type[BaseException], ...]
Explain = Callable[[Breakdown], str]

# The first row wins that fits the error or anything it was made from.
_TABLE: list[tuple[Kinds, type[EngineError], Explain]] = [
    ((requests.exceptions.ProxyError, urllib3.ProxyError), EngineUnreachable, _proxy),
    ((requests.exceptions.InvalidProxyURL, urllib3.ProxySchemeUnknown), EngineUnreachable, _proxy),
    (urllib3.ProxySchemeUnsupported, EngineUnreachable, _proxy),
    (ssl.SSLCertVerificationError, EngineUnreachable, _untrusted),
    ((requests.exceptions.SSLError, urllib3.SSLError, ssl.SSLError), EngineUnreachable, _insecure),
    ((requests.exceptions.ReadTimeout, urllib3.ReadTimeoutError), EngineUnreachable, _no_answer),
    ((socket.gaierror, urllib3.NameResolutionError), EngineUnreachable, _unknown_name),
    (ConnectionRefusedError, EngineUnreachable, _refused),
    ((requests.exceptions.ChunkedEncodingError, http.client.IncompleteRead), ReplyUnreadable, _cut),
    ((requests.exceptions.ContentDecodingError, urllib3.DecodeError), ReplyUnreadable, _packed),
    (ConnectionError, EngineUnreachable, _closed),
    (http.client.HTTPException, EngineUnreachable, _not_http),
    (urllib3.ProtocolError, EngineUnreachable, _closed),
    (urllib3.NewConnectionError, EngineUnreachable, _plainly),
    ((requests.exceptions.Timeout, urllib3.TimeoutError), EngineUnreachable, _no_connection_in_time),
    ((requests.exceptions.InvalidHeader, urllib3.InvalidHeader), EngineUnreachable, _wrong_header),
    ((requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema), EngineUnreachable, _wrong_url),
    ((requests.exceptions.MissingSchema, requests.exceptions.URLRequired), EngineUnreachable, _wrong_url),
    ((urllib3.LocationValueError, UnicodeError), EngineUnreachable, _wrong_url),
    (Exception, EngineUnreachable, _plainly),
]
