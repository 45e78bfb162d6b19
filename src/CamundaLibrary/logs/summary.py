"""The words for a failed run: a short message and readable details."""

import re
from collections.abc import Sequence

MESSAGE_LIMIT = 666
"""Characters of Java (UTF-16 units): the engine cuts error messages there."""
DETAILS_LIMIT = 64_000
"""Characters of Python."""

_LINE_END = re.compile(r"</?(?:br|p|div|li|tr|hr|h\d|pre|table|ul|ol)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z!][^>]*>", re.IGNORECASE)


def failure_message(robot_task: str, message: str) -> str:
    """Returns in one line which robot task failed and why, in at most 666 characters as Java counts them.

    HTML becomes text. Of a `message` of several lines the first is taken, and the next as long as one ends with a
    colon (`Several failures occurred:`, `Parent suite setup failed:`).
    """
    reason = " ".join(_first_lines(_as_text(message))) or "It failed without a message."
    return _cut(f"{_in_one_line(robot_task)}: {reason}")


def failure_details(keyword_path: Sequence[str], traceback: str | None, console_tail: str | None) -> str:
    """Returns where it failed, the traceback and the end of the console, in at most 64,000 characters.

    `keyword_path` goes from the robot task to the keyword that failed. Of what is too long the end is kept.
    """
    path = "\n".join("  " * depth + _in_one_line(keyword) for depth, keyword in enumerate(keyword_path))
    sections = {"Where it failed": path, "Traceback": traceback, "End of the console output": console_tail}
    share = DETAILS_LIMIT // len(sections) - 100  # for headings and the remark that something is cut
    return "\n\n".join(
        f"{heading}:\n{_end_of(text.strip(chr(10)), share)}"
        for heading, text in sections.items()
        if text and text.strip()
    )


def _as_text(message: str) -> str:
    if not message.startswith("*HTML*"):
        return message
    from html import unescape  # takes a millisecond to import and is rarely needed

    return unescape(_TAG.sub("", _LINE_END.sub("\n", message.removeprefix("*HTML*"))))


def _first_lines(text: str) -> list[str]:
    lines: list[str] = []
    for line in filter(None, map(_in_one_line, text.splitlines())):
        lines.append(line)
        if not line.endswith(":"):
            break
    return lines


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _cut(text: str) -> str:
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) <= 2 * MESSAGE_LIMIT:
        return text
    return encoded[: 2 * (MESSAGE_LIMIT - 1)].decode("utf-16-le", "ignore") + "…"


def _end_of(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return f"[{len(text) - limit} characters cut]\n{text[-limit:]}"
