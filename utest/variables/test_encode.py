"""Python → typed value: which type, what goes over the wire, what is refused and in which words."""

import enum
import io
import uuid
from collections import OrderedDict, deque, namedtuple
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType

import pytest
from robot.api.types import Secret
from robot.utils import DotDict

from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables import FileValue, JsonValue, NullValue, encode, encode_all

KEEP_SECRETS = "secrets are not stored in process variables, where everybody who sees the process can read them."
KNOWN_TYPES = "Boolean, Bytes, Date, Double, File, Integer, Json, JsonText, Long, Null, Object, Short, String, Xml"


class Number(enum.IntEnum):
    TWO = 2


class Word(str, enum.Enum):
    YES = "ja"


class Color(enum.Enum):
    RED = 1


class SecretContainer(dict):
    """Robocorp's secrets are dictionaries."""


Point = namedtuple("Point", "x y")
UTC_MOMENT = datetime(2026, 1, 31, 12, 30, 59, 123456, timezone.utc)


@pytest.mark.parametrize(
    ("value", "type_name", "wire"),
    [
        (None, "Null", None),
        (True, "Boolean", True),
        (0, "Integer", 0),
        (2**31 - 1, "Integer", 2**31 - 1),
        (-(2**31), "Integer", -(2**31)),
        (2**31, "Long", 2**31),
        (-(2**31) - 1, "Long", -(2**31) - 1),
        (2**63 - 1, "Long", 2**63 - 1),
        (-(2**63), "Long", -(2**63)),
        (Number.TWO, "Integer", 2),
        (1.0, "Double", 1.0),
        ("", "String", ""),
        ("5", "String", "5"),
        ("true", "String", "true"),
        ("ä\n😀", "String", "ä\n😀"),
        ("x" * 4000, "String", "x" * 4000),
        (Word.YES, "String", "ja"),
        (UTC_MOMENT, "Date", "2026-01-31T12:30:59.123+0000"),
        (UTC_MOMENT.astimezone(timezone(timedelta(hours=5, minutes=45))), "Date", "2026-01-31T12:30:59.123+0000"),
        (datetime(1, 1, 1, tzinfo=timezone.utc), "Date", "0001-01-01T00:00:00.000+0000"),
        (b"\0\xff", "Bytes", "AP8="),
        (bytearray(b"a"), "Bytes", "YQ=="),
        (memoryview(b"a"), "Bytes", "YQ=="),
        (b"", "Bytes", ""),
        ({}, "Json", "{}"),
        ([], "Json", "[]"),
        ((1, (2,)), "Json", "[1, [2]]"),
        (
            {"ä": [None, True, 1, 1.5, "😀", 10**30]},
            "Json",
            '{"ä": [null, true, 1, 1.5, "😀", ' + "1" + "0" * 30 + "]}",
        ),
        (OrderedDict(b=1, a=2), "Json", '{"b": 1, "a": 2}'),
        (DotDict(a=DotDict(b=[1])), "Json", '{"a": {"b": [1]}}'),
        (MappingProxyType({"a": MappingProxyType({})}), "Json", '{"a": {}}'),
        (deque([1]), "Json", "[1]"),
        (Point(1, 2), "Json", "[1, 2]"),
        ([Word.YES, Number.TWO], "Json", '["ja", 2]'),
        (["a\0b"], "Json", '["a\\u0000b"]'),
        (["ä\ud800"], "Json", '["\\u00e4\\ud800"]'),
    ],
)
def test_type_of_python_value(value, type_name, wire):
    assert encode(value).to_wire() == {"type": type_name, "value": wire}


def test_boolean_is_no_integer():
    assert encode(True) != encode(1)
    assert encode(1) != encode(1.0)


def test_subclasses_of_text_and_numbers_are_sent_plain():
    assert type(encode(Word.YES).to_wire()["value"]) is str
    assert type(encode(Number.TWO).to_wire()["value"]) is int


@pytest.mark.parametrize(
    ("value", "type_name", "wire"),
    [
        ("5", "Integer", {"type": "Integer", "value": 5}),
        ("-05", "integer", {"type": "Integer", "value": -5}),
        ("+7", "SHORT", {"type": "Short", "value": 7}),
        (5, "Long", {"type": "Long", "value": 5}),
        ("true", "Boolean", {"type": "Boolean", "value": True}),
        ("False", "boolean", {"type": "Boolean", "value": False}),
        (True, "Boolean", {"type": "Boolean", "value": True}),
        ("1.50", "Double", {"type": "Double", "value": 1.5}),
        ("-1e-3", "Double", {"type": "Double", "value": -0.001}),
        (".5", "Double", {"type": "Double", "value": 0.5}),
        (5, "Double", {"type": "Double", "value": 5.0}),
        ("5", "String", {"type": "String", "value": "5"}),
        (12345, "String", {"type": "String", "value": "12345"}),
        (1.5, "String", {"type": "String", "value": "1.5"}),
        ("2026-01-31T12:30:59Z", "Date", {"type": "Date", "value": "2026-01-31T12:30:59.000+0000"}),
        ("2026-01-31T12:30+02:00", "Date", {"type": "Date", "value": "2026-01-31T10:30:00.000+0000"}),
        ("2026-01-31 12:30:59.1234567+0200", "Date", {"type": "Date", "value": "2026-01-31T10:30:59.123+0000"}),
        ("2026-01-31T12:30:59,5-0030", "Date", {"type": "Date", "value": "2026-01-31T13:00:59.500+0000"}),
        (b"a", "Bytes", {"type": "Bytes", "value": "YQ=="}),
        ("text", "Json", {"type": "Json", "value": '"text"'}),
        ('{"a": 1}', "json", {"type": "Json", "value": '"{\\"a\\": 1}"'}),
        (5, "Json", {"type": "Json", "value": "5"}),
        ('{"a":  1}', "JsonText", {"type": "Json", "value": '{"a":  1}'}),
        ("null", "jsontext", {"type": "Json", "value": "null"}),
        ('<?xml version="1.0" encoding="ISO-8859-1"?><ä/>', "Xml", None),
        ("<a>ü</a>", "Xml", {"type": "Xml", "value": "<a>ü</a>"}),
    ],
)
def test_type_as_asked(value, type_name, wire):
    assert encode(value, type_name).to_wire() == (wire or {"type": "Xml", "value": value})


@pytest.mark.parametrize(
    "name", ["Null", "Boolean", "Short", "Integer", "Long", "Double", "String", "Date", "Bytes", "Json", "Xml"]
)
def test_null_keeps_its_type(name):
    assert encode(None, name.lower()).to_wire() == {"type": name, "value": None}
    assert encode(None, name).value is None


def test_null_of_json_text_is_a_null_of_json():
    assert encode(None, "JsonText") == NullValue("Json")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            2**63,
            "9223372036854775808 cannot be stored as Long: the range is -9223372036854775808 to 9223372036854775807. "
            "Larger numbers can be stored as text.",
        ),
        (
            -(10**500),
            "A number of 1661 bits cannot be stored as Long: the range is -9223372036854775808 to 9223372036854775807. "
            "Larger numbers can be stored as text.",
        ),
        (float("nan"), "nan cannot be stored as Double: only finite numbers can."),
        (float("-inf"), "-inf cannot be stored as Double: only finite numbers can."),
        (
            "x" * 4001,
            "Text of 4001 characters cannot be stored as String, which holds at most 4000: use type=Json, or write it "
            "to a file and use `Set Task File`.",
        ),
        (
            "😀" * 2001,
            "Text of 4002 characters (an emoji counts as two) cannot be stored as String, which holds at most 4000: "
            "use type=Json, or write it to a file and use `Set Task File`.",
        ),
        ("a\0b", "Text with a NUL character cannot be stored as String: use type=Json."),
        (
            "ab\ud800",
            "Text that is no valid Unicode (half a surrogate pair at index 2) cannot be stored as String.",
        ),
        (date(1582, 10, 10), "'1582-10-10 00:00:00' cannot be stored as Date: the engine's calendar has no such day."),
        (
            datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5))),
            "'9999-12-31 23:00:00-05:00' cannot be stored as Date: only the years 1 to 9999 can.",
        ),
        (
            bytes(15_000_001),
            "15000001 bytes cannot be stored as Bytes, which holds at most 15000000: write them to a file and use "
            "`Set Task File`.",
        ),
        (
            ["x" * 20_000_000],
            "Text of 20000004 characters cannot be stored as Json, which holds at most 20000000: write it to a file "
            "and use `Set Task File`.",
        ),
        (
            Decimal("1.10"),
            "A value of Python type Decimal cannot be stored: convert it to text, or to a float where rounding does "
            "no harm.",
        ),
        (
            Fraction(1, 3),
            "A value of Python type Fraction cannot be stored: convert it to text, or to a float where rounding does "
            "no harm.",
        ),
        (
            Path("x"),
            f"A value of Python type {type(Path()).__name__} cannot be stored: use `Set Task File` to store the file, "
            "or convert the path to text.",
        ),
        ({1}, "A value of Python type set cannot be stored: convert it to a list."),
        (frozenset(), "A value of Python type frozenset cannot be stored: convert it to a list."),
        ((n for n in ()), "A value of Python type generator cannot be stored: convert it to a list."),
        (time(12), "A value of Python type time cannot be stored: convert it to text by its isoformat()."),
        (
            timedelta(1),
            "A value of Python type timedelta cannot be stored: convert it to a number of seconds, or to text.",
        ),
        (Color.RED, "A value of Python type Color cannot be stored: use its name or its value."),
        (uuid.uuid4(), "A value of Python type UUID cannot be stored: convert it to text."),
        (io.BytesIO(), "A value of Python type BytesIO cannot be stored: use `Set Task File` to store a file."),
        (
            object(),
            "A value of Python type object cannot be stored: convert it to text, a number, a list or a dictionary.",
        ),
        (Secret("s3cret"), f"A value of Python type Secret cannot be stored: {KEEP_SECRETS}"),
        (SecretContainer(a="s3cret"), f"A value of Python type SecretContainer cannot be stored: {KEEP_SECRETS}"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_value_that_cannot_be_stored_is_refused(value, message):
    with pytest.raises(ValueRefused) as refused:
        encode(value)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"a": [1, Secret("s3cret")]},
            f"The value at ['a'][1] is of Python type Secret and cannot be stored as Json: {KEEP_SECRETS}",
        ),
        (
            ({"deep": SecretContainer(a="s3cret")},),
            "The value at [0]['deep'] is of Python type SecretContainer and cannot be stored as Json: " + KEEP_SECRETS,
        ),
        (
            {"price": Decimal("1.10")},
            "The value at ['price'] is of Python type Decimal and cannot be stored as Json: convert it to text, or to "
            "a float where rounding does no harm.",
        ),
        (
            [datetime(2026, 1, 31)],
            "The value at [0] is of Python type datetime and cannot be stored as Json: convert it to text by its "
            "isoformat(), or store it in a variable of its own.",
        ),
        (
            [[b""]],
            "The value at [0][0] is of Python type bytes and cannot be stored as Json: convert it to text, or store "
            "it in a variable of its own.",
        ),
        ([{1, 2}], "The value at [0] is of Python type set and cannot be stored as Json: convert it to a list."),
        ([float("inf")], "The value at [0] cannot be stored as Json: inf is no number of JSON."),
        ({"n": 10**1000}, "The value at ['n'] cannot be stored as Json: it has more than 1000 digits."),
        ({1: 2}, "The dictionary cannot be stored as Json: its key 1 is of Python type int, keys must be text."),
        (
            [{None: 2}],
            "The dictionary at [0] cannot be stored as Json: its key None is of Python type NoneType, keys must be "
            "text.",
        ),
        (
            [FileValue("a.txt", content=b"")],
            "The value at [0] is of Python type FileValue and cannot be stored as Json: convert it to text, a number, "
            "a list or a dictionary.",
        ),
    ],
    ids=repr,
)
def test_refusal_says_where_in_the_value(value, message):
    with pytest.raises(ValueRefused) as refused:
        encode(value)
    assert str(refused.value) == message


def test_value_that_contains_itself_is_refused():
    endless: list[object] = []
    endless.append(endless)
    with pytest.raises(ValueRefused) as refused:
        encode(endless)
    assert str(refused.value) == "A value that contains itself, or more than 200 levels, cannot be stored as Json."


def test_200_levels_are_stored_and_202_are_not():
    assert encode(nested(200)).value == nested(200)
    with pytest.raises(ValueRefused, match="more than 200 levels"):
        encode(nested(202))


def test_value_too_deep_for_what_is_left_of_the_stack_is_refused():
    def encode_below(levels):
        return encode(nested(199)) if levels == 0 else encode_below(levels - 1)

    with pytest.raises(ValueRefused, match="more than 200 levels"):
        encode_below(stack_left() - 100)


@pytest.mark.parametrize(
    ("value", "type_name", "message"),
    [
        ("abc", "Integer", "'abc' cannot be stored as Integer: write it with digits only."),
        ("", "Integer", "'' cannot be stored as Integer: write it with digits only."),
        (" 5", "Integer", "' 5' cannot be stored as Integer: write it with digits only."),
        ("5_0", "Integer", "'5_0' cannot be stored as Integer: write it with digits only."),
        ("٣", "Integer", "'٣' cannot be stored as Integer: write it with digits only."),
        ("5.0", "Integer", "'5.0' cannot be stored as Integer: write it with digits only."),
        (5.0, "Integer", "5.0 cannot be stored as Integer: write it with digits only."),
        (True, "Integer", "True cannot be stored as Integer: write it with digits only."),
        ([], "Integer", "A value of Python type list cannot be stored as Integer: write it with digits only."),
        ("9" * 5000, "Long", None),
        (2**31, "Integer", "2147483648 cannot be stored as Integer: the range is -2147483648 to 2147483647."),
        (-32769, "Short", "-32769 cannot be stored as Short: the range is -32768 to 32767."),
        ("yes", "Boolean", "'yes' cannot be stored as Boolean: write true or false."),
        (1, "Boolean", "1 cannot be stored as Boolean: write true or false."),
        ("nan", "Double", "'nan' cannot be stored as Double: write it like 1.5 or 1e3."),
        ("1,5", "Double", "'1,5' cannot be stored as Double: write it like 1.5 or 1e3."),
        ("1e999", "Double", "'1e999' cannot be stored as Double: only finite numbers can."),
        (
            2**53 + 1,
            "Double",
            "9007199254740993 cannot be stored as Double without loss: use Long or text.",
        ),
        (10**400, "Double", "A number of 1329 bits cannot be stored as Double without loss: use Long or text."),
        (True, "String", "True cannot be stored as String: convert it to text first."),
        ({}, "String", "A value of Python type dict cannot be stored as String: convert it to text first."),
        (Secret("s3cret"), "String", f"A value of Python type Secret cannot be stored as String: {KEEP_SECRETS}"),
        ("tomorrow", "Date", "'tomorrow' cannot be stored as Date: write it like 2026-01-31T12:00:00+01:00."),
        ("2026-13-01", "Date", "'2026-13-01' cannot be stored as Date: there is no such day or time."),
        (
            1,
            "Date",
            "1 cannot be stored as Date: use a datetime, a date, or text like 2026-01-31T12:00:00+01:00.",
        ),
        (
            "aGk=",
            "Bytes",
            "'aGk=' cannot be stored as Bytes: text becomes bytes by `Encode String To Bytes` of the library String.",
        ),
        ("{", "JsonText", None),
        ("[NaN]", "JsonText", "The text cannot be stored as JsonText: NaN is no number of JSON."),
        ("[1e999]", "JsonText", "The text cannot be stored as JsonText: 1e999 is too large a number."),
        ("[" * 100_000, "JsonText", None),
        ({}, "JsonText", "A value of Python type dict cannot be stored as JsonText: convert it to text first."),
        ("<a>", "Xml", "The text cannot be stored as Xml: no element found: line 1, column 3."),
        ("<a>\ud800</a>", "Xml", None),
        ("x", "Null", "'x' cannot be stored as Null: only None can."),
        ("x", "Object", "Java objects can only be read: use type=Json."),
        (None, "Object", "Java objects can only be read: use type=Json."),
        ("x", "File", "A File variable is set by `Set Task File`."),
        (None, "File", "A File variable is set by `Set Task File`."),
        ("x", "Banana", f"There is no variable type 'Banana'. The types are {KNOWN_TYPES}."),
        ("x", "", f"There is no variable type ''. The types are {KNOWN_TYPES}."),
    ],
)
def test_value_that_is_not_of_the_type_asked_for_is_refused(value, type_name, message):
    with pytest.raises(ValueRefused) as refused:
        encode(value, type_name)
    if message:
        assert str(refused.value) == message
    else:
        assert f" cannot be stored as {type_name}" in str(refused.value)


def test_refusal_does_not_dump_long_text():
    with pytest.raises(ValueRefused) as refused:
        encode("x" * 1_000_000, "Integer")
    assert str(refused.value) == f"'{'x' * 77}...' cannot be stored as Integer: write it with digits only."


def test_typed_value_stays_as_it_is():
    value = encode(5, "Long")
    assert encode(value) is value
    assert encode(value, "long") is value
    assert encode(value, "String") == encode("5")


def test_naive_date_is_local_time(monkeypatch):
    moment = datetime(2026, 7, 1, 12, 0, 0, 999_999)
    assert encode(moment).value == moment.replace(microsecond=999_000).astimezone()
    assert encode(date(2026, 7, 1)).value == datetime(2026, 7, 1).astimezone()
    assert encode("2026-07-01", "Date") == encode(date(2026, 7, 1))
    assert encode("2026-07-01 12:00", "Date") == encode(datetime(2026, 7, 1, 12))


def test_encode_all_keeps_names_and_order():
    assert encode_all({"b": 1, "a/ä 😀": None}) == {"b": encode(1), "a/ä 😀": encode(None)}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"ok": 1, "tags": {"a"}},
            "Variable 'tags' cannot be set: A value of Python type set cannot be stored: convert it to a list.",
        ),
        ({" x": 1}, "The variable name ' x' begins or ends with a space."),
    ],
)
def test_encode_all_names_the_variable(values: Mapping[str, object], message):
    with pytest.raises(ValueRefused) as refused:
        encode_all(values)
    assert str(refused.value) == message


def test_json_does_not_change_with_the_dictionary_it_was_made_of():
    source = {"a": [1]}
    value = encode(source)
    source["a"].append(2)
    assert value.value == {"a": [1]}
    value.value["a"].append(3)
    assert value == JsonValue('{"a": [1]}')


def nested(levels):
    value: object = "core"
    for _ in range(levels):
        value = [value]
    return value


def stack_left():
    import inspect
    import sys

    return sys.getrecursionlimit() - len(inspect.stack(0))
