import pytest

from CamundaLibrary.errors import ReplyUnreadable
from CamundaLibrary.http.reply import Reply

PAGE = "the reply is a page, not the engine's JSON"
DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("content", "content_type", "reason"),
    [
        (b"", "application/json", "the reply is empty (status 200)"),
        (b" \n", "", "the reply is empty (status 200)"),
        (b"<!doctype html><title>Login</title>", "", f"{PAGE}: '<!doctype html><title>Login</title>'"),
        (b"Login", "text/html; charset=utf-8", f"{PAGE}: 'Login'"),
        (b'[{"id":"a","wor', "application/json", 'the reply is no JSON, or was cut off: \'[{"id":"a","wor\''),
        (b"OK", "text/plain", "the reply is no JSON, or was cut off: 'OK'"),
        (b"\xff\xfe\x00", "application/json", "the reply is no JSON, or was cut off: '\ufffd\ufffd\x00'"),
        (DEEP, "application/json", f"the reply is no JSON, or was cut off: '{'[' * 80}…'"),
    ],
)
def test_what_is_no_json_is_quoted(content: bytes, content_type: str, reason: str) -> None:
    with pytest.raises(ReplyUnreadable) as caught:
        Reply("Listing incidents", 200, content, content_type).json()
    assert str(caught.value) == f"Listing incidents failed: {reason}."
    assert caught.value.status == 200


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a":1}', "a list was expected, this came: '{\"a\":1}'"),
        (b"null", "a list was expected, this came: 'null'"),
        (b"[1]", "an object was expected, this came: '[1]'"),
        (b"[{}]", "the reply has no 'id': '[{}]'"),
        (
            b'[{"id":"x"}]',
            "the reply has an unexpected value (could not convert string to float: 'x'): '[{\"id\":\"x\"}]'",
        ),
    ],
)
def test_json_of_another_shape_is_quoted(content: bytes, reason: str) -> None:
    with pytest.raises(ReplyUnreadable) as caught:
        Reply("Listing incidents", 200, content).build_each(lambda entry: float(entry["id"]))
    assert str(caught.value) == f"Listing incidents failed: {reason}."


def test_objects_and_lists_are_built() -> None:
    assert Reply("Reading", 200, '{"id":"ä"}'.encode()).build(lambda entry: entry["id"]) == "ä"
    assert Reply("Reading", 200, b'[{"id":1},{"id":2}]').build_each(lambda entry: entry["id"]) == [1, 2]
