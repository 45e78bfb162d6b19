import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from CamundaLibrary.errors import SettingsError
from CamundaLibrary.worker import state_folder
from CamundaLibrary.worker.state_folder import claim_state_folder

HOLDER = """
import sys, time
from pathlib import Path
from CamundaLibrary.worker.state_folder import claim_state_folder
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


def test_old_runs_and_too_many_are_removed_but_none_in_use(tmp_path, monkeypatch):
    monkeypatch.setattr(state_folder, "MOST_KEPT", 2)
    with claim_state_folder(tmp_path) as state:
        folders = [state.path / "runs" / f"20261121-10000{number}" for number in range(6)]
        for folder in folders:
            folder.mkdir()
            (folder / "console.txt").write_text("x", "utf-8")
        weeks_ago = time.time() - 15 * 86400
        os.utime(folders[4], (weeks_ago, weeks_ago))
        state.prune(in_use=frozenset([folders[0]]))
    assert [folder.exists() for folder in folders] == [True, False, False, False, False, True]
