"""One thing where one was asked for."""

import pytest

from CamundaLibrary.errors import NoSingleMatch
from CamundaLibrary.keywords.choices import choose_one


def message_of(found, **more):
    with pytest.raises(NoSingleMatch) as error:
        choose_one("job of instance 'i'", found, str, **more)
    return str(error.value)


def test_the_only_one_is_returned_and_nobody_asks_what_else_there_is():
    assert choose_one("job", ["a"], str, known=lambda: pytest.fail("asked")) == "a"


def test_several_are_listed():
    assert message_of(["a", "b"]) == "There are 2 where one job of instance 'i' was asked for: 'a', 'b'."


def test_of_very_many_the_first_ten_are_listed():
    assert message_of([*range(12)]).endswith(": '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' and 2 more.")


def test_none_of_nothing():
    assert message_of([]) == "There is no job of instance 'i'."


def test_a_name_that_is_nearly_right():
    assert message_of([], asked="reviev", known=lambda: ["review", "reviews", "book"]) == (
        "There is no job of instance 'i'. Did you mean 'review' or 'reviews'?"
    )


def test_a_name_that_is_like_nothing_there():
    assert (
        message_of([], asked="x", known=lambda: ["b", "a", "b"])
        == "There is no job of instance 'i'. There are 'a', 'b'."
    )
    assert message_of([], asked="x", known=lambda: ["a"]) == "There is no job of instance 'i'. There is 'a'."
