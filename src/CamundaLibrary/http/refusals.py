"""Answers that say no: status, and the engine's type, code and message, as one error of the tree in `errors`.

The facts are the engine's: Camunda 7.24 `engine-rest` and `ExceptionLogger` (codes 1 and 10000), tried.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from CamundaLibrary.errors import (
    EngineConflict,
    EngineError,
    EngineExhausted,
    EngineFailed,
    EngineUnavailable,
    LockedByAnother,
    LockExpired,
    NotAuthenticated,
    NotAuthorized,
    NotFound,
    ReplyUnreadable,
    RequestRefused,
    Suspended,
)
from CamundaLibrary.http.reply import Reply

_CONFLICT_CODES = (1, 10000)  # optimistic locking, deadlock
_JAVA_CLASS = re.compile(r"^(?:[a-z]\w*\.)+[A-Z]\w*: ")
_DATABASE_LOST = re.compile(r"^(An exception occurred in the persistence layer|Could not open JDBC Connection)")
_BUSY = (408, 425, 429, 502, 503, 504)

_BY_MESSAGE: list[tuple[int, re.Pattern[str], type[EngineError]]] = [
    (400, re.compile(r"cannot be \w+ by worker .*It is locked by worker '[^']*'\.?$", re.DOTALL), LockedByAnother),
    (400, re.compile(r"^Cannot extend a lock that expired"), LockExpired),
    (400, re.compile(r"is suspended\.?$"), Suspended),
    (500, re.compile(r"OutOfMemoryError|Java heap space"), EngineExhausted),
    (500, re.compile(r"^Request rejected due to shutdown"), EngineUnavailable),
    (500, re.compile(r"has to handle too many requests"), EngineUnavailable),
]


@dataclass(frozen=True)
class Refusal:
    """A reply that is no success. `body` is the engine's JSON; empty where somebody else answered."""

    reply: Reply
    body: Mapping[str, Any]

    @property
    def message(self) -> str:
        """What the engine said, without a Java class before it; where it gave no text: the status in words."""
        said = _JAVA_CLASS.sub("", str(self.body.get("message") or "")).strip()
        return said or f"no reason was given ({self.status_line})"

    @property
    def status_line(self) -> str:
        """Status and its name: `404 Not Found`."""
        try:
            return f"{self.reply.status} {HTTPStatus(self.reply.status).phrase}"
        except ValueError:
            return f"status {self.reply.status}"

    @property
    def is_of_engine(self) -> bool:
        """True if the engine's REST resources answered; a 404 for a path that they do not know is not theirs."""
        is_of_server = self.reply.status in (404, 405) and self.body.get("type") == "NotFoundException"
        return bool(self.body) and not is_of_server

    def error(self, kind: type[EngineError], reason: str) -> EngineError:
        """Returns an error with all that is known of this refusal."""
        code = self.body.get("code")
        return kind(
            self.reply.action,
            reason,
            status=self.reply.status,
            type=self.body.get("type"),
            code=code if isinstance(code, int) else None,
        )


def to_error(reply: Reply, url: str) -> EngineError:
    """Returns the error to raise for `reply`, whose status is no success; `url` is the REST root, for hints."""
    refusal = Refusal(reply, _body_of_engine(reply))
    if refusal.is_of_engine:
        return _refused_by_engine(refusal)
    return _refused_on_the_way(refusal, url)


def _body_of_engine(reply: Reply) -> Mapping[str, Any]:
    """Returns the JSON object of an engine, which has `type` and `message`; anything else counts as none."""
    try:
        body = json.loads(reply.content)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) and {"type", "message"} <= body.keys() else {}


def _refused_by_engine(refusal: Refusal) -> EngineError:
    if refusal.body.get("type") == "OptimisticLockingException" or refusal.body.get("code") in _CONFLICT_CODES:
        return refusal.error(EngineConflict, refusal.message)
    if not refusal.body.get("code") and _DATABASE_LOST.match(refusal.message):
        return refusal.error(EngineUnavailable, refusal.message)
    for status, pattern, kind in _BY_MESSAGE:
        if status == refusal.reply.status and pattern.search(refusal.message):
            return refusal.error(kind, refusal.message)
    return refusal.error(_kind_of(refusal.reply.status), _reason(refusal))


def _kind_of(status: int) -> type[EngineError]:
    kinds = {401: NotAuthenticated, 403: NotAuthorized, 404: NotFound, 500: EngineFailed}
    if status in _BUSY:
        return EngineUnavailable
    return kinds.get(status, RequestRefused if status < 500 else EngineFailed)


def _reason(refusal: Refusal) -> str:
    """Returns the engine's words. For 403 it often says only that something is missing: then what that is."""
    missing = refusal.body.get("missingAuthorizations")
    if refusal.reply.status != 403 or not isinstance(missing, list) or not missing:
        return refusal.message
    needed = " or ".join(_permission(entry) for entry in missing if isinstance(entry, dict))
    user = refusal.body.get("userId")
    return f"user '{user}' may not do this; needed is {needed}" if user else f"needed is {needed}"


def _permission(entry: Mapping[str, Any]) -> str:
    resource = entry.get("resourceId")
    which = f" '{resource}'" if resource not in (None, "*") else ""
    return f"'{entry.get('permissionName')}' on {entry.get('resourceName')}{which}"


def _refused_on_the_way(refusal: Refusal, url: str) -> EngineError:
    """Returns never NotFound: only the engine itself can know that something is gone."""
    status = refusal.reply.status
    said = f" and said {refusal.reply.excerpt}" if refusal.reply.content.strip() else ""
    answered = f"the server answered {refusal.status_line}{said}"
    if 300 <= status < 400:
        return refusal.error(ReplyUnreadable, _redirect(refusal.reply))
    if status == 401:
        return refusal.error(NotAuthenticated, "the credentials are missing or wrong (401 Unauthorized)")
    if status == 407:
        return refusal.error(NotAuthenticated, "the proxy on the way wants credentials (407)")
    if status in (404, 405):
        return refusal.error(EngineUnavailable, f"no engine answers at '{url}' ({refusal.status_line}). {_HINT}")
    if b"OutOfMemoryError" in refusal.reply.content:
        return refusal.error(EngineExhausted, answered)
    if status == 413:
        return refusal.error(RequestRefused, "it is larger than the server takes (413)")
    if status >= 500:
        return refusal.error(EngineUnavailable, answered)
    return refusal.error(_kind_of(status), answered)


_HINT = "If that stays so, CAMUNDA_API_BASE_URL is wrong; it usually ends in /engine-rest"


def _redirect(reply: Reply) -> str:
    target = urlsplit(reply.location or "")
    host = target.netloc.rpartition("@")[2]
    shown = f"{target.scheme}://{host}{target.path}" if host else target.path
    return f"the server sends on to '{shown}', which is not followed. Set CAMUNDA_API_BASE_URL to the engine itself"
