"""Status, type, code and message of a refusal, and what becomes of them. Bodies are those of Camunda 7.24."""

import json

import pytest

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
from CamundaLibrary.http.refusals import to_error
from CamundaLibrary.http.reply import Reply

URL = "http://localhost:8080/engine-rest"
OPTIMISTIC = "ENGINE-03005 Execution of 'DELETE ExecutionEntity[7]' failed. Entity was updated concurrently."
PERSISTENCE = "An exception occurred in the persistence layer. Please check the server logs."
LOCKED = "External Task a cannot be completed by worker 'w'. It is locked by worker '%s'."
BUSY = "At the moment the server has to handle too many requests at the same time. Please try again later."


def refuse(status: int, body: object, kind: str = "application/json", location: str | None = None) -> EngineError:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return to_error(Reply("Completing external task 'a'", status, content, kind, location), URL)


@pytest.mark.parametrize(
    ("status", "type", "code", "message", "kind"),
    [
        (400, "RestException", 0, LOCKED % "x", LockedByAnother),
        (400, "RestException", 0, LOCKED % "null", LockedByAnother),
        (400, "RestException", 0, "Cannot extend a lock that expired", LockExpired),
        (400, "RestException", 0, "ENGINE-13005 ExternalTask with id 'a' is suspended", Suspended),
        (400, "RestException", None, "Cannot submit 'It is locked by worker' 'is suspended' text", RequestRefused),
        (400, "InvalidRequestException", None, "Cannot convert value 'x' of type 'Integer'", RequestRefused),
        (400, "NotFoundException", 0, "No process definition found for id 'a'", RequestRefused),
        (404, "RestException", None, "External task with id a does not exist", NotFound),
        (404, "InvalidRequestException", None, "Process engine x not available", NotFound),
        (401, "NotAuthorizedException", None, "HTTP 401 Unauthorized", NotAuthenticated),
        (403, "AuthorizationException", None, "The user is not allowed to do this", NotAuthorized),
        (409, "RestException", None, "There is a conflict", RequestRefused),
        (415, "NotSupportedException", None, "HTTP 415 Unsupported Media Type", RequestRefused),
        (429, "RestException", None, "Too many requests", EngineUnavailable),
        (500, "OptimisticLockingException", 1, OPTIMISTIC, EngineConflict),
        (500, "OptimisticLockingException", None, OPTIMISTIC, EngineConflict),
        (500, "ProcessEngineException", 1, OPTIMISTIC, EngineConflict),
        (500, "ProcessEngineException", 10000, "ENGINE-03083 Unexpected exception", EngineConflict),
        (409, "OptimisticLockingException", 1, OPTIMISTIC, EngineConflict),
        (500, "OutOfMemoryError", None, "Java heap space", EngineExhausted),
        (500, "ProcessEngineException", 0, "Problem: java.lang.OutOfMemoryError: GC overhead", EngineExhausted),
        (500, "RestException", None, "Request rejected due to shutdown of application server.", EngineUnavailable),
        (500, "InvalidRequestException", None, BUSY, EngineUnavailable),
        (500, "CannotCreateTransactionException", 0, "Could not open JDBC Connection for it", EngineUnavailable),
        (500, "ProcessEngineException", 0, PERSISTENCE, EngineUnavailable),
        (500, "ProcessEngineException", 10002, PERSISTENCE, EngineFailed),
        (500, "ProcessEngineException", 0, "Unknown property used in expression: ${accepted}", EngineFailed),
        (500, "ProcessEngineException", 10002, "ENGINE-03004 value too long", EngineFailed),
        (500, "NullValueException", 0, "execution a doesn't exist: execution is null", EngineFailed),
        (501, "RestException", None, "Not here", EngineFailed),
        (503, "ServiceUnavailableException", None, "HTTP 503 Service Unavailable", EngineUnavailable),
    ],
)
def test_what_the_engine_says_becomes_an_error_of_its_kind(
    status: int, type: str, code: int | None, message: str, kind: "type[EngineError]"
) -> None:
    error = refuse(status, {"type": type, "message": message, "code": code})
    assert error.__class__ is kind
    assert str(error) == f"Completing external task 'a' failed: {message.rstrip('.')}."
    assert (error.status, error.type, error.code) == (status, type, code)


def test_a_java_class_before_the_message_is_left_out() -> None:
    message = (
        "org.camunda.bpm.engine.MismatchingMessageCorrelationException: Cannot correlate message 'x': No execution"
    )
    error = refuse(400, {"type": "RestException", "message": message, "code": 0})
    assert str(error) == "Completing external task 'a' failed: Cannot correlate message 'x': No execution."


@pytest.mark.parametrize("message", ["", None, "  "])
def test_an_engine_without_words_is_quoted_by_its_status(message: str | None) -> None:
    error = refuse(400, {"type": "InvalidRequestException", "message": message, "code": None})
    assert str(error) == "Completing external task 'a' failed: no reason was given (400 Bad Request)."


def test_missing_permissions_are_named() -> None:
    body = {
        "type": "AuthorizationException",
        "message": "The user with id 'kim' does not have one of the following permissions: 'UPDATE' …",
        "code": 0,
        "userId": "kim",
        "missingAuthorizations": [
            {"permissionName": "UPDATE", "resourceName": "ProcessInstance", "resourceId": "4711"},
            {"permissionName": "UPDATE_INSTANCE", "resourceName": "ProcessDefinition", "resourceId": "*"},
        ],
    }
    error = refuse(403, body)
    assert type(error) is NotAuthorized
    assert str(error) == (
        "Completing external task 'a' failed: user 'kim' may not do this; needed is 'UPDATE' on ProcessInstance '4711' "
        "or 'UPDATE_INSTANCE' on ProcessDefinition."
    )


FAILED = "the server answered 500 Internal Server Error"
PAGE = "<html>\n<head><title>Oh</title></head>\n<body>   no </body></html>"
NO_ENGINE = (
    f"no engine answers at '{URL}' (%s). "
    "If that stays so, CAMUNDA_API_BASE_URL is wrong; it usually ends in /engine-rest"
)
SAID = "the server answered %s and said '<html> <head><title>Oh</title></head> <body> no </body></html>'"


@pytest.mark.parametrize(
    ("status", "body", "kind", "reason"),
    [
        (400, PAGE, RequestRefused, SAID % "400 Bad Request"),
        (401, "", NotAuthenticated, "the credentials are missing or wrong (401 Unauthorized)"),
        (401, PAGE, NotAuthenticated, "the credentials are missing or wrong (401 Unauthorized)"),
        (403, PAGE, NotAuthorized, SAID % "403 Forbidden"),
        (403, "", NotAuthorized, "the server answered 403 Forbidden"),
        (404, PAGE, EngineUnavailable, NO_ENGINE % "404 Not Found"),
        (404, "", EngineUnavailable, NO_ENGINE % "404 Not Found"),
        (
            404,
            {"type": "NotFoundException", "message": "HTTP 404 Not Found"},
            EngineUnavailable,
            NO_ENGINE % "404 Not Found",
        ),
        (
            404,
            {"timestamp": "2026", "status": 404, "error": "Not Found"},
            EngineUnavailable,
            NO_ENGINE % "404 Not Found",
        ),
        (405, PAGE, EngineUnavailable, NO_ENGINE % "405 Method Not Allowed"),
        (407, PAGE, NotAuthenticated, "the proxy on the way wants credentials (407)"),
        (408, "", EngineUnavailable, "the server answered 408 Request Timeout"),
        (409, PAGE, RequestRefused, SAID % "409 Conflict"),
        (413, PAGE, RequestRefused, "it is larger than the server takes (413)"),
        (429, "", EngineUnavailable, "the server answered 429 Too Many Requests"),
        (500, PAGE, EngineUnavailable, SAID % "500 Internal Server Error"),
        (
            500,
            "java.lang.OutOfMemoryError: Java heap space",
            EngineExhausted,
            f"{FAILED} and said 'java.lang.OutOfMemoryError: Java heap space'",
        ),
        (500, '{"type":"Proc', EngineUnavailable, FAILED + ' and said \'{"type":"Proc\''),
        (500, "[1]", EngineUnavailable, f"{FAILED} and said '[1]'"),
        (502, PAGE, EngineUnavailable, SAID % "502 Bad Gateway"),
        (503, "", EngineUnavailable, "the server answered 503 Service Unavailable"),
        (504, PAGE, EngineUnavailable, SAID % "504 Gateway Timeout"),
        (599, "", EngineUnavailable, "the server answered status 599"),
    ],
)
def test_what_others_say_on_the_way_becomes_an_error_with_their_words(
    status: int, body: object, kind: type[EngineError], reason: str
) -> None:
    error = refuse(status, body, "text/html")
    assert type(error) is kind
    assert str(error) == f"Completing external task 'a' failed: {reason}."
    assert error.status == status


def test_only_the_engine_itself_can_say_that_something_is_gone() -> None:
    """A proxy that forgets its way for a minute must not make robots throw their results away."""
    for body in (PAGE, "", {"error": "Not Found"}, {"type": "NotFoundException", "message": "HTTP 404 Not Found"}):
        assert not isinstance(refuse(404, body), NotFound)


def test_a_long_page_is_quoted_in_short() -> None:
    error = refuse(502, "<p>" + "long " * 1000)
    assert error.reason == f"the server answered 502 Bad Gateway and said '<p>{'long ' * 15}lo…'"


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://login.example/form?token=s3cret#s3cret", "https://login.example/form"),
        ("https://user:s3cret@login.example/form", "https://login.example/form"),
        ("/login?ticket=s3cret", "/login"),
    ],
)
def test_a_redirect_is_named_without_what_it_carries(location: str, shown: str) -> None:
    error = refuse(307, "", location=location)
    assert type(error) is ReplyUnreadable
    assert str(error) == (
        f"Completing external task 'a' failed: the server sends on to '{shown}', which is not followed. "
        "Set CAMUNDA_API_BASE_URL to the engine itself."
    )
