"""A task that came from a task file: by hand, or from a worker that keeps the lock."""

from datetime import datetime, timedelta, timezone

import pytest

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.attachment import attach_log
from CamundaLibrary.task.file_sink import FileSink
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import Completed, Failed
from CamundaLibrary.variables import encode_all

HOUR = timedelta(hours=1)


@pytest.fixture
def handover(tmp_path):
    return Handover(tmp_path / "task.json")


@pytest.fixture
def sink(handover):
    return FileSink(handover, Settings(log_variable="protocol", log_scope="process"))


class TestLock:
    def test_by_hand_there_is_no_lock_to_lose(self, sink):
        assert sink.lock_problem() is None

    @pytest.mark.parametrize(
        ("held_for", "lost", "problem"),
        [
            (HOUR, False, None),
            (-HOUR, False, "it ran out"),
            (HOUR, True, "another worker has it, or it is gone"),
            (-HOUR, True, "another worker has it, or it is gone"),
        ],
    )
    def test_what_the_worker_knows_counts(self, sink, handover, held_for, lost, problem):
        handover.write_lock(datetime.now(timezone.utc) + held_for, lost=lost)
        assert sink.lock_problem() == problem

    def test_a_lock_file_that_cannot_be_read_is_no_proof_of_a_lock(self, sink, handover):
        handover.lock_file.write_text("{")
        with pytest.raises(TaskFileError, match=r"^Reading the lock file '.*' failed: "):
            sink.lock_problem()


class TestReport:
    def test_by_hand_the_outcome_is_written_and_shown(self, sink, handover):
        outcome = Completed(encode_all({"n": 3}))
        reported = sink.report(outcome, None, handover.task_file.parent)
        assert reported[:2] == (
            "Outcome of the task: completed\n  process variables:\n    n  3 (Integer)\n"
            f"  written to {handover.outcome_file}",
            False,
        )
        assert handover.read_outcome() == (outcome, None)

    def test_under_a_worker_it_is_written_and_the_worker_tells(self, sink, handover):
        handover.write_lock(datetime.now(timezone.utc), lost=False)
        assert sink.report(Failed("It broke."), None, handover.task_file.parent)[:2] == ("", False)
        assert handover.read_outcome() == (Failed("It broke."), None)

    def test_the_log_goes_under_the_name_and_to_the_scope_of_the_settings(self, sink, handover):
        path = sink.files / "log.html"
        path.write_text("<html>")
        sink.report(Completed(), path, handover.task_file.parent)
        assert handover.read_outcome().log == attach_log(path, "protocol", "process")


def test_the_folder_for_files_is_made_when_it_is_first_needed(sink, handover):
    assert not handover.files.exists()
    assert sink.files == handover.files
    assert handover.files.is_dir()
    assert sink.files == handover.files


def test_a_task_file_without_extension_properties_has_none(sink):
    assert sink.extension_properties() == {}
