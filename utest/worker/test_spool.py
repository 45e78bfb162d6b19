"""What the spool remembers, also of a worker that is killed."""

import logging
import os
import subprocess
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.worker.state.entry import Entry, Phase
from CamundaLibrary.worker.state.spool import Spool, Trouble

NOON = datetime(2026, 11, 21, 12, 0, 0, 123000, tzinfo=timezone.utc)
TASK = ExternalTask(
    "id-1",
    "search",
    "me",
    business_key="Ä-1\n\ud83d",
    retries=2,
    priority=5,
    create_time=NOON,
    lock_expiration=NOON + timedelta(minutes=1),
    extension_properties={"robot.keep": "*.pdf"},
)
POLICY = Policy(5, (timedelta(seconds=0.5), timedelta(hours=2)), True, timedelta(seconds=90))
ENTRY = Entry("run-1", "http://localhost:9", "me", TASK, POLICY, "robot/comics/output", NOON, "TASK_ERROR")


@pytest.fixture
def spool(tmp_path):
    spool = Spool(tmp_path)
    yield spool
    spool.close()


def test_a_run_is_read_back_as_it_was_written(spool, tmp_path):
    spool.take(ENTRY)
    spool.note_start("run-1", 77, 1234.5)
    spool.note_end("run-1", "task")
    spool.move("run-1", Phase.UNDELIVERED, "The engine is away.")
    spool.close()
    (read,) = Spool(tmp_path).entries()
    assert read == ENTRY._replace(
        phase=Phase.UNDELIVERED,
        pid=77,
        born=1234.5,
        result="task",
        problem="The engine is away.",
        changed=read.changed,
    )
    assert datetime.now().timestamp() - read.changed < 60


def test_a_task_that_is_reported_takes_its_refused_and_lost_results_along(spool):
    for run, phase in (("run-1", Phase.REFUSED), ("run-2", Phase.LOST), ("run-3", Phase.TAKEN)):
        spool.take(ENTRY._replace(run=run, phase=phase))
    spool.take(ENTRY._replace(run="run-4", task=TASK._replace(id="other"), phase=Phase.REFUSED))
    spool.remove("run-3", "id-1")
    assert [entry.run for entry in spool.entries()] == ["run-4"]


def test_what_was_noted_outlives_a_process_that_is_killed(tmp_path):
    code = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.worker.state.entry import Entry
from CamundaLibrary.worker.state.spool import Spool
spool = Spool(Path(sys.argv[1]))
for number in range(50):
    spool.take(Entry(f"run-{number:02}", "x", "me", ExternalTask("a", "b"), Policy(), "robot"))
os.kill(os.getpid(), signal.SIGKILL)
"""
    killed = subprocess.run([sys.executable, "-c", code, str(tmp_path), ""], timeout=30)
    assert killed.returncode == -9
    assert [entry.run for entry in Spool(tmp_path).entries()] == [f"run-{number:02}" for number in range(50)]


def test_two_processes_can_use_it_at_once(spool, tmp_path):
    other = Spool(tmp_path)
    spool.take(ENTRY)
    assert [entry.run for entry in other.entries()] == ["run-1"]
    other.remove("run-1", "id-1")
    assert spool.entries() == []
    other.close()


def test_troubles_are_counted_by_task_and_kind_until_they_end(spool):
    first = spool.count_trouble("id-1", "environment")
    assert first.times == 1
    assert spool.count_trouble("id-1", "environment") == Trouble(2, first.since)
    assert spool.count_trouble("id-1", "death").times == 1
    assert spool.count_trouble("id-2", "environment").times == 1
    spool.end_trouble("id-1")
    assert spool.count_trouble("id-1", "environment").times == 1


def test_names_of_workers_are_remembered_until_an_orderly_end(spool, tmp_path):
    spool.note_worker("me", "http://localhost:9")
    spool.note_worker("me too", "http://localhost:8")
    spool.close()
    spool = Spool(tmp_path)
    spool.note_worker("next", "http://localhost:9")
    assert (spool.workers("http://localhost:9"), spool.workers("http://localhost:8")) == (["me", "next"], ["me too"])
    spool.forget_own_workers()
    assert spool.workers("http://localhost:9") == ["me"]
    assert spool.has_workers
    spool.forget_worker("me")
    spool.forget_worker("me too")
    assert not spool.has_workers
    spool.close()


def test_tasks_rest_until_their_pause_ends(spool):
    spool.note_rest("id-1", timedelta(hours=1))
    spool.note_rest("id-2", timedelta(0))
    assert spool.rests() == {"id-1"}


def test_a_file_that_is_no_spool_is_put_aside(tmp_path, caplog):
    (tmp_path / "spool.db").write_bytes(b"this is no database" * 100)
    spool = Spool(tmp_path)
    spool.take(ENTRY)
    assert len(spool.entries()) == 1
    assert (tmp_path / "spool.db.broken").exists()
    assert f"The spool '{tmp_path / 'spool.db'}' cannot be read (file is not a database). " in caplog.text
    spool.close()


LIMITED = """
import logging, resource, signal, sys
from pathlib import Path
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.worker.state.entry import Entry
from CamundaLibrary.worker.state.spool import Spool
logging.basicConfig(stream=sys.stdout, format="%(message)s")
spool = Spool(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
entry = Entry("run-0", "x", "me", ExternalTask("a", "b", error_message="x" * 5000), Policy(), "robot")
spool.take(entry)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    for number in range(1, 100):
        spool.take(entry._replace(run=f"run-{number}"))
except OSError as error:
    print(error)
spool.note_end("run-0", "task")
spool.move("run-0", spool.entries()[0].phase, "x" * 20_000)
print(spool.entries()[0].run)
"""


def test_a_disk_without_room_is_said_and_does_not_end_the_worker(tmp_path):
    """A limit of file sizes ends writes as a full disk does."""
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", LIMITED, str(tmp_path)]
    done = subprocess.run(command, timeout=30, capture_output=True, text=True, env=unmeasured)
    assert done.stderr == ""
    lines = done.stdout.splitlines()
    assert lines[0] == f"The spool '{tmp_path / 'spool.db'}' cannot be written: disk I/O error."
    assert f"The spool '{tmp_path / 'spool.db'}' cannot be written: disk I/O error." in lines[1:]
    assert lines[-1] == "run-0"


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(OSError, match="cannot be opened: unable to open database file") as caught:
        Spool(tmp_path / "missing")
    assert (
        str(caught.value)
        == f"The spool '{tmp_path / 'missing' / 'spool.db'}' cannot be opened: unable to open database file."
    )


def test_only_its_user_can_read_it(spool):
    assert Path(spool.path).stat().st_mode & 0o077 == 0


def test_a_closed_spool_is_warned_of_and_no_more(spool, caplog):
    caplog.set_level(logging.WARNING)
    spool.close()
    spool.note_end("run-1", "task")
    assert "cannot be written: Cannot operate on a closed database." in caplog.text
