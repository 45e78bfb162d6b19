"""A call as requests sends it, without a `Session`, which looks for proxies, cookies and `.netrc` in every call."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from requests import PreparedRequest
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers

from CamundaLibrary.http.multipart import Body
from CamundaLibrary.version import __version__

_PLAIN_URL = re.compile(r"https?://[a-z0-9.:-]+/[\w./~%-]*", re.ASCII)
_HEADERS = {**default_headers(), "User-Agent": f"robotframework-camundalibrary/{__version__}"}
_WITHOUT_BODY = ("GET", "HEAD")


@dataclass(frozen=True)
class Call:
    """One request. `timeout` is the longest silence of the server; `repeatable` calls change nothing."""

    action: str
    method: str
    url: str
    timeout: timedelta
    params: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    accept: str = "application/json"
    repeatable: bool = False


def prepare(call: Call, authorization: str | None) -> PreparedRequest:
    """Returns what an adapter of requests can send. Raises what requests raises for a URL that is none."""
    request = PreparedRequest()
    request.method = call.method
    if call.params or not _PLAIN_URL.fullmatch(call.url):
        request.prepare_url(call.url, dict(call.params))
    else:
        request.url = call.url  # which is what would come of it
    request.headers = CaseInsensitiveDict(_headers(call, authorization))
    request.body = call.body  # type: ignore[assignment]  # sent piece by piece
    return request


def _headers(call: Call, authorization: str | None) -> dict[str, str]:
    headers = {**_HEADERS, "Accept": call.accept}
    if call.body is not None:
        headers["Content-Type"] = call.body.content_type
    if call.body is not None or call.method not in _WITHOUT_BODY:
        headers["Content-Length"] = str(len(call.body or b""))
    if authorization is not None:
        headers["Authorization"] = authorization
    return headers
