"""The engine's JSON → typed value → Python; bad content is an error only when it is asked for."""

import pickle
from datetime import datetime, timedelta, timezone

import pytest

from CamundaLibrary.errors import ValueUnreadable
from CamundaLibrary.variables import FileValue, NullValue, ObjectValue, TypedValue, UnknownValue, decode, encode
from CamundaLibrary.variables.dates import to_local

JAVA = "application/x-java-serialized-object"


def object_wire(value, serialization_format="application/json", name="java.util.ArrayList"):
    info = {"objectTypeName": name, "serializationDataFormat": serialization_format}
    return {"type": "Object", "value": value, "valueInfo": info}


@pytest.mark.parametrize(
    ("wire", "value"),
    [
        ({"type": "Null", "value": None, "valueInfo": {}}, None),
        ({"type": "Null", "value": "", "valueInfo": {}}, None),
        ({"type": "String", "value": None, "valueInfo": {}}, None),
        ({"type": "Boolean", "value": False}, False),
        ({"type": "boolean", "value": True}, True),
        ({"type": "Short", "value": -5}, -5),
        ({"type": "Integer", "value": 5}, 5),
        ({"type": "Long", "value": 2**63 - 1}, 2**63 - 1),
        ({"type": "Double", "value": 5}, 5.0),
        ({"type": "Double", "value": 1.5}, 1.5),
        ({"type": "Double", "value": "-Infinity"}, float("-inf")),
        ({"type": "String", "value": "x" * 5000}, "x" * 5000),
        ({"type": "String", "value": "${{1/0}}"}, "${{1/0}}"),
        (
            {"type": "Date", "value": "2026-01-31T12:30:59.123+0530"},
            datetime(2026, 1, 31, 7, 0, 59, 123000, timezone.utc),
        ),
        (
            {"type": "Date", "value": "10000-01-01T00:59:59.999+0100"},
            datetime(9999, 12, 31, 23, 59, 59, 999000, timezone.utc),
        ),
        ({"type": "Date", "value": "0001-01-01T00:00:00.000+0000"}, datetime(1, 1, 1, tzinfo=timezone.utc)),
        ({"type": "Bytes", "value": "AP8="}, b"\0\xff"),
        ({"type": "Bytes", "value": ""}, b""),
        ({"type": "Json", "value": '{"a": [1.0, null, "\\ud800"]}'}, {"a": [1.0, None, "\ud800"]}),
        ({"type": "Json", "value": "null"}, None),
        ({"type": "Xml", "value": "<a>"}, "<a>"),
        ({"type": "File", "value": None, "valueInfo": {"filename": "a.txt", "mimeType": "text/plain"}}, "a.txt"),
        (object_wire('["a"]'), ["a"]),
        (object_wire(["a"]), ["a"]),
        ({"type": "Money", "value": {"amount": 5}, "valueInfo": {"currency": "EUR"}}, {"amount": 5}),
        ({"value": None}, None),
    ],
)
def test_python_value(wire, value):
    read = decode(wire).value
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("wire", "message"),
    [
        (
            {"type": "Integer", "value": "abc"},
            "A value of type Integer cannot be read: 'abc' is no whole number.",
        ),
        ({"type": "Long", "value": True}, "A value of type Long cannot be read: True is no whole number."),
        ({"type": "Boolean", "value": 1}, "A value of type Boolean cannot be read: 1 is neither true nor false."),
        ({"type": "Double", "value": []}, None),
        ({"type": "Double", "value": 10**400}, None),
        ({"type": "Date", "value": 5}, "A value of type Date cannot be read: 5 is no date of the engine."),
        (
            {"type": "Date", "value": "tomorrow"},
            "A value of type Date cannot be read: 'tomorrow' is no date of the engine.",
        ),
        (
            {"type": "Date", "value": "10001-01-01T00:00:00.000+0000"},
            None,
        ),
        (
            {"type": "Date", "value": "10000-01-01T00:00:00.000+0000"},
            "A value of type Date cannot be read: Python has no date '10000-01-01T00:00:00.000+0000'.",
        ),
        ({"type": "Date", "value": "1500-02-29T00:00:00.000+0000"}, None),
        ({"type": "Bytes", "value": "YQ"}, None),
        ({"type": "Bytes", "value": "YQ==!"}, "A value of type Bytes cannot be read: 'YQ==!' is no base64."),
        ({"type": "Bytes", "value": 5}, "A value of type Bytes cannot be read: 5 is no base64."),
        (
            {"type": "Json", "value": "{bad"},
            "A value of type Json cannot be read: Expecting property name enclosed in double quotes: "
            "line 1 column 2 (char 1).",
        ),
        (
            {"type": "Json", "value": ""},
            "A value of type Json cannot be read: Expecting value: line 1 column 1 (char 0).",
        ),
        ({"type": "Json", "value": "[NaN]"}, "A value of type Json cannot be read: NaN is no number of JSON."),
        ({"type": "Json", "value": {}}, "A value of type Json cannot be read: it is no text."),
        ({"type": "Json", "value": "[" * 100_000}, None),
        (
            object_wire("rO0ABXNyABNqYXZh", JAVA),
            "A Java object of type 'java.util.ArrayList' cannot be read: it is serialized as "
            "application/x-java-serialized-object, and only application/json can be read. "
            "The process can store it as Json instead.",
        ),
        (
            {"type": "Object", "value": "rO0A"},
            "A Java object cannot be read: it is serialized as application/x-java-serialized-object, and only "
            "application/json can be read. The process can store it as Json instead.",
        ),
        (object_wire("{bad"), None),
    ],
)
def test_unreadable_value_is_an_error_only_when_asked_for(wire, message):
    value = decode(wire)
    with pytest.raises(ValueUnreadable) as unreadable:
        _ = value.value
    if message:
        assert str(unreadable.value) == message
    else:
        assert str(unreadable.value).startswith(f"A value of type {wire['type']} cannot be read: ")


@pytest.mark.parametrize(
    "wire",
    [
        {},
        {"type": None, "value": None},
        {"type": 5, "value": object()},
        {"type": "String", "value": None, "valueInfo": None},
        {"type": "File"},
        {"type": "File", "value": None, "valueInfo": {"filename": 5, "mimeType": []}},
        {"type": "Object", "value": None, "valueInfo": {"serializationDataFormat": 5}},
        {"type": "Object", "value": "x", "valueInfo": []},
        {"type": "Date", "value": {}},
    ],
)
def test_nothing_the_engine_says_is_refused(wire):
    assert isinstance(decode(wire), TypedValue)


def test_null_keeps_the_engines_type_known_or_not():
    assert decode({"type": "string", "value": None}) == NullValue("String")
    assert decode({"type": "Money", "value": None}).type == "Money"


def test_value_goes_back_as_it_came():
    for wire in (
        {"type": "Json", "value": '{"a":  1}'},
        {"type": "Money", "value": 5, "valueInfo": {"currency": "EUR"}},
        object_wire("rO0A", JAVA),
    ):
        assert decode(wire).to_wire() == wire


def test_filename_from_the_engine_is_made_safe():
    value = decode({"type": "File", "value": None, "valueInfo": {"filename": "../../etc/passwd", "encoding": "UTF-8"}})
    assert isinstance(value, FileValue)
    assert (value.filename, value.value, value.encoding, value.mime_type) == ("passwd", "passwd", "UTF-8", None)


def test_times_are_local():
    read = decode({"type": "Date", "value": "2026-07-01T12:00:00.000+0000"}).value
    assert isinstance(read, datetime)
    assert read.utcoffset() == datetime(2026, 7, 1, 12, tzinfo=timezone.utc).astimezone().utcoffset()


def test_standard_time_where_windows_knows_no_local_time(monkeypatch):
    class BeforeTheEpochOnWindows(datetime):
        def astimezone(self, tz=None):
            if tz is None:
                raise OSError(22, "Invalid argument")
            return datetime(*self.timetuple()[:6], tzinfo=self.tzinfo).astimezone(tz)

    monkeypatch.setattr("time.timezone", -3600)
    naive, aware = BeforeTheEpochOnWindows(1965, 3, 1), BeforeTheEpochOnWindows(1965, 2, 28, 23, tzinfo=timezone.utc)
    expected = datetime(1965, 3, 1, tzinfo=timezone(timedelta(hours=1)))
    assert to_local(naive) == to_local(aware) == expected
    assert to_local(naive).utcoffset() == to_local(aware).utcoffset() == timedelta(hours=1)
    assert encode(naive).to_wire()["value"] == "1965-02-28T23:00:00.000+0000"


def test_equal_values_are_one_in_a_set():
    assert len({decode({"type": "Integer", "value": 1}), encode(1), encode(1, "Long"), encode(True)}) == 3
    assert encode("a") != "a"


def test_dates_are_equal_in_every_time_zone():
    east = decode({"type": "Date", "value": "2026-01-31T12:00:00.000+0100"})
    assert {east} == {decode({"type": "Date", "value": "2026-01-31T11:00:00.000+0000"})}
    unreadable = {"type": "Date", "value": "tomorrow"}
    assert decode(unreadable) == decode(unreadable) != east


def test_values_can_be_pickled():
    values = [encode(5), NullValue("Json"), FileValue("a", content=b"x"), ObjectValue("1", "application/json", "A")]
    assert pickle.loads(pickle.dumps(values)) == values


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (decode({"type": "String", "value": "x" * 1_000_000}), f"<String '{'x' * 77}...'>"),
        (encode(5), "<Integer 5>"),
        (NullValue("Json"), "<Json None>"),
        (encode(bytes(1000)), f"<Bytes '{'A' * 77}...'>"),
        (FileValue("a.txt", content=b"abc"), "<File 'a.txt' of 3 bytes>"),
        (FileValue("a.txt"), "<File 'a.txt'>"),
        (UnknownValue("Money", ["x"] * 1000, {}), f"<Money {repr(['x'] * 1000)[:77]}...>"),
    ],
)
def test_repr_is_short(value, text):
    assert repr(value) == text


def test_a_value_cannot_be_changed():
    value = encode(5)
    with pytest.raises(AttributeError):
        value.value = 6
    with pytest.raises(AttributeError):
        value.other = 6
