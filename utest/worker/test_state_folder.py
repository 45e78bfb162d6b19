import os
import subprocess
import sys
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.worker.state import kept_runs
from CamundaLibrary.worker.state.entry import Entry, Phase
from CamundaLibrary.worker.state.kept_runs import Retention
from CamundaLibrary.worker.state.orphans import birth, stop_orphans
from CamundaLibrary.worker.state.state_folder import claim_state_folder

HOLDER = """
import sys, time
from pathlib import Path
from CamundaLibrary.worker.state.state_folder import claim_state_folder
with claim_state_folder(Path(sys.argv[1])) as state:
    print(state.path, flush=True)
    time.sleep(60)
"""


def test_two_workers_have_two_folders_and_a_dead_ones_is_taken_over(tmp_path):
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline().strip() == str(tmp_path / "worker-1")
        with claim_state_folder(tmp_path) as state:
            assert state.path == tmp_path / "worker-2"
    finally:
        holder.kill()
        holder.communicate()
    with claim_state_folder(tmp_path) as state:
        assert state.path == tmp_path / "worker-1"


def test_a_state_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    path = tmp_path / "file" / "state"
    with pytest.raises(SettingsError) as caught, claim_state_folder(path):
        pass
    assert str(caught.value).startswith(f"The state folder '{path}' cannot be used: ")


def test_what_goes_wrong_while_the_folder_is_held_is_not_blamed_on_it(tmp_path):
    with pytest.raises(OSError, match=r"^disk full$"), claim_state_folder(tmp_path):
        raise OSError("disk full")


def test_a_relative_folder_is_absolute_for_robots_in_folders_of_their_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with claim_state_folder(Path("state")) as state:
        assert state.name_run_folder().is_relative_to(tmp_path / "state" / "worker-1")


def test_names_of_run_folders_cannot_be_guessed(tmp_path):
    with claim_state_folder(tmp_path) as state:
        names = {state.name_run_folder() for _ in range(100)}
    assert len(names) == 100
    assert all(len(path.name) == len("20261121-100000-0123456789abcdef") for path in names)


@pytest.fixture
def make_runs():
    """Makes folders of runs, oldest first, each with a console of 1000 bytes."""

    def make_runs(state, count):
        folders = [state.runs / f"20261121-10000{number}" for number in range(count)]
        for folder in folders:
            folder.mkdir()
            (folder / "console.txt").write_text("x" * 1000, "utf-8")
        return folders

    return make_runs


def entry_of(folder, phase=Phase.TAKEN):
    task = ExternalTask(f"task of {folder.name}", "search")
    return Entry(folder.name, "http://localhost:9", "me", task, Policy(), "robot/output", phase=phase)


def test_old_runs_and_too_much_of_them_are_removed_but_none_in_use(tmp_path, make_runs):
    with claim_state_folder(tmp_path, Retention(timedelta(days=7), 2500)) as state:
        folders = make_runs(state, 7)
        weeks_ago = time.time() - 15 * 86400
        os.utime(folders[5], (weeks_ago, weeks_ago))
        state.spool.take(entry_of(folders[1]))
        state.prune(in_use=[folders[0]])
    assert [folder.exists() for folder in folders] == [True, True, False, False, True, False, True]


def test_refused_and_lost_results_are_kept_for_the_whole_time_whatever_their_size(tmp_path, make_runs):
    with claim_state_folder(tmp_path, Retention(timedelta(days=7), 0)) as state:
        folders = make_runs(state, 3)
        for folder, phase in zip(folders, (Phase.REFUSED, Phase.LOST, Phase.REFUSED), strict=True):
            state.spool.take(entry_of(folder, phase))
        weeks_ago = time.time() - 15 * 86400
        os.utime(folders[2], (weeks_ago, weeks_ago))
        state.prune()
        assert [folder.exists() for folder in folders] == [True, True, False]
        assert [entry.run for entry in state.spool.entries()] == [folders[0].name, folders[1].name]


def test_a_refused_result_without_files_is_kept_as_long(tmp_path, monkeypatch):
    with claim_state_folder(tmp_path) as state:
        state.spool.take(entry_of(state.runs / "run-1", Phase.REFUSED))
        state.prune()
        assert [entry.run for entry in state.spool.entries()] == ["run-1"]
        later = time.time() + 8 * 86400
        monkeypatch.setattr(kept_runs, "time", lambda: later)
        monkeypatch.setattr(kept_runs, "monotonic", lambda: later)
        state.prune()
        assert state.spool.entries() == []


def test_pruning_looks_once_a_minute_at_most(tmp_path, make_runs):
    with claim_state_folder(tmp_path, Retention(size=0)) as state:
        state.prune()
        (folder,) = make_runs(state, 1)
        state.prune()
        assert folder.exists()


def is_alive(pid):
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def die(parent):
    """A worker takes a task and dies."""
    holder = subprocess.Popen([sys.executable, "-c", DYING, str(parent)], stdout=subprocess.PIPE, text=True)
    assert holder.wait(20) == 9
    return Path(holder.communicate()[0].strip())


DYING = """
import os, sys
from pathlib import Path
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.worker.state.entry import Entry
from CamundaLibrary.worker.state.state_folder import claim_state_folder
with claim_state_folder(Path(sys.argv[1])) as state:
    run = state.name_run_folder()
    run.mkdir()
    state.spool.take(Entry(run.name, "http://localhost:9", "me", ExternalTask("a", "b"), Policy(), "robot/output"))
    print(run, flush=True)
    os._exit(9)
"""


def test_what_dead_workers_left_is_inherited_by_the_next_until_it_is_done(tmp_path):
    with claim_state_folder(tmp_path):
        run = die(tmp_path)
        assert run.is_relative_to(tmp_path / "worker-2")
    with claim_state_folder(tmp_path) as state:
        assert [each.path.name for each in state.inherited] == ["worker-2"]
        assert [entry.run for entry in state.inherited[0].open_entries()] == [run.name]
        with claim_state_folder(tmp_path) as other:
            assert (other.path.name, other.inherited) == ("worker-3", ())
        state.inherited[0].spool.remove(run.name, "a")
    with claim_state_folder(tmp_path) as state:
        assert state.inherited == ()


def test_what_was_left_in_the_first_folder_is_the_next_workers_own(tmp_path):
    run = die(tmp_path)
    with claim_state_folder(tmp_path) as state:
        assert [entry.run for entry in state.open_entries()] == [run.name]


def test_robots_of_a_dead_worker_are_stopped_with_all_they_started(tmp_path):
    run = die(tmp_path)
    code = "import subprocess, sys, time; subprocess.Popen(['sleep', '60'], start_new_session=True); time.sleep(60)"
    environment = {**os.environ, "CAMUNDA_TASK_FILE": str(run / "task.json")}
    robot = subprocess.Popen([sys.executable, "-c", code], env=environment, start_new_session=True)
    try:
        deadline = time.monotonic() + 10
        while not (left := psutil.Process(robot.pid).children()) and time.monotonic() < deadline:
            time.sleep(0.01)
        stop_orphans(run.parent, [entry_of(run)], timedelta(seconds=0.2))
        assert not any(map(is_alive, [robot.pid, *(child.pid for child in left)]))
    finally:
        robot.kill()
        robot.wait()


def test_a_command_of_a_dead_worker_is_asked_to_end_in_order_first(tmp_path):
    code = """
import signal, sys, time
from pathlib import Path
signal.signal(signal.SIGTERM, lambda *_: (Path(sys.argv[1], "told").touch(), sys.exit()))
print("ready", flush=True)
time.sleep(60)
"""
    robot = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    try:
        assert robot.stdout.readline() == "ready\n"
        entry = entry_of(tmp_path)._replace(pid=robot.pid, born=birth(robot.pid), notices_death=False)
        stop_orphans(tmp_path, [entry])
        assert (tmp_path / "told").exists()
        assert not is_alive(robot.pid)
    finally:
        robot.kill()
        robot.communicate()


def test_another_process_of_the_same_id_is_left_alone(tmp_path):
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        entry = entry_of(tmp_path)._replace(pid=other.pid, born=time.time() - 3600)
        stop_orphans(tmp_path, [entry], timedelta())
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
