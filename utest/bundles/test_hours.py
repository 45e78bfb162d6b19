from datetime import datetime, timedelta

import pytest

from CamundaLibrary.bundles.hours import parse_hours

MONDAY = datetime(2026, 11, 16)


def at(day: int, clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return MONDAY + timedelta(days=day, hours=hour, minutes=minute)


@pytest.mark.parametrize(
    ("text", "day", "clock", "is_open"),
    [
        ("Mo-Fr 06:00-22:00; Sa 08:00-12:00", 0, "06:00", True),
        ("Mo-Fr 06:00-22:00; Sa 08:00-12:00", 0, "05:59", False),
        ("Mo-Fr 06:00-22:00; Sa 08:00-12:00", 4, "21:59", True),
        ("Mo-Fr 06:00-22:00; Sa 08:00-12:00", 4, "22:00", False),
        ("Mo-Fr 06:00-22:00; Sa 08:00-12:00", 5, "08:00", True),
        ("Mo-Fr 06:00-22:00; Sa 08:00-12:00", 6, "10:00", False),
        ("24/7", 6, "23:59", True),
        ("22:00-06:00", 3, "23:00", True),
        ("22:00-06:00", 3, "05:59", True),
        ("22:00-06:00", 3, "06:00", False),
        ("Su 22:00-02:00", 0, "01:00", True),
        ("Su 22:00-02:00", 6, "01:00", False),
        ("Fr-Mo 10:00-11:00", 6, "10:30", True),
        ("Fr-Mo 10:00-11:00", 1, "10:30", False),
        ("mo, WE 8:00-12:00, 13:00-17:00", 2, "16:00", True),
        ("mo, WE 8:00-12:00, 13:00-17:00", 2, "12:30", False),
        ("Mo 00:00-24:00", 0, "23:59", True),
        ("Mo 00:00-24:00", 1, "00:00", False),
    ],
)
def test_a_time_is_within_the_hours_or_not(text, day, clock, is_open):
    assert parse_hours(text).is_open(at(day, clock)) is is_open


@pytest.mark.parametrize(
    ("text", "now", "change"),
    [
        ("Mo-Fr 06:00-22:00", at(0, "05:00"), at(0, "06:00")),
        ("Mo-Fr 06:00-22:00", at(0, "06:00"), at(0, "22:00")),
        ("Mo-Fr 06:00-22:00", at(4, "22:00"), at(7, "06:00")),
        ("22:00-06:00", at(6, "23:00"), at(7, "06:00")),
        ("Mo-Sa 00:00-24:00", at(2, "12:00"), at(6, "00:00")),
        ("Mo-Sa 00:00-24:00", at(6, "12:00"), at(7, "00:00")),
    ],
)
def test_the_next_change_is_known(text, now, change):
    assert parse_hours(text).until_change(now) == change - now


@pytest.mark.parametrize("text", ["24/7", "00:00-24:00", "Mo-Su 00:00-12:00; 12:00-24:00"])
def test_what_is_always_open_never_changes(text):
    assert parse_hours(text).until_change(at(3, "15:00")) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "'' are no hours. Write it like 'Mo-Fr 06:00-22:00; Sa 08:00-12:00', '22:00-06:00' or '24/7'."),
        ("Mo-Xx 06:00-22:00", "'Xx' is no day. Days are Mo, Tu, We, Th, Fr, Sa, Su."),
        ("Mo 06:00-25:00", "'06:00-25:00' is no span of time: a day goes from 00:00 to 24:00."),
        ("Mo 06:00-06:00", "'06:00-06:00' is no span of time: it begins and ends at once."),
        (
            "Mo 6-22",
            "'6-22' is no span of time. Write it like 'Mo-Fr 06:00-22:00; Sa 08:00-12:00', '22:00-06:00' or '24/7'.",
        ),
        (
            "always",
            "'always' in 'always' are no hours. "
            "Write it like 'Mo-Fr 06:00-22:00; Sa 08:00-12:00', '22:00-06:00' or '24/7'.",
        ),
    ],
)
def test_what_are_no_hours_is_said_in_a_sentence(text, said):
    with pytest.raises(ValueError, match="no ") as caught:
        parse_hours(text)
    assert str(caught.value) == said
