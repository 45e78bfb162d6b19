"""Durations in settings, manifests and files: as Robot Framework writes them, or ISO 8601."""

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from robot.utils import timestr_to_secs

from CamundaLibrary.durations import format_duration, format_iso, parse_duration, parse_durations, to_milliseconds

SPELLINGS = {
    "milliseconds": "millisecond milliseconds millisec millisecs millis msec msecs ms",
    "seconds": "second seconds sec secs s",
    "minutes": "minute minutes min mins m",
    "hours": "hour hours h",
    "days": "day days d",
    "weeks": "week weeks w",
}
EVERY_SPELLING = [(unit, spelling) for unit, spellings in SPELLINGS.items() for spelling in spellings.split()]


@pytest.mark.parametrize(("unit", "spelling"), EVERY_SPELLING)
def test_every_spelling_of_a_unit_is_read_as_robot_framework_reads_it(unit, spelling):
    text = f"3 {spelling}"

    assert parse_duration(text) == timedelta(**{unit: 3})
    assert parse_duration(text).total_seconds() == timestr_to_secs(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("90", 90),
        ("1.5", 1.5),
        ("90s", 90),
        ("5 minutes", 300),
        ("1:30", 90),
        ("01:30", 90),
        ("1:00:00", 3600),
        ("1:02:03.5", 3723.5),
        ("0:90", 90),
        ("1 day 2 hours 3 minutes 4 seconds 5 milliseconds", 93784.005),
        ("1h30m", 5400),
        ("1.5 hours", 5400),
        ("1 MIN 30 Sec", 90),
        ("  10 s  ", 10),
        ("1d2h", 93600),
    ],
)
def test_forms_of_robot_framework(text, seconds):
    assert parse_duration(text).total_seconds() == timestr_to_secs(text) == seconds


@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.sampled_from(list(SPELLINGS))), min_size=1, unique_by=lambda part: part[1]
    ),
    st.data(),
)
def test_any_list_of_units_is_read_as_robot_framework_reads_it(parts, data):
    words = [
        f"{number}{data.draw(st.sampled_from(['', ' ', '  ']))}{data.draw(st.sampled_from(SPELLINGS[unit].split()))}"
        for number, unit in parts
    ]
    text = data.draw(st.sampled_from(["", " "])).join(words)

    assert parse_duration(text).total_seconds() == pytest.approx(timestr_to_secs(text, round_to=None), abs=2e-6)


@given(st.floats(0, 1e8), st.integers(1, 6))
def test_any_number_is_seconds(number, digits):
    text = f"{number:.{digits}f}"
    assert parse_duration(text).total_seconds() == pytest.approx(timestr_to_secs(text, round_to=None), abs=2e-6)


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 999))
def test_any_timer_is_read_as_robot_framework_reads_it(hours, minutes, seconds, milliseconds):
    for text in (f"{minutes}:{seconds:02}", f"{hours}:{minutes}:{seconds:02}.{milliseconds:03}"):
        assert parse_duration(text).total_seconds() == pytest.approx(timestr_to_secs(text, round_to=None), abs=2e-6)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT5M", timedelta(minutes=5)),
        ("PT0S", timedelta()),
        ("PT0.5S", timedelta(milliseconds=500)),
        ("PT90S", timedelta(seconds=90)),
        ("P1DT2H", timedelta(days=1, hours=2)),
        ("P1DT2H3M4.5S", timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("P2W", timedelta(weeks=2)),
        ("P3D", timedelta(days=3)),
        ("pt5m", timedelta(minutes=5)),
    ],
)
def test_forms_of_iso_8601(text, expected):
    assert parse_duration(text) == expected


NO_DURATIONS = (
    *("", " ", "soon", "-5", "-5s", "- 5 s", "5 parsecs", "5 s later", "s", "1,5s", "inf", "nan", "1e3", "None"),
    *("1:2:3:4", "1:", ":30", "P", "PT", "P1DT", "P1M", "P1Y", "PT1.5M", "5M3", "5 s\n5"),
)


@pytest.mark.parametrize("text", NO_DURATIONS)
def test_what_is_no_duration_is_refused(text):
    sentence = f"'{text.strip()}' is no duration. Write it like '90s', '5 minutes', '1:30' or 'PT5M'."
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["9" * 400, "999999999999 weeks", "P9999999999D", "99999999999999:00:00"])
def test_more_than_a_timedelta_holds_is_refused(text):
    with pytest.raises(ValueError, match=f"^'{text}' is too long a duration.$"):
        parse_duration(text)


def test_lists_are_separated_by_commas():
    assert parse_durations("10s, 1m,PT10M") == (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))
    assert parse_durations("1:30") == (timedelta(seconds=90),)


def test_one_wrong_duration_makes_the_list_wrong():
    with pytest.raises(ValueError, match=r"^'' is no duration\."):
        parse_durations("10s,,1m")


@pytest.mark.parametrize(
    ("duration", "words", "iso"),
    [
        (timedelta(), "0 seconds", "PT0S"),
        (timedelta(milliseconds=1), "1 millisecond", "PT0.001S"),
        (timedelta(milliseconds=1500), "1 second 500 milliseconds", "PT1.5S"),
        (timedelta(seconds=1), "1 second", "PT1S"),
        (timedelta(seconds=90), "1 minute 30 seconds", "PT1M30S"),
        (timedelta(minutes=1), "1 minute", "PT1M"),
        (timedelta(hours=1), "1 hour", "PT1H"),
        (timedelta(days=1), "1 day", "P1D"),
        (timedelta(days=40, hours=2, seconds=3), "40 days 2 hours 3 seconds", "P40DT2H3S"),
        (timedelta(seconds=59, microseconds=999_600), "1 minute", "PT1M"),
    ],
)
def test_durations_are_written_for_people_and_for_files(duration, words, iso):
    assert format_duration(duration) == words
    assert format_iso(duration) == iso


@given(st.timedeltas(timedelta(), timedelta(days=10_000)))
def test_what_is_written_is_read_back_at_millisecond_precision(duration):
    milliseconds = timedelta(milliseconds=to_milliseconds(duration))

    assert parse_duration(format_iso(duration)) == milliseconds
    assert parse_duration(format_duration(duration)) == milliseconds
    assert timestr_to_secs(format_duration(duration)) == pytest.approx(milliseconds.total_seconds())
