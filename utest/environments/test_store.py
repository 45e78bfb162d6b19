"""Environments shared by threads, workers and time; a stand-in builds them."""

import logging
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from CamundaLibrary.environments.failures import Failures
from CamundaLibrary.environments.programs import MARK, BuildAbandonedError, mask
from CamundaLibrary.environments.store import UNUSED_FOR
from CamundaLibrary.errors import EnvironmentNotBuilt

BROKEN = "import sys; [print('line', n) for n in range(40)]; print('no such package'); sys.exit(3)"


def complete(environment) -> Path:
    return environment.python.parent.parent / "camunda-robot.complete"


def builders(environments: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK, "").startswith(str(environments)):
                found.append(process)
        except (psutil.Error, OSError):
            pass
    return found


def wait_until(is_true, seconds=10):
    deadline = time.monotonic() + seconds
    while not is_true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_an_environment_is_built_once_and_found_again_by_other_workers(make_store, stand_in, specify, caplog):
    caplog.set_level(logging.INFO)
    told = []
    store = make_store(built=lambda *args: told.append(args))
    first = store.environment(specify("requests"), stand_in(), "comics")
    assert store.environment(specify("requests"), stand_in(), "comics") == first
    assert make_store().environment(specify("requests"), stand_in(), "other") == first
    assert subprocess.run([first.python, "-c", "import CamundaListener"], check=False).returncode == 0
    assert stand_in().builds == 1
    [(title, seconds, problem)] = told
    assert (title, problem) == ("comics", None)
    assert 0 < seconds < 60
    begun, ended = caplog.messages
    assert begun == f"Building environment {first.key} of bundle 'comics' with stand-in."
    assert ended.startswith(f"Environment {first.key} of bundle 'comics' was built (")


def test_threads_that_need_the_same_environment_build_it_once(make_store, stand_in, specify):
    store, specification = make_store(), specify("requests")
    with ThreadPoolExecutor(4) as pool:
        jobs = [pool.submit(store.environment, specification, stand_in(), "comics") for _ in range(4)]
    assert len({job.result() for job in jobs}) == 1
    assert stand_in().builds == 1


PROCESS = """
import sys
sys.path.insert(0, {here!r})
from pathlib import Path
from stand_in import StandIn
from CamundaLibrary.environments.specification import Specification
from CamundaLibrary.environments.store import EnvironmentStore
store = EnvironmentStore(Path({folder!r}), {{}})
print(store.environment(Specification(Path({source!r}), ("x",)), StandIn(Path({diary!r}), {program!r}), "b").python)
"""


def script(tmp_path, program="pass") -> list[str]:
    paths = {"folder": "environments", "source": "comics/robot.yaml", "diary": "diary"}
    values = {name: str(tmp_path / path) for name, path in paths.items()}
    return [sys.executable, "-c", PROCESS.format(here=str(Path(__file__).parent), program=program, **values)]


def test_workers_that_start_together_build_it_once(tmp_path, stand_in):
    processes = [subprocess.Popen(script(tmp_path), stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = {process.communicate(timeout=60)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0, 0]
    assert len(answers) == 1
    assert stand_in().builds == 1


def test_what_a_killed_worker_left_half_built_is_mended_and_its_builder_is_gone(tmp_path, stand_in):
    worker = subprocess.Popen(script(tmp_path, "import time; time.sleep(60)"), stderr=subprocess.DEVNULL)
    folder = tmp_path / "environments"
    wait_until(lambda: any("time.sleep" in part for each in builders(folder) for part in each.cmdline()))
    worker.kill()
    worker.wait()
    [left] = builders(folder)
    done = subprocess.run(script(tmp_path), capture_output=True, text=True, check=True)
    assert Path(done.stdout.strip()).exists()
    assert stand_in().builds == 2
    assert not left.is_running() or left.status() == psutil.STATUS_ZOMBIE


def test_a_build_that_fails_tells_what_the_builder_said_last(make_store, stand_in, specify, caplog):
    told = []
    store = make_store(built=lambda *args: told.append(args))
    with pytest.raises(EnvironmentNotBuilt) as caught:
        store.environment(specify("requests"), stand_in(BROKEN), "comics")
    sentence = (
        "The environment of bundle 'comics' was not built from 'requirements.txt': 'python -c' failed (exit code 3)."
    )
    assert str(caught.value) == sentence
    assert caught.value.details.splitlines() == [f"line {number}" for number in range(11, 40)] + ["no such package"]
    assert told[0][2] == sentence
    assert caplog.messages == [sentence]


def test_an_environment_without_the_listener_is_not_good(make_store, stand_in, specify):
    with pytest.raises(EnvironmentNotBuilt) as caught:
        make_store().environment(specify("requests"), stand_in(borrows=False), "comics")
    assert str(caught.value) == (
        "The environment of bundle 'comics' was not built from 'requirements.txt': Importing robot and "
        "CamundaListener in it failed: ModuleNotFoundError: No module named 'robot'."
    )


def test_a_failed_build_is_repeated_after_growing_pauses_only(make_store, stand_in, specify):
    now = [0.0]
    store = make_store(failures=Failures(lambda: now[0]))
    begun = []
    for minute in range(60):
        now[0] = minute * 60.0
        before = stand_in().builds
        for _ in range(3):
            with pytest.raises(EnvironmentNotBuilt, match=r"failed \(exit code 3\)") as caught:
                store.environment(specify("requests"), stand_in(BROKEN), "comics")
            assert caught.value.details.endswith("no such package")
        begun += [minute] * (stand_in().builds - before)
    assert begun == [0, 1, 3, 7, 15, 25, 35, 45, 55]


def test_other_environments_are_built_while_one_cannot_be(make_store, stand_in, specify):
    store = make_store()
    with pytest.raises(EnvironmentNotBuilt):
        store.environment(specify("one"), stand_in(BROKEN), "comics")
    assert store.environment(specify("two"), stand_in(), "comics").python.exists()


def test_what_was_mended_is_built_again_after_its_pause(make_store, stand_in, specify):
    now = [0.0]
    store = make_store(failures=Failures(lambda: now[0]))
    with pytest.raises(EnvironmentNotBuilt):
        store.environment(specify("one"), stand_in(BROKEN), "comics")
    now[0] = 61.0
    assert store.environment(specify("one"), stand_in(), "comics").python.exists()


def test_a_build_that_takes_too_long_is_ended_with_what_it_started(make_store, stand_in, specify, tmp_path):
    sleep = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    store = make_store(time_limit=timedelta(seconds=2))
    with pytest.raises(EnvironmentNotBuilt, match=r"was stopped after its time limit of 2 seconds\."):
        store.environment(specify("requests"), stand_in(sleep), "comics")
    assert builders(tmp_path / "environments") == []


def test_a_build_that_nobody_wants_any_more_ends_and_is_no_failure(make_store, stand_in, specify, tmp_path):
    store, unwanted, ended = make_store(), threading.Event(), []

    def build():
        try:
            store.environment(specify("x"), stand_in("import time; time.sleep(60)"), "comics", unwanted.is_set)
        except BuildAbandonedError as error:
            ended.append(error)

    thread = threading.Thread(target=build)
    thread.start()
    wait_until(lambda: any("time.sleep" in part for each in builders(tmp_path) for part in each.cmdline()))
    unwanted.set()
    thread.join(10)
    assert len(ended) == 1
    assert builders(tmp_path) == []
    assert store.environment(specify("x"), stand_in(), "comics").python.exists()


def test_what_only_rcc_can_install_is_said(make_store, stand_in, specify):
    with pytest.raises(EnvironmentNotBuilt) as caught:
        make_store().environment(specify()._replace(only_rcc=("nodejs", "git")), stand_in(), "comics")
    assert str(caught.value) == (
        "The environment of bundle 'comics' was not built from 'requirements.txt': only rcc can install these: "
        "nodejs, git."
    )


def make_old(environment) -> None:
    long_ago = time.time() - UNUSED_FOR.total_seconds() - 60
    os.utime(complete(environment), (long_ago, long_ago))


def test_what_nobody_used_for_30_days_is_removed_and_nothing_else(make_store, stand_in, specify):
    old, new = (make_store().environment(specify(name), stand_in(), "comics") for name in ("old", "new"))
    make_old(old)
    make_store().prune()
    assert not old.python.exists()
    assert new.python.exists()
    assert make_store().environment(specify("old"), stand_in(), "comics") == old
    assert old.python.exists()


def test_being_used_again_keeps_an_environment(make_store, stand_in, specify):
    old = make_store().environment(specify("old"), stand_in(), "comics")
    make_old(old)
    make_store().environment(specify("old"), stand_in(), "comics")
    make_store().prune()
    assert old.python.exists()


def test_an_environment_in_which_a_program_runs_is_never_removed(make_store, stand_in, specify):
    old = make_store().environment(specify("old"), stand_in(), "comics")
    make_old(old)
    process = subprocess.Popen([old.python, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        make_store().prune()
        assert old.python.exists()
    finally:
        process.communicate()


def test_an_environment_that_is_being_built_is_never_removed(make_store, stand_in, specify):
    store = make_store()
    old = store.environment(specify("old"), stand_in(), "comics")
    make_old(old)
    with store._file_lock(old.key):
        make_store().prune()
    assert old.python.exists()


def test_credentials_of_indexes_are_shown_to_nobody(make_store, stand_in, specify, monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "http://me:s3cret%21@localhost/simple")
    monkeypatch.setenv("UV_INDEX_SHOP_PASSWORD", "t0ken")
    program = "import os, sys; print('Looking in', os.environ['PIP_INDEX_URL'], 's3cret!', 't0ken'); sys.exit(1)"
    with pytest.raises(EnvironmentNotBuilt) as caught:
        make_store().environment(specify("x"), stand_in(program), "comics")
    assert caught.value.details == "Looking in http://***@localhost/simple <secret> <secret>"
    assert mask("https://a:b@localhost/x and file:///home/a@b", {}) == "https://***@localhost/x and file:///home/a@b"


def test_builders_get_nothing_of_the_workers_own(make_store, stand_in, specify, monkeypatch):
    monkeypatch.setenv("CAMUNDA_API_PASSWORD", "demo")
    program = "import os, sys; sys.exit(any(name.startswith('CAMUNDA_API') for name in os.environ))"
    assert make_store().environment(specify("x"), stand_in(program), "comics").python.exists()
