"""What the log looks like, where it goes, and that nothing in it can pass for a line of its own."""

import io
import json
import logging
import re
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.worker.log import file as log_file
from CamundaLibrary.worker.log import repetitions
from CamundaLibrary.worker.log.fields import fields
from CamundaLibrary.worker.log.file import LogFile
from CamundaLibrary.worker.log.format import JsonFormat, TextFormat, open_log_file, set_up_logging

TASK = ExternalTask("a1b2", "Search comics", "pc-1-x", "A-17\n2026-01-01 00:00:00,000 CRITICAL forged", "p1")
LINE_ENDS = re.compile(r"[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


@pytest.fixture
def logger(monkeypatch):
    """The logger of the worker, with the handlers of `set_up_logging`."""
    logger = logging.getLogger("CamundaLibrary")
    monkeypatch.setattr(logging.getLogger("urllib3"), "level", logging.NOTSET)
    former = logger.handlers[:], logger.level
    logger.handlers = []
    yield logging.getLogger("CamundaLibrary.worker.test")
    for handler in logger.handlers:
        handler.close()
    logger.handlers, logger.level = former


@pytest.fixture
def clock(monkeypatch):
    """The time of the filter, which moves only when it is told to."""
    now = [1000.0]
    monkeypatch.setattr(repetitions, "monotonic", lambda: now[0])
    return now


def record_of(message, *arguments, level=logging.INFO, **extra):
    return logging.makeLogRecord(
        {"name": "CamundaLibrary.x", "msg": message, "args": arguments, "levelno": level,
         "levelname": logging.getLevelName(level), **extra}
    )  # fmt: skip


def test_a_line_of_text_has_time_level_and_message(logger, capsys):
    set_up_logging()
    logger.info("Task '%s': started.", "a1b2", extra=fields(TASK))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO Task 'a1b2': started\.\n", capsys.readouterr().err)


def test_a_line_of_json_has_the_fields_of_the_task_and_more(logger, capsys):
    set_up_logging("json")
    logger.warning("Task done.", extra=fields(TASK, outcome="failure", seconds=0.4, engine=None))
    entry = json.loads(capsys.readouterr().err)
    assert datetime.fromisoformat(entry.pop("time")).utcoffset() is not None
    assert entry == {
        "level": "WARNING",
        "logger": "CamundaLibrary.worker.test",
        "message": "Task done.",
        "taskId": "a1b2",
        "topic": "Search comics",
        "businessKey": "A-17\n2026-01-01 00:00:00,000 CRITICAL forged",
        "processInstanceId": "p1",
        "workerId": "pc-1-x",
        "outcome": "failure",
        "seconds": 0.4,
    }


def test_fields_that_all_lines_have_are_in_lines_without_task_too():
    entry = json.loads(JsonFormat({"workerId": "pc-1-x"}).format(record_of("Stopped.")))
    assert (entry["message"], entry["workerId"]) == ("Stopped.", "pc-1-x")


def test_what_names_no_value_of_json_is_written_as_text():
    entry = json.loads(JsonFormat().format(record_of("x", **fields(folder=Path("runs")))))
    assert entry["folder"] == "runs"


def test_a_message_of_several_lines_forges_no_line():
    text = TextFormat().format(record_of("Key '%s'.", "A\n2026-01-01 00:00:00,000 CRITICAL forged\r\nB\x1b[2J"))
    first, *rest = text.split("\n")
    assert first.endswith("INFO Key 'A")
    assert rest == ["    2026-01-01 00:00:00,000 CRITICAL forged", "    B\\x1b[2J'."]


@given(st.text())
def test_whatever_a_message_holds_only_one_line_begins_at_the_margin(message):
    lines = LINE_ENDS.split(TextFormat().format(record_of("%s", message)))
    assert re.match(r"\d{4}-", lines[0])
    assert all(line.startswith("    ") for line in lines[1:])


@given(st.text())
def test_whatever_a_message_holds_json_has_it_in_one_line(message):
    line = JsonFormat().format(record_of("%s", message, **fields(businessKey=message)))
    assert not LINE_ENDS.search(line)
    entry = json.loads(line)
    assert (entry["message"], entry["businessKey"]) == (message, message)


def test_a_traceback_is_indented_in_text_and_a_field_in_json():
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        record = record_of("The worker failed.", exc_info=sys.exc_info())
    first, *rest = TextFormat().format(record).split("\n")
    assert first.endswith("INFO The worker failed.")
    assert rest[0] == "    Traceback (most recent call last):"
    assert rest[-1] == "    RuntimeError: broken"
    assert json.loads(JsonFormat().format(record))["exception"].endswith("\nRuntimeError: broken")


def test_the_console_follows_what_stderr_is_at_the_moment(logger, monkeypatch):
    set_up_logging()
    view = io.StringIO()
    monkeypatch.setattr(sys, "stderr", view)
    logger.info("Said while a live view is there.")
    assert view.getvalue().endswith("INFO Said while a live view is there.\n")


def test_a_file_takes_the_same_lines_as_text(logger, capsys, tmp_path):
    set_up_logging("json", tmp_path / "logs" / "worker.log")
    logger.info("Köln \udc80", extra=fields(TASK))
    assert json.loads(capsys.readouterr().err)["message"] == "Köln \udc80"
    assert (tmp_path / "logs" / "worker.log").read_text("utf-8").endswith("INFO Köln \\udc80\n")


def test_a_file_that_cannot_be_written_is_refused(tmp_path):
    with pytest.raises(SettingsError) as caught:
        open_log_file(tmp_path)
    assert str(caught.value).startswith(f"The log file '{tmp_path}' cannot be written: ")


def test_a_file_that_is_full_is_put_aside_and_the_oldest_goes(tmp_path):
    handler = LogFile(tmp_path / "worker.log", most_bytes=100)
    for number in range(20):
        handler.emit(record_of(f"{number:02d}{'.' * 60}"))
    handler.close()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["worker.log", *(f"worker.log.{number}" for number in range(1, log_file.FILES))]
    assert (tmp_path / "worker.log").read_text().startswith("19")
    assert (tmp_path / "worker.log.4").read_text().startswith("15")


def test_a_full_file_that_cannot_be_put_aside_grows_on(tmp_path, monkeypatch):
    handler = LogFile(tmp_path / "worker.log", most_bytes=10)

    def refuse(source, target):
        raise PermissionError("held open")

    monkeypatch.setattr(handler, "rotate", refuse)
    for number in range(3):
        handler.emit(record_of(f"line {number} that is long"))
    handler.close()
    assert (tmp_path / "worker.log").read_text().splitlines() == [f"line {n} that is long" for n in range(3)]


def test_a_file_that_can_no_longer_be_written_is_said_once(tmp_path, capsys):
    handler = LogFile(tmp_path / "worker.log")
    handler.stream.close()
    for _ in range(3):
        handler.emit(record_of("lost"))
    handler.close()
    assert capsys.readouterr().err.count("cannot be written: I/O operation on closed file.\n") == 1


def test_the_same_warning_is_summed_up(logger, capsys, clock):
    set_up_logging()
    for second in range(0, 130, 10):
        clock[0] = 1000 + second
        logger.warning("Fetching failed: no answer. Trying again in %.1f s.", 1.1 + second)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert lines[0].endswith("WARNING Fetching failed: no answer. Trying again in 1.1 s.")
    added = r" Trying again in 61\.1 s\. \(The same was said 5 times more since \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\)"
    assert re.search(added, lines[1])


def test_a_trouble_of_a_night_is_a_few_lines(logger, capsys, clock):
    set_up_logging()
    for second in range(0, 8 * 3600, 20):
        clock[0] = 1000 + second
        logger.warning("Fetching failed.")
    assert 40 < len(capsys.readouterr().err.splitlines()) < 60


def test_warnings_that_differ_are_all_written(logger, capsys):
    set_up_logging()
    for number in range(5):
        logger.warning("Task '%s': failure.", number)
    assert len(capsys.readouterr().err.splitlines()) == 5


def test_what_is_no_trouble_is_always_written(logger, capsys):
    set_up_logging()
    for _ in range(5):
        logger.info("Task 'a': started.")
    assert len(capsys.readouterr().err.splitlines()) == 5


def test_console_and_file_sum_up_alike(logger, capsys, clock, tmp_path):
    set_up_logging("text", tmp_path / "worker.log")
    for second in (0, 1, 2, 70):
        clock[0] = 1000 + second
        logger.warning("Fetching failed.")
    console = capsys.readouterr().err
    assert console == (tmp_path / "worker.log").read_text("utf-8")
    assert "(The same was said 2 times more since " in console


def test_only_the_latest_warnings_are_remembered(monkeypatch):
    monkeypatch.setattr(repetitions, "_MOST_TEXTS", 3)
    summed_up = repetitions.Repetitions()
    for number in range(10):
        assert summed_up.filter(record_of(f"warning {number}", level=logging.WARNING))
    assert len(summed_up._texts) == 3
