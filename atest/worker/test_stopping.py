"""The command, and how it ends: SIGTERM, Ctrl-C, a second signal."""

import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from worker_stage import is_alive, wait_until

from CamundaLibrary.task.lock_keeper import LockKeeper
from CamundaLibrary.worker.fetching.fetcher import Fetcher

LONG_RUN = """
    ${child}=    Evaluate    subprocess.Popen(['sleep', '60'], start_new_session=True).pid    subprocess
    Create File    ${OUT}/pids    ${{os.getpid()}} ${child}
    Sleep    60s
    """


def read_pids(tmp_path):
    wait_until(lambda: (tmp_path / "pids").exists() and (tmp_path / "pids").read_text())
    return [int(pid) for pid in (tmp_path / "pids").read_text().split()]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "Ctrl-C"])
def test_a_robot_may_finish_within_the_grace_time(bundle, start, start_command, tmp_path, number):
    folder = bundle("Create File    ${OUT}/running\nSleep    1s\nSet Task Variable    a    b", lockDuration="1s")
    instance, waiting = start(), start()
    worker = start_command(folder, "--slots", "1", "--grace", "20s")
    wait_until((tmp_path / "running").exists)
    worker.send_signal(number)
    _, said = worker.communicate(timeout=20)
    assert worker.returncode == 0, said
    done, left = (instance, waiting) if instance.ends else (waiting, instance)
    assert done.variables["a"] == "b"
    assert left.events == ["created"]
    assert not left.is_locked
    assert "Stopping: nothing more is fetched, 1 robot that runs gets up to 20 seconds." in said


def test_after_the_grace_time_robots_are_stopped_and_their_tasks_are_free_with_all_tries(
    bundle, start, start_command, tmp_path
):
    folder = bundle(LONG_RUN)
    instance = start()
    worker = start_command(folder, "--slots", "1", "--grace", "0.5s")
    pids = read_pids(tmp_path)
    worker.terminate()
    _, said = worker.communicate(timeout=20)
    assert worker.returncode == 0, said
    assert not any(map(is_alive, pids))
    assert not instance.is_locked
    (failed,) = [entry for entry in instance.log if entry.event == "failed"]
    assert failed.error_message == "The worker was stopped before the robot ended."
    assert instance.task.retries == 3
    assert b"Execution terminated by signal" in instance.file("log")
    assert "The grace time is over: 1 robot is stopped." in said
    assert said.splitlines()[-1].endswith("Stopped.")


def test_a_second_signal_stops_at_once_even_a_robot_that_does_not_listen(bundle, start, start_command, tmp_path):
    folder = bundle("Evaluate    signal.signal(15, signal.SIG_IGN)    signal\n" + LONG_RUN)
    instance = start()
    worker = start_command(folder, "--slots", "1", "--grace", "60s")
    pids = read_pids(tmp_path)
    worker.terminate()
    time.sleep(0.3)
    begun = time.monotonic()
    worker.terminate()
    _, said = worker.communicate(timeout=20)
    assert worker.returncode == 1, said
    assert time.monotonic() - begun < 5
    assert not any(map(is_alive, pids))
    assert not instance.is_locked
    assert instance.task.retries == 3
    assert "Stopping at once: 1 robot is stopped." in said


def test_a_fetcher_that_dies_ends_the_worker_in_order(bundle, start, start_worker, monkeypatch, caplog, tmp_path):
    folder = bundle("Create File    ${OUT}/running\nSleep    1s")
    fetch = Fetcher._fetch

    def fetch_once_then_die(self, *arguments):
        if (tmp_path / "running").exists():
            raise RuntimeError("unforeseen")
        return fetch(self, *arguments)

    monkeypatch.setattr(Fetcher, "_fetch", fetch_once_then_die)
    instance = start()
    worker = start_worker(folder, slots=2, grace=timedelta(seconds=20))
    instance.await_end()
    assert worker.wait() == 1
    assert "The worker is broken and stops: unforeseen" in caplog.text


def test_a_lock_keeper_that_dies_ends_the_worker_in_order_although_all_slots_are_busy(
    bundle, start, start_worker, monkeypatch, caplog
):
    def die(self, lock):
        raise RuntimeError("unforeseen")

    monkeypatch.setattr(LockKeeper, "_extend", die)
    instance = start()
    worker = start_worker(bundle("Sleep    2s", lockDuration="1500ms"), grace=timedelta(seconds=20))
    assert worker.wait() == 1
    assert instance.ends == ["done"]
    assert "Locks are no longer kept." in caplog.text
    assert "The worker is broken and stops: The lock keeper of engine died." in caplog.text


def test_a_worker_that_is_interrupted_in_a_program_leaves_no_robot(bundle, start, tmp_path, engine_url):
    instance = start()
    program = f"""if True:
        import CamundaLibrary
        from CamundaLibrary.worker import Worker
        engine = CamundaLibrary.connect({engine_url!r})
        Worker(engine, [{str(bundle(LONG_RUN))!r}], state={str(tmp_path / "state")!r}).run()
    """
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE, text=True) as worker:
        pids = read_pids(tmp_path)
        worker.send_signal(signal.SIGINT)
        _, said = worker.communicate(timeout=20)
    assert said.strip().endswith("KeyboardInterrupt")
    assert not any(map(is_alive, pids))
    assert not instance.is_locked


def test_the_command_says_what_it_works_on(bundle, start, start_command, topic, engine_url):
    folder = bundle()
    instance = start()
    worker = start_command(folder, CAMUNDA_ROBOT_SLOTS="3", CAMUNDA_ROBOT_SLOT="4")
    instance.await_end()
    worker.terminate()
    time.sleep(0.2)
    worker.terminate()
    _, said = worker.communicate(timeout=20)
    assert f"Engine: {engine_url}\n" in said
    assert "Slots: 3, lock duration 1 minute\n" in said
    assert f"Topic: {topic} ({folder})\n" in said
    assert f"Task '{instance.log[0].external_task_id}' of topic '{topic}' (business key 'A-17'): completed (" in said
    assert "Warning: no option of the worker is set by CAMUNDA_ROBOT_SLOT.\n" in said


def test_a_wrong_password_is_one_sentence_and_exit_code_1(bundle, start_command, proxy):
    from faults import answer

    proxy.fail("*", "", answer(401, ""))
    worker = start_command(bundle(), "--base-url", proxy.url, CAMUNDA_API_USERNAME="a", CAMUNDA_API_PASSWORD="s3cret")
    _, said = worker.communicate(timeout=20)
    assert worker.returncode == 1
    assert said.splitlines()[-1].startswith("Error: ")
    assert "s3cret" not in said
    assert "Traceback" not in said


def test_a_missing_bundle_is_one_sentence_and_exit_code_1(start_command, tmp_path):
    worker = start_command(tmp_path / "nowhere")
    _, said = worker.communicate(timeout=20)
    assert worker.returncode == 1
    needed = "a folder or zip with a robot.yaml or pyproject.toml is needed."
    assert said == f"Error: There is no bundle '{tmp_path / 'nowhere'}': {needed}\n"
