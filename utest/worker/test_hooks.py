"""Commands of the operator: what they get, and that they never stand in a task's way."""

import json
import logging
import sys
import time
from datetime import timedelta
from pathlib import Path

import psutil
import pytest

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import SettingsError
from CamundaLibrary.task.outcome import Completed, Failed
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.worker.notices import Notices, Reported, Started
from CamundaLibrary.worker.runs.hooks import Hooks

TASK = ExternalTask("a1b2", "Search comics", "pc-1-x", "A-17", "p1", process_definition_key="comics", activity_id="S")
SHOW = "import json, os, sys; open(sys.argv[1], 'w').write(json.dumps(dict(os.environ)))"
NOTE = "import os, sys; open(sys.argv[1], 'a').write('{CAMUNDA_TASK_ID}{CAMUNDA_MESSAGE};'.format(**os.environ))"


@pytest.fixture(autouse=True)
def _log(caplog):
    caplog.set_level(logging.INFO, "CamundaLibrary")


def python(code, *arguments):
    return (sys.executable, "-c", code, *map(str, arguments))


def reported(outcome, delivery=Delivery.ACCEPTED, task=TASK):
    return Reported(task, Receipt(delivery, outcome), timedelta(seconds=1))


def await_death(pid):
    deadline = time.monotonic() + 5
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_command_learns_of_the_task_and_nothing_secret(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("CAMUNDA_API_PASSWORD", "demo")
    monkeypatch.setenv("CAMUNDA_ROBOT_SLOTS", "7")
    monkeypatch.setenv("VAULT_TOKEN", "s3cret")
    Hooks(python(SHOW, tmp_path / "seen")).after_robot(TASK, Completed(), tmp_path / "run")
    seen = json.loads((tmp_path / "seen").read_text())
    assert {name: value for name, value in seen.items() if name.startswith("CAMUNDA_")} == {
        "CAMUNDA_TASK_ID": "a1b2",
        "CAMUNDA_TOPIC": "Search comics",
        "CAMUNDA_BUSINESS_KEY": "A-17",
        "CAMUNDA_PROCESS_INSTANCE_ID": "p1",
        "CAMUNDA_PROCESS_DEFINITION_KEY": "comics",
        "CAMUNDA_ACTIVITY_ID": "S",
        "CAMUNDA_OUTCOME": "completed",
        "CAMUNDA_RUN_FOLDER": str(tmp_path / "run"),
        "CAMUNDA_HOOK_RUN": seen["CAMUNDA_HOOK_RUN"],
    }
    assert not {"VAULT_TOKEN", "CAMUNDA_API_PASSWORD"} & set(seen)
    assert caplog.messages == ["The hook after_robot for task 'a1b2' is done."]


def test_a_command_learns_why_a_robot_failed(tmp_path):
    Hooks(python(SHOW, tmp_path / "seen")).after_robot(TASK, Failed("No such file."), tmp_path)
    seen = json.loads((tmp_path / "seen").read_text())
    assert (seen["CAMUNDA_OUTCOME"], seen["CAMUNDA_MESSAGE"]) == ("failure", "No such file.")


def test_a_text_is_read_as_words_and_no_shell_sees_it(tmp_path):
    Hooks(f"'{sys.executable}' -c \"{SHOW}\" '{tmp_path}/a $(b) ; c'").after_robot(TASK, Completed(), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a $(b) ; c"]


def test_what_a_process_brings_breaks_no_variable(tmp_path, caplog):
    task = TASK._replace(business_key=f"\0\udc80{'x' * 500_000}")
    Hooks(python(SHOW, tmp_path / "seen")).after_robot(task, Completed(), tmp_path)
    assert json.loads((tmp_path / "seen").read_text())["CAMUNDA_BUSINESS_KEY"].startswith("?xxx")


def test_no_command_does_nothing(tmp_path, caplog):
    hooks = Hooks()
    hooks.check()
    hooks.after_robot(TASK, Completed(), tmp_path)
    hooks.close()
    assert caplog.messages == []


def test_a_command_that_fails_is_a_warning_with_its_last_line(tmp_path, caplog):
    Hooks(python("import sys; print('cleaning', flush=True); sys.exit('No disk.\\n')")).after_robot(
        TASK, "completed", tmp_path
    )
    assert caplog.messages == ["The hook after_robot for task 'a1b2' failed: it ended with 1 (No disk.)."]


def test_a_command_that_vanished_is_a_warning(tmp_path, caplog):
    Hooks(str(tmp_path / "gone")).after_robot(TASK, Completed(), tmp_path)
    (message,) = caplog.messages
    assert message.startswith("The hook after_robot for task 'a1b2' failed: [Errno 2] No such file or directory")


def test_a_command_that_hangs_is_stopped_with_all_that_it_started(tmp_path, caplog):
    code = (
        "import os, subprocess, sys, time\n"
        "child = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        "open(sys.argv[1], 'w').write(f'{os.getpid()} {child.pid}')\n"
        "time.sleep(60)"
    )
    hooks = Hooks(python(code, tmp_path / "pids"), timeout=timedelta(seconds=1))
    began = time.monotonic()
    hooks.after_robot(TASK, Completed(), tmp_path)
    assert 1 <= time.monotonic() - began < 10
    assert caplog.messages == ["The hook after_robot for task 'a1b2' failed: it was stopped after 1 second."]
    for pid in map(int, (tmp_path / "pids").read_text().split()):
        await_death(pid)


def test_what_a_command_leaves_behind_is_stopped(tmp_path):
    code = (
        "import subprocess, sys\n"
        "child = subprocess.Popen(['sleep', '60'], start_new_session=True)\n"
        "open(sys.argv[1], 'w').write(str(child.pid))"
    )
    Hooks(python(code, tmp_path / "pid")).after_robot(TASK, Completed(), tmp_path)
    await_death(int((tmp_path / "pid").read_text()))


def test_a_flood_of_output_is_not_kept(tmp_path, caplog):
    code = "import sys\nfor _ in range(500): sys.stdout.write('x' * 99_999 + '\\n')\nsys.exit(3)"
    before = psutil.Process().memory_info().rss
    Hooks(python(code)).after_robot(TASK, Completed(), tmp_path)
    assert psutil.Process().memory_info().rss - before < 20_000_000
    (message,) = caplog.messages
    assert message.startswith("The hook after_robot for task 'a1b2' failed: it ended with 3 (xxx")
    assert len(message) < 5000


@pytest.mark.parametrize("delivery", [Delivery.ACCEPTED, Delivery.REFUSED])
def test_an_incident_starts_its_command(tmp_path, delivery):
    notices = Notices()
    hooks = Hooks(on_incident=python(NOTE, tmp_path / "seen"))
    hooks.subscribe(notices)
    notices.tell(reported(Failed("No such file.", retries=0), delivery))
    hooks.close()
    assert (tmp_path / "seen").read_text() == "a1b2No such file.;"


def test_only_incidents_start_the_command(tmp_path):
    notices = Notices()
    hooks = Hooks(on_incident=python(NOTE, tmp_path / "seen"))
    hooks.subscribe(notices)
    for notice in (
        Started(TASK, Path("run"), None),
        reported(Completed()),
        reported(Failed("Again.", retries=2)),
        reported(Failed("Not reported.", retries=0), Delivery.LOST),
        reported(Failed("Not reported.", retries=0), Delivery.UNDELIVERED),
        reported(Failed("This one.", retries=0)),
    ):
        notices.tell(notice)
    hooks.close()
    assert (tmp_path / "seen").read_text() == "a1b2This one.;"


def test_incidents_do_not_wait_for_the_command_and_come_one_after_the_other(tmp_path):
    notices = Notices()
    hooks = Hooks(on_incident=python(f"import time; time.sleep(0.3); {NOTE}", tmp_path / "seen"))
    hooks.subscribe(notices)
    began = time.monotonic()
    for number in range(3):
        notices.tell(reported(Failed(".", retries=0), task=TASK._replace(id=str(number))))
    assert time.monotonic() - began < 0.2
    hooks.close()
    assert (tmp_path / "seen").read_text() == "0.;1.;2.;"


def test_a_command_for_incidents_that_is_too_slow_is_left_out_at_last(monkeypatch, caplog, tmp_path):
    monkeypatch.setattr("CamundaLibrary.worker.runs.hooks._MOST_WAITING", 0)
    notices = Notices()
    hooks = Hooks(on_incident=python(NOTE, tmp_path / "seen"))
    hooks.subscribe(notices)
    notices.tell(reported(Failed(".", retries=0)))
    hooks.close()
    assert caplog.messages == ["The hook on_incident is too slow: it is not run for task 'a1b2'."]


@pytest.mark.parametrize("name", ["after_robot", "on_incident"])
def test_a_program_that_is_not_there_is_said_at_the_start(name):
    with pytest.raises(SettingsError) as caught:
        Hooks(**{name: "no-such-program --now"}).check()
    assert str(caught.value) == f"The hook {name} cannot run: there is no program 'no-such-program'."


def test_a_command_that_cannot_be_read_is_refused():
    with pytest.raises(SettingsError) as caught:
        Hooks("clean 'up")
    assert str(caught.value) == "'clean 'up' is no command: No closing quotation."
