"""Results as the spool keeps them."""

from datetime import timedelta

import pytest

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.task.attachment import Attachment, attach_log
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.variables import FileValue, encode, encode_all
from CamundaLibrary.worker.state.result import Result, read_result, write_result
from CamundaLibrary.worker.state.run_folder import RunFolder

VARIABLES = {
    **encode_all({"n": 2**40, "text": "Jürgen", "nothing": None, "list": [1, {"a": 2}]}),
    "bytes": encode(b"\x00\xff"),
}


@pytest.fixture
def folder(tmp_path):
    return RunFolder(tmp_path / "run-1", "robot/comics/output")


@pytest.mark.parametrize(
    "outcome",
    [
        Completed(VARIABLES, encode_all({"own": "x"})),
        BpmnError("E", "No room.", VARIABLES),
        Failed("boom", "Traceback …", 2, timedelta(minutes=5), VARIABLES),
        Failed("boom \ud800"),
        GivenBack(timedelta(seconds=90)),
    ],
    ids=lambda outcome: type(outcome).__name__,
)
def test_a_result_is_read_back_as_it_was_and_needs_no_file(folder, outcome):
    assert read_result(folder, write_result(folder, Result(outcome))) == Result(outcome)
    assert not folder.exists


def test_log_and_kept_files_are_found_again_also_where_artifacts_were_moved(folder):
    output = folder.path / folder.artifacts
    output.mkdir(parents=True)
    (output / "report.pdf").write_bytes(b"%PDF")
    folder.handover.files.mkdir()
    log = folder.handover.files / "log.html"
    log.write_text("<html>", "utf-8")
    kept = Attachment("report", "task", output / "report.pdf", "report.pdf", "application/pdf")
    text = write_result(folder, Result(Failed("boom"), attach_log(log, "log", "task"), (kept,)))
    folder.keep()
    read = read_result(folder, text)
    assert (read.log.path.read_text("utf-8"), read.kept[0].path.read_bytes()) == ("<html>", b"%PDF")
    assert read.kept[0].path == folder.path / "output" / "report.pdf"


def test_files_of_variables_are_copied_into_the_folder(folder, tmp_path):
    folder.make()
    (tmp_path / "answer.txt").write_text("42", "utf-8")
    given = Completed({"answer": FileValue("answer.txt", path=tmp_path / "answer.txt")})
    text = write_result(folder, Result(given))
    (tmp_path / "answer.txt").unlink()
    assert read_result(folder, text).outcome.variables["answer"].path.read_text("utf-8") == "42"


def test_what_the_robot_wrote_itself_is_not_written_again(folder):
    folder.make()
    folder.handover.write_outcome(Completed(VARIABLES))
    text = write_result(folder, Result(Completed(VARIABLES), is_robots_own=True))
    assert "Jürgen" not in text
    assert read_result(folder, text) == Result(Completed(VARIABLES), is_robots_own=True)
    folder.handover.outcome_file.unlink()
    with pytest.raises(TaskFileError):
        read_result(folder, text)


def test_a_text_that_is_no_result_is_an_error(folder):
    with pytest.raises(ValueError, match="Expecting"):
        read_result(folder, "task")
