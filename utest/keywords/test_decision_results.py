"""What a decision gave, in the shape that was asked for."""

import pytest

from CamundaLibrary.errors import NoSingleMatch
from CamundaLibrary.keywords.decision_results import DecisionResult, shape

BIG, HUGE = {"note": "big", "percent": 10}, {"note": "huge", "percent": 20}
INPUTS = {"amount": 500}


@pytest.mark.parametrize(
    ("table", "result", "output", "expected"),
    [
        ([], "TABLE", None, []),
        ([BIG, HUGE], "TABLE", None, [BIG, HUGE]),
        ([BIG], "ROW", None, BIG),
        ([BIG], "VALUE", "percent", 10),
        ([{"percent": 10}], "VALUE", None, 10),
        ([], "COLUMN", None, []),
        ([BIG, HUGE], "COLUMN", "percent", [10, 20]),
        ([{"percent": 10}, {"percent": 20}], "COLUMN", None, [10, 20]),
    ],
)
def test_shapes(table: list[object], result: str, output: str | None, expected: object) -> None:
    assert shape("discount", table, DecisionResult[result], output, INPUTS) == expected


@pytest.mark.parametrize(
    ("table", "result", "output", "sentence"),
    [
        ([], "ROW", None, "Decision 'discount' gave no row where one was asked for: no rule matched amount=500."),
        (
            [BIG, HUGE],
            "VALUE",
            "note",
            "Decision 'discount' gave 2 rows where one was asked for (amount=500): "
            "{'note': 'big', 'percent': 10}; {'note': 'huge', 'percent': 20}.",
        ),
        (
            [{"n": number} for number in range(7)],
            "ROW",
            None,
            "Decision 'discount' gave 7 rows where one was asked for (amount=500): "
            "{'n': 0}; {'n': 1}; {'n': 2}; {'n': 3}; {'n': 4} and 2 more.",
        ),
        ([BIG], "VALUE", None, "Decision 'discount' has several outputs: say output= with one of 'note', 'percent'."),
        ([BIG], "VALUE", "precent", "Decision 'discount' gave no output 'precent'. Did you mean 'percent'?"),
    ],
)
def test_what_is_not_one(table: list[object], result: str, output: str | None, sentence: str) -> None:
    with pytest.raises(NoSingleMatch) as caught:
        shape("discount", table, DecisionResult[result], output, INPUTS)
    assert str(caught.value) == sentence


def test_a_decision_without_inputs() -> None:
    with pytest.raises(NoSingleMatch) as caught:
        shape("discount", [], DecisionResult.ROW, None, {})
    assert str(caught.value).endswith("no rule matched no variables.")
