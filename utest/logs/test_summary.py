import pytest

from CamundaLibrary.logs import failure_details, failure_message
from CamundaLibrary.logs.summary import DETAILS_LIMIT


def java_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("1 != 2", "Search comics: 1 != 2"),
        ("Message: no such element\n  (Session info)\nStacktrace:\n#0", "Search comics: Message: no such element"),
        (
            "Several failures occurred:\n\n1) first\n\n2) second",
            "Search comics: Several failures occurred: 1) first",
        ),
        (
            "Parent suite setup failed:\nSetup failed:\nno network\nmore",
            "Search comics: Parent suite setup failed: Setup failed: no network",
        ),
        ("\n\n  a   lot\tof space  \n", "Search comics: a lot of space"),
        ("ends with a colon:", "Search comics: ends with a colon:"),
        ("*HTML*<b>bold</b> &lt;tag&gt; &amp; more<br>second line", "Search comics: bold <tag> & more"),
        ('*HTML* <p>broken</p> <img src="x.png">', "Search comics: broken"),
        ("<b>not HTML</b> 1 < 2", "Search comics: <b>not HTML</b> 1 < 2"),
        ("*HTML*1 < 2", "Search comics: 1 < 2"),
        ("", "Search comics: It failed without a message."),
        ("*HTML*<img src='x.png'>", "Search comics: It failed without a message."),
    ],
)
def test_a_message_is_one_line_with_the_robot_task_and_what_went_wrong(message: str, expected: str) -> None:
    assert failure_message("Search comics", message) == expected


def test_a_message_has_at_most_666_characters_as_java_counts_them() -> None:
    assert failure_message("T", "x" * 663) == "T: " + "x" * 663
    assert failure_message("T", "x" * 664) == "T: " + "x" * 662 + "…"
    assert java_length(failure_message("T", "🤖" * 500)) == 666
    assert java_length(failure_message("TT", "🤖" * 500)) == 665  # no half of a character
    assert failure_message("TT", "🤖" * 500) == "TT: " + "🤖" * 330 + "…"


def test_details_show_path_traceback_and_console() -> None:
    details = failure_details(
        ["Search comics", "Open page", "Click"], "Traceback (most recent call last):\n  x\n", "a\nb\n"
    )
    assert details == (
        "Where it failed:\n"
        "Search comics\n"
        "  Open page\n"
        "    Click\n"
        "\n"
        "Traceback:\n"
        "Traceback (most recent call last):\n"
        "  x\n"
        "\n"
        "End of the console output:\n"
        "a\n"
        "b"
    )


def test_details_leave_out_what_there_is_not() -> None:
    assert failure_details([], None, " \n") == ""
    assert failure_details(["Search comics"], "", None) == "Where it failed:\nSearch comics"


def test_details_keep_the_end_of_what_is_too_long() -> None:
    console = "".join(f"line {number}\n" for number in range(100_000))
    details = failure_details(["T"], "frame\n" * 100_000 + "Error: the cause", console)
    assert len(details) <= DETAILS_LIMIT
    assert "Error: the cause\n\nEnd of the console output:\n[" in details
    assert " characters cut]\n" in details
    assert details.endswith("line 99998\nline 99999")
