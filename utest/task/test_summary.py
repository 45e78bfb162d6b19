"""The block that a person sees at the end of a run."""

from datetime import timedelta
from textwrap import dedent

import pytest

from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.task.summary import summarise
from CamundaLibrary.variables import FileValue, encode_all

VARIABLES = encode_all({"results": ["a", "b"], "n": 3})

BLOCKS = [
    (Completed(), "Outcome of the task: completed\n  sent"),
    (
        Completed(VARIABLES, encode_all({"note": "seen"})),
        """
        Outcome of the task: completed
          process variables:
            results  ['a', 'b'] (Json)
            n        3 (Integer)
          task variables:
            note  seen (String)
          sent""",
    ),
    (
        BpmnError("not_found", "No comic matches.", encode_all({"query": "x"})),
        """
        Outcome of the task: BPMN error 'not_found': No comic matches.
          process variables:
            query  x (String)
          sent""",
    ),
    (GivenBack(timedelta(minutes=2)), "Outcome of the task: given back, free again after 2 minutes\n  sent"),
    (Failed("It broke."), "Outcome of the task: failure: It broke.\n  sent"),
    (
        Failed("It broke.", retries=0, retry_timeout=timedelta(minutes=1)),
        "Outcome of the task: failure: It broke.\n  no tries left: an incident\n  sent",
    ),
    (
        Failed("It broke.", retries=2, retry_timeout=timedelta(minutes=1)),
        "Outcome of the task: failure: It broke.\n  tries left: 2, the next after 1 minute\n  sent",
    ),
    (Failed("It broke.", retries=2), "Outcome of the task: failure: It broke.\n  tries left: 2\n  sent"),
    (
        Failed("It broke.", retries=2, retry_timeout=timedelta()),
        "Outcome of the task: failure: It broke.\n  tries left: 2\n  sent",
    ),
]


@pytest.mark.parametrize(("outcome", "block"), BLOCKS)
def test_the_block(outcome, block):
    assert summarise(outcome, "sent") == dedent(block).strip()


def test_values_take_one_line_each_and_long_ones_are_cut():
    lines = summarise(Completed(encode_all({"text": "a\nb\t c", "long": "x" * 101, "fits": "x" * 100})), "sent")
    assert lines.splitlines()[2:5] == [
        "    text  a b c (String)",
        f"    long  {'x' * 99}… (String)",
        f"    fits  {'x' * 100} (String)",
    ]


def test_files_are_shown_by_their_names():
    assert "    comic  comic.png (File)" in summarise(Completed({"comic": FileValue("comic.png")}), "sent")
