"""Calls without an answer, by what requests and urllib3 raise for them."""

import inspect
import socket
from datetime import timedelta

import pytest
import requests
import urllib3

from CamundaLibrary.errors import EngineUnreachable, ReplyUnreadable
from CamundaLibrary.http.breakdowns import to_error

URL = "http://engine.example:8080/engine-rest/version"
HOST = "'engine.example:8080'"
SILENT = f"no answer from {HOST} within 30 seconds"
LATE = f"no connection to {HOST}: the time is up"
CLOSED = f"{HOST} closed the connection before it answered"
CUT = "the reply was cut off"
PACKED = "the reply cannot be unpacked"
NO_URL = f"'{URL}' is no URL that can be asked"
UNKNOWN = f"the name {HOST} is unknown here"
HEADER = "the credentials have a character that no header may have"

pool = urllib3.HTTPConnectionPool("engine.example", 8080)
connection = urllib3.connection.HTTPConnection("engine.example", 8080)
no_name = socket.gaierror(-2, "Name or service not known")


def proxy(said: str) -> str:
    return f"the proxy on the way to {HOST} does not help: {said}"


def broke(said: str) -> str:
    return f"the call to {HOST} broke ({said})"


def insecure(said: str) -> str:
    return f"no secure connection to {HOST}: {said}"


OF_REQUESTS = [
    (requests.exceptions.RequestException("odd"), broke("odd")),
    (requests.exceptions.InvalidJSONError("odd"), broke("odd")),
    (requests.exceptions.JSONDecodeError("odd", "{", 0), broke("line 1 column 1 (char 0)")),
    (requests.exceptions.HTTPError("odd"), broke("odd")),
    (requests.exceptions.ConnectionError("odd"), broke("odd")),
    (requests.exceptions.ProxyError("odd"), proxy("odd")),
    (requests.exceptions.SSLError("odd"), insecure("odd")),
    (requests.exceptions.Timeout(), LATE),
    (requests.exceptions.ConnectTimeout(), LATE),
    (requests.exceptions.ReadTimeout(), SILENT),
    (requests.exceptions.URLRequired(), NO_URL),
    (requests.exceptions.TooManyRedirects("odd"), broke("odd")),
    (requests.exceptions.MissingSchema(), NO_URL),
    (requests.exceptions.InvalidSchema(), NO_URL),
    (requests.exceptions.InvalidURL(), NO_URL),
    (requests.exceptions.InvalidHeader("in header value: 'Bearer s3cret'"), HEADER),
    (requests.exceptions.InvalidProxyURL("odd"), proxy("odd")),
    (requests.exceptions.ChunkedEncodingError(), CUT),
    (requests.exceptions.ContentDecodingError(), PACKED),
    (requests.exceptions.StreamConsumedError(), broke("StreamConsumedError")),
    (requests.exceptions.RetryError("odd"), broke("odd")),
    (requests.exceptions.UnrewindableBodyError("odd"), broke("odd")),
]
OF_URLLIB3 = [
    (urllib3.exceptions.HTTPError("odd"), broke("odd")),
    (urllib3.exceptions.PoolError(pool, "odd"), broke("odd")),
    (urllib3.exceptions.RequestError(pool, "/", "odd"), broke("odd")),
    (urllib3.exceptions.SSLError("odd"), insecure("odd")),
    (urllib3.exceptions.ProxyError("odd", OSError(0, "no tunnel")), proxy("no tunnel")),
    (urllib3.exceptions.DecodeError(), PACKED),
    (urllib3.exceptions.ProtocolError("odd"), CLOSED),
    (urllib3.exceptions.MaxRetryError(pool, "/", no_name), UNKNOWN),
    (urllib3.exceptions.HostChangedError(pool, "/"), broke("/")),
    (urllib3.exceptions.TimeoutStateError("odd"), broke("odd")),
    (urllib3.exceptions.TimeoutError(), LATE),
    (urllib3.exceptions.ReadTimeoutError(pool, "/", "odd"), SILENT),
    (urllib3.exceptions.ConnectTimeoutError(), LATE),
    (urllib3.exceptions.NewConnectionError(connection, "odd"), broke("odd")),
    (urllib3.exceptions.NameResolutionError("engine.example", connection, no_name), UNKNOWN),
    (urllib3.exceptions.EmptyPoolError(pool, "odd"), broke("odd")),
    (urllib3.exceptions.FullPoolError(pool, "odd"), broke("odd")),
    (urllib3.exceptions.ClosedPoolError(pool, "odd"), broke("odd")),
    (urllib3.exceptions.LocationValueError(), NO_URL),
    (urllib3.exceptions.LocationParseError("x"), NO_URL),
    (urllib3.exceptions.URLSchemeUnknown("x"), NO_URL),
    (urllib3.exceptions.ResponseError("odd"), broke("odd")),
    (urllib3.exceptions.ResponseNotChunked("odd"), CLOSED),
    (urllib3.exceptions.BodyNotHttplibCompatible("odd"), broke("odd")),
    (urllib3.exceptions.IncompleteRead(3, 4), CUT),
    (urllib3.exceptions.InvalidHeader("odd"), HEADER),
    (
        urllib3.exceptions.ProxySchemeUnknown("x"),
        proxy("Proxy URL had unsupported scheme x, should use http:// or https://"),
    ),
    (urllib3.exceptions.ProxySchemeUnsupported("odd"), proxy("odd")),
    (urllib3.exceptions.HeaderParsingError([], "odd"), broke("'odd'")),
    (urllib3.exceptions.InvalidChunkLength(urllib3.HTTPResponse(b""), b"zz"), CUT),
    (urllib3.exceptions.UnrewindableBodyError("odd"), broke("odd")),
]
UNREADABLE = (CUT, PACKED)


@pytest.mark.parametrize(("error", "reason"), OF_REQUESTS + OF_URLLIB3, ids=lambda value: type(value).__name__)
def test_every_foreign_error_becomes_a_sentence(error: Exception, reason: str) -> None:
    ours = to_error("Reading the version", error, URL, timedelta(seconds=30))
    assert str(ours) == f"Reading the version failed: {reason}."
    assert type(ours) is (ReplyUnreadable if reason in UNREADABLE else EngineUnreachable)


@pytest.mark.parametrize(
    ("module", "base", "table"),
    [
        (requests.exceptions, requests.RequestException, OF_REQUESTS),
        (urllib3.exceptions, urllib3.exceptions.HTTPError, OF_URLLIB3),
    ],
    ids=["requests", "urllib3"],
)
def test_no_foreign_error_is_missed(module: object, base: type, table: list[tuple[Exception, str]]) -> None:
    known = {
        kind
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, base) and kind.__module__ == module.__name__
    }
    assert len(known) > 20
    assert known <= {type(error) for error, _ in table}
