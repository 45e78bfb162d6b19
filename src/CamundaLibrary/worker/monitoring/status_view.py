"""How the status of a worker looks on a terminal, and line by line elsewhere."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from CamundaLibrary.worker.log.format import escape_unseen

Status = Mapping[str, Any]
_STYLES = {
    "completed": "green",
    "bpmn_error": "cyan",
    "given_back": "cyan",
    "failure": "yellow",
    "incident": "bold red",
    "refused": "bold red",
    "lost": "red",
    "suspended": "yellow",
    "undelivered": "red",
}
_ID = 8  # characters of an id that are shown in a table
_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def render(title: str, status: Status, most_outcomes: int = 10) -> RenderableType:
    """Returns tables for a terminal: the worker, what runs, what is wrong, and what was done last."""
    parts: list[RenderableType] = [Text(title, style="bold"), *map(_render_trouble, troubles(status))]
    if status["running"]:
        parts.append(_running_table(status))
    if status["outcomes"]:
        parts.append(_outcomes_table(status["outcomes"][:most_outcomes]))
    return Group(*parts)


def headline(status: Status) -> str:
    """Returns one line on a worker."""
    slots = f"{len(status['running'])} of {status['slots']} slots taken"
    return f"{status['workerId']}, {status['state']} for {since(status['started'])}, {slots}"


def lines(status: Status) -> Iterator[str]:
    """Yields what `render` shows, for pipes and files."""
    yield from (f"  ! {trouble}" for trouble in troubles(status))
    for task in status["running"]:
        yield f"  runs {_label(task)} for {since(task['started'])}{_tell_keyword(task)}"
    for outcome in status["outcomes"]:
        message = f": {clean(outcome['message'])}" if outcome["message"] else ""
        yield f"  {outcome['outcome']} {_label(outcome)} {since(outcome['reported'])} ago{message}"


def troubles(status: Status) -> Iterator[str]:
    """Yields what an operator should know: engines that are away, topics that are paused, builds that failed."""
    for engine in status["engines"]:
        if engine["problem"]:
            yield clean(engine["problem"])
    for paused in status["pausedTopics"]:
        until = f" until {_clock(paused['until'])}" if paused["until"] else ""
        yield f"Topic '{clean(paused['topic'])}' is paused by {paused['reason']}{until}."
    for build in status["environments"]:
        if build["problem"]:
            yield f"Environment '{clean(build['name'])}' could not be built: {clean(build['problem'])}"


def since(time: str) -> str:
    """Returns how long ago that was: `12 s`, `3 min`."""
    passed = max(datetime.now(timezone.utc) - datetime.fromisoformat(time), timedelta()).total_seconds()
    size, unit = next(((size, unit) for size, unit in _UNITS if passed >= size), (1, "s"))
    return f"{int(passed // size)} {unit}"


def clean(text: object) -> str:
    """Returns text in one line that steers no terminal: it may come from a process or a robot."""
    return escape_unseen(" ".join(str(text or "").split()))


def _render_trouble(sentence: str) -> Text:
    return Text(f"! {sentence}", style="yellow")


def _running_table(status: Status) -> Table:
    table = _table("running", "keyword", "for")
    for task in status["running"]:
        keyword_time = since(task["keywordSince"]) if task["keywordSince"] else ""
        innermost = (task["keyword"] or "").rpartition(" > ")[2]
        table.add_row(*_cells(*_about(task), since(task["started"]), innermost, keyword_time))
    return table


def _outcomes_table(outcomes: list[Mapping[str, Any]]) -> Table:
    table = _table("done", "message", "outcome")
    for each in outcomes:
        seconds = "" if each["seconds"] is None else f"{each['seconds']:.1f} s"
        outcome = Text(each["outcome"], style=_STYLES.get(each["outcome"], ""))
        table.add_row(*_cells(*_about(each), seconds, each["message"]), outcome)
    return table


def _table(what: str, text: str, last: str) -> Table:
    """What is short is shown whole; the texts share the room that is left."""
    table = Table(box=None, pad_edge=False, header_style="dim", padding=(0, 2, 0, 0), expand=True)
    table.add_column(what, no_wrap=True, width=_ID)
    table.add_column("topic", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("business key", no_wrap=True, overflow="ellipsis", ratio=2)
    table.add_column("time", no_wrap=True, width=8, justify="right")
    table.add_column(text, no_wrap=True, overflow="ellipsis", ratio=5)
    table.add_column(last, no_wrap=True, width=11)
    return table


def _about(task: Mapping[str, Any]) -> tuple[object, ...]:
    return clean(task["taskId"])[:_ID], task["topic"], task["businessKey"]


def _cells(*values: object) -> list[Text]:
    return [Text(clean(value)) for value in values]


def _label(task: Mapping[str, Any]) -> str:
    key = f" (business key '{clean(task['businessKey'])}')" if task["businessKey"] else ""
    return f"task '{clean(task['taskId'])}' of topic '{clean(task['topic'])}'{key}"


def _tell_keyword(task: Mapping[str, Any]) -> str:
    if not task["keyword"]:
        return ""
    return f", keyword {clean(task['keyword'])} for {since(task['keywordSince'])}"


def _clock(time: str) -> str:
    return f"{datetime.fromisoformat(time).astimezone():%Y-%m-%d %H:%M:%S}"
