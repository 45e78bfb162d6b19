"""Python → engine → Python, for every row of the table of values, on the real engine.

Values go in batches, many in one request: an example of hypothesis is a list of values.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta, timezone

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from CamundaLibrary.errors import ValueUnreadable
from CamundaLibrary.variables import FileValue, NullValue, TypedValue, decode, encode, encode_all

MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
             targetNamespace="atest">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="1">
    <startEvent id="start"/>
    <sequenceFlow id="flow" sourceRef="start" targetRef="wait"/>
    <userTask id="wait"/>
  </process>
</definitions>"""

examples = settings(
    max_examples=60, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class Variables:
    """The variables of one waiting process instance, by plain requests."""

    def __init__(self, instance_url: str) -> None:
        self.url = f"{instance_url}/variables"
        self.session = requests.Session()

    def post(self, values: dict[str, dict[str, object]]) -> requests.Response:
        """Sends values as they stand in JSON."""
        return self.session.post(self.url, json={"modifications": values}, timeout=30)

    def set(self, values: dict[str, TypedValue]) -> None:
        reply = self.post({name: value.to_wire() for name, value in values.items()})
        assert reply.status_code == 204, reply.text

    def all(self) -> dict[str, TypedValue]:
        reply = self.session.get(self.url, params={"deserializeValues": "false"}, timeout=30)
        assert reply.status_code == 200, reply.text
        return {name: decode(wire) for name, wire in reply.json().items()}

    def content(self, name: str) -> bytes:
        reply = self.session.get(f"{self.url}/{name}/data", timeout=30)
        assert reply.status_code == 200, reply.text
        return reply.content

    def round_trip(self, values: list[TypedValue]) -> list[TypedValue]:
        """Returns the values as they come back."""
        self.set({f"v{number}": value for number, value in enumerate(values)})
        stored = self.all()
        return [stored[f"v{number}"] for number in range(len(values))]


@pytest.fixture
def variables(engine_url: str, deploy: Callable[..., str], unique: Callable[[str], str]) -> Iterator[Variables]:
    """The variables of an instance of its own."""
    key = unique("values")
    deploy(MODEL.format(key=key))
    reply = requests.post(f"{engine_url}/process-definition/key/{key}/start", json={}, timeout=30)
    assert reply.status_code == 200, reply.text
    variables = Variables(f"{engine_url}/process-instance/{reply.json()['id']}")
    yield variables
    variables.session.close()


def batches(values: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(values, min_size=1, max_size=40)


texts = st.text(max_size=300).filter(lambda text: "\0" not in text)
finite = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.integers() | finite | st.text()
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=20,
).filter(lambda value: isinstance(value, (dict, list, tuple)))
offsets = st.timedeltas(timedelta(hours=-23, minutes=-59), timedelta(hours=23, minutes=59)).map(
    lambda offset: timezone(timedelta(minutes=offset // timedelta(minutes=1)))
)
moments = st.datetimes(datetime(1600, 1, 1), datetime(9999, 12, 30), timezones=st.none() | offsets)
old_moments = st.datetimes(datetime(1, 1, 2), datetime(1582, 10, 3), timezones=st.just(timezone.utc))


@examples
@given(batches(st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | finite | texts | st.binary()))
def test_scalars_come_back_as_they_were(variables, values):
    back = [value.value for value in variables.round_trip([encode(value) for value in values])]
    assert back == values
    assert [type(value) for value in back] == [type(value) for value in values]


@examples
@given(batches(documents))
def test_dictionaries_and_lists_come_back_as_they_were(variables, values):
    back = [value.value for value in variables.round_trip([encode(value) for value in values])]
    assert back == [as_json(value) for value in values]


@examples
@given(batches(scalars))
def test_any_value_comes_back_from_json(variables, values):
    assert [value.value for value in variables.round_trip([encode(value, "Json") for value in values])] == values


@examples
@given(batches(moments | old_moments | st.dates(date(1600, 1, 1), date(9999, 12, 30))))
def test_times_come_back_in_local_time_to_the_millisecond(variables, values):
    back = [value.value for value in variables.round_trip([encode(value) for value in values])]
    assert back == [as_moment(value) for value in values]
    assert all(value.utcoffset() is not None for value in back)


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=timezone.utc),
        datetime(999, 2, 28, tzinfo=timezone.utc),
        datetime(1582, 10, 15, tzinfo=timezone.utc),
        datetime(1965, 3, 1),
        datetime(1970, 1, 1, tzinfo=timezone.utc),
        datetime(2026, 3, 29, 2, 30),
        datetime(2026, 10, 25, 2, 30),
        datetime(2026, 10, 25, 2, 30, fold=1),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=timezone.utc),
    ],
)
def test_times_where_calendars_have_traps(variables, moment):
    (back,) = variables.round_trip([encode(moment)])
    assert back.value == as_moment(moment)


@pytest.mark.parametrize(
    ("value", "type_name"),
    [
        ("5", "Integer"),
        (5, "Long"),
        (-(2**63), "Long"),
        (2**31 - 1, "Integer"),
        ("-32768", "Short"),
        ("true", "Boolean"),
        ("1e3", "Double"),
        (5e-324, "Double"),
        (1.7976931348623157e308, "Double"),
        ("2026-01-31T12:00:00.999+05:45", "Date"),
        (12345, "String"),
        ("x" * 4000, "String"),
        ("😀" * 2000, "String"),
        ("${{1/0}} %{PATH} \\n ${EMPTY}", "String"),
        (bytes(range(256)) * 4000, "Bytes"),
        ("x" * 2_000_000, "Json"),
        ("ä\ud800\0", "Json"),
        (10**1000 - 1, "Json"),
        ('{"a":  [1.50, "\\u00e4"]}', "JsonText"),
        ("<a>ü😀</a>", "xml"),
    ],
)
def test_value_of_the_type_asked_for(variables, value, type_name):
    sent = encode(value, type_name)
    (back,) = variables.round_trip([sent])
    assert back == sent


def test_null_of_each_type(variables):
    names = ["Null", "Boolean", "Short", "Integer", "Long", "Double", "String", "Date", "Bytes", "Json", "Xml"]
    sent = [encode(None, name) for name in names]
    assert variables.round_trip(sent) == sent == [NullValue(name) for name in names]


@pytest.mark.parametrize("content", [b"", b"\0\xff\r\n", bytes(1_000_000)], ids=len)
def test_file(variables, content):
    sent = FileValue("Größe 😀.pdf", content=content, encoding="UTF-8")
    (back,) = variables.round_trip([sent])
    assert isinstance(back, FileValue)
    assert (back.filename, back.mime_type, back.encoding) == ("Größe 😀.pdf", "application/pdf", "UTF-8")
    assert variables.content("v0") == content


@examples
@given(st.lists(texts.map(str.strip).filter(lambda name: 0 < len(name) < 128), max_size=40, unique=True))
def test_names_are_kept(variables, names):
    variables.set(encode_all({name: number for number, name in enumerate(names)}))
    stored = variables.all()
    assert {name: stored[name].value for name in names} == {name: number for number, name in enumerate(names)}


@pytest.mark.parametrize("name", ["self", "a/b", "a b", "a'b\"c", "100%", "😀" * 127, "n" * 255, "${x}", "a\\b"])
def test_names_that_trouble_others(variables, name):
    variables.set(encode_all({name: 5}))
    assert variables.all() == {name: encode(5)}


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("v", {"type": "String", "value": "x" * 4001}),
        ("v", {"type": "Short", "value": 2**15}),
        ("v", {"type": "Integer", "value": 2**31}),
        ("v", {"type": "Long", "value": 2**63}),
        ("v", {"type": "Json", "value": "x" * 20_000_001}),
        ("v", {"type": "Bytes", "value": "AAAA" * 5_000_001}),
        ("v", {"type": "Object", "value": None}),
        ("v", {"type": "File", "value": None}),
        ("n" * 256, {"type": "Integer", "value": 1}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_limits_are_those_of_the_engine(variables, name, wire):
    assert variables.post({name: wire}).status_code in (400, 500)


def test_days_that_the_engines_calendar_has_not_would_change(variables):
    wire = {"type": "Date", "value": "1582-10-10T12:00:00.000+0000"}
    assert variables.post({"day": wire}).status_code == 204
    assert variables.all()["day"].value == datetime(1582, 10, 20, 12, tzinfo=timezone.utc)


def test_java_objects(variables):
    as_json = {"objectTypeName": "java.util.ArrayList", "serializationDataFormat": "application/json"}
    reply = variables.post(
        {"java": {"value": ["a"]}, "json": {"type": "Object", "value": '["a"]', "valueInfo": as_json}}
    )
    assert reply.status_code == 204, reply.text
    stored = variables.all()
    assert stored["json"].value == ["a"]
    with pytest.raises(ValueUnreadable) as unreadable:
        _ = stored["java"].value
    assert str(unreadable.value) == (
        "A Java object of type 'java.util.ArrayList' cannot be read: it is serialized as "
        "application/x-java-serialized-object, and only application/json can be read. "
        "The process can store it as Json instead."
    )


def as_json(value: object) -> object:
    return json.loads(json.dumps(value))


def as_moment(value: date) -> datetime:
    """Returns the local time, cut to milliseconds, that Python is to get."""
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    try:
        return moment.astimezone()
    except (OverflowError, ValueError):
        return moment
