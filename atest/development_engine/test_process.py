"""The engine as a process: its switches, and that nothing of it is left."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
import requests

from CamundaLibrary.development_engine import DevelopmentEngine, find_jdbc_url
from CamundaLibrary.errors import CamundaLibraryError, SettingsError

START_AND_WAIT = """
import sys, time
from pathlib import Path
from CamundaLibrary.development_engine import DevelopmentEngine
engine = DevelopmentEngine(Path(sys.argv[1]))
engine.start()
print(engine.process_id, flush=True)
time.sleep(60)
"""
USER = {"profile": {"id": "guest"}, "credentials": {"password": "guest"}}


def is_running(process_id):
    """Whether there is such a process; an ended one that nobody has waited for yet is none."""
    try:
        return "State:\tZ" not in Path(f"/proc/{process_id}/status").read_text()
    except FileNotFoundError:
        return False


def wait_until_ended(process_id):
    deadline = time.monotonic() + 20
    while is_running(process_id):
        assert time.monotonic() < deadline, f"Process {process_id} still runs."
        time.sleep(0.1)


def test_authentication_a_database_file_and_an_end_without_leftovers(jar, tmp_path, temporary):
    database = find_jdbc_url(str(tmp_path / "data" / "engine"))
    log = tmp_path / "engine.log"
    with DevelopmentEngine(jar, database=database, authentication=True, log=log) as engine:
        first = engine.process_id
        assert requests.get(f"{engine.url}/engine").status_code == 200
        assert requests.get(f"{engine.url}/user").status_code == 401
        assert [user["id"] for user in requests.get(f"{engine.url}/user", auth=engine.LOGIN).json()] == ["demo"]
        assert requests.post(f"{engine.url}/user/create", json=USER, auth=engine.LOGIN).status_code == 204
        assert requests.delete(f"{engine.url}/user/demo", auth=("guest", "guest")).status_code == 403
        assert requests.get(f"{engine.url}/user", auth=("guest", "wrong")).status_code == 401
    assert not is_running(first)
    assert list(temporary.iterdir()) == []
    assert "Tomcat started on port" in log.read_text()

    with DevelopmentEngine(jar, database=database) as engine:
        assert {user["id"] for user in requests.get(f"{engine.url}/user").json()} == {"demo", "guest"}
        os.kill(engine.process_id, signal.SIGKILL)
        with pytest.raises(CamundaLibraryError, match=r"^The engine ended by itself: exit code -9"):
            engine.wait()
    assert list(temporary.iterdir()) == []


def test_what_is_no_engine_fails_with_its_last_lines(tmp_path, temporary):
    jar = tmp_path / "engine.jar"
    jar.write_text("no jar")
    with pytest.raises(CamundaLibraryError) as failure:
        DevelopmentEngine(jar).start()
    assert str(failure.value) == (
        f"Starting the engine failed: exit code 1. Its last lines:\nError: Invalid or corrupt jarfile {jar}"
    )
    assert list(temporary.iterdir()) == []


def test_a_log_that_cannot_be_written_is_said_before_the_start(jar, tmp_path, temporary):
    with pytest.raises(SettingsError) as refusal:
        DevelopmentEngine(jar, log=tmp_path / "nowhere" / "engine.log").start()
    assert (
        str(refusal.value) == f"The log '{tmp_path}/nowhere/engine.log' cannot be written: No such file or directory."
    )
    assert list(temporary.iterdir()) == []


def test_an_engine_that_does_not_answer_in_time_is_stopped(jar, temporary):
    engine = DevelopmentEngine(jar)
    with pytest.raises(CamundaLibraryError, match=r"^Starting the engine failed: it did not answer in time"):
        engine.start(timeout=timedelta(seconds=0.5))
    assert not is_running(engine.process_id)
    assert list(temporary.iterdir()) == []


def test_the_engine_ends_when_its_parent_is_killed(jar, temporary):
    parent = subprocess.Popen([sys.executable, "-c", START_AND_WAIT, str(jar)], stdout=subprocess.PIPE, text=True)
    with parent:
        engine = int(parent.stdout.readline())
        assert is_running(engine)
        parent.kill()
    wait_until_ended(engine)
    assert list(temporary.iterdir()) == []
