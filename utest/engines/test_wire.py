from datetime import datetime, timedelta, timezone

import pytest

from CamundaLibrary.engines.camunda7.wire import given, missing_is_not_found, read_optional_time, read_time
from CamundaLibrary.errors import EngineConflict, EngineError, EngineFailed, NotFound


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T12:00:00.000+0000", datetime(2026, 1, 31, 12, tzinfo=timezone.utc)),
        ("2026-07-31T12:00:00.123+0200", datetime(2026, 7, 31, 10, 0, 0, 123_000, tzinfo=timezone.utc)),
        ("2026-01-31T12:00:00.999-0330", datetime(2026, 1, 31, 15, 30, 0, 999_000, tzinfo=timezone.utc)),
    ],
)
def test_times_of_the_engine_are_aware(text: str, moment: datetime) -> None:
    assert read_time(text) == moment
    assert read_time(text).utcoffset() == timedelta(hours=int(text[-5:-2]), minutes=int(text[-5] + text[-2:]))


@pytest.mark.parametrize("text", [None, ""])
def test_no_time_is_none(text: str | None) -> None:
    assert read_optional_time(text) is None


def test_filters_that_say_nothing_are_left_out() -> None:
    assert given(a=None, b="", c=(), d={}, e=False, f=0, g="x") == {"e": False, "f": 0, "g": "x"}


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("execution 4711 doesn't exist: execution is null", "execution 4711 doesn't exist"),
        (
            "Cannot complete it: Cannot find task with id 4711: task is null",
            "Cannot complete it: Cannot find task with id 4711",
        ),
    ],
)
def test_a_500_for_the_thing_that_was_asked_for_is_not_found(reason: str, shown: str) -> None:
    with pytest.raises(NotFound) as caught, missing_is_not_found("4711"):
        raise EngineFailed("Reading", reason, status=500, type="NullValueException", code=0)
    assert str(caught.value) == f"Reading failed: {shown}."
    assert (caught.value.status, caught.value.type, caught.value.code) == (500, "NullValueException", 0)


@pytest.mark.parametrize(
    "error",
    [
        EngineFailed("Reading", "execution 47110 doesn't exist: execution is null"),
        EngineFailed("Reading", "the bean of task 4711 is broken"),
        EngineConflict("Reading", "4711 was updated by another transaction concurrently"),
    ],
    ids=["another thing", "another problem", "conflict"],
)
def test_any_other_failure_stays_what_it_is(error: EngineError) -> None:
    with pytest.raises(EngineFailed) as caught, missing_is_not_found("4711"):
        raise error
    assert caught.value is error
