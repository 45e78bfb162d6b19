"""What can be seen of a worker while it works: metrics, health, log, status, hooks."""

import fcntl
import json
import logging
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import threading
import time
from contextlib import suppress
from datetime import timedelta

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families
from worker_stage import wait_until

from CamundaLibrary.worker.monitoring.worker_folders import look_at_workers

SHORT_POLL = timedelta(seconds=0.2)
GRACE = timedelta(seconds=30)
LONG_RUN = "No Operation\nSleep    60s"


class Probe:
    """Asks the port of a worker, which its log names."""

    def __init__(self, caplog):
        self.url = wait_until(lambda: re.search(r"Metrics: (http://127\.0\.0\.1:\d+)/metrics", caplog.text))[1]

    def status(self, page):
        return requests.get(f"{self.url}/health/{page}", timeout=5).status_code

    def reason(self):
        return requests.get(f"{self.url}/health/ready", timeout=5).json().get("reason")

    def value(self, name, **labels):
        """The value of a metric; 0 where there is none yet."""
        text = requests.get(f"{self.url}/metrics", timeout=5).text
        samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
        found = [each.value for each in samples if each.name == name and labels.items() <= each.labels.items()]
        return found[0] if found else 0.0


class Terminal:
    """A command on a terminal of its own; `text` is all that came there."""

    def __init__(self, *arguments, environment):
        self._here, there = pty.openpty()
        fcntl.ioctl(there, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 160, 0, 0))
        code = "from CamundaLibrary.cli import main; main()"
        command = [sys.executable, "-c", code, "worker", *map(str, arguments)]
        size_of_another = ("COLUMNS", "LINES")
        inherited = {name: value for name, value in os.environ.items() if name not in size_of_another}
        variables = {**inherited, **environment, "TERM": "xterm"}
        self._process = subprocess.Popen(command, env=variables, stdin=there, stdout=there, stderr=there)
        os.close(there)
        self._bytes = b""
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    @property
    def text(self):
        return self._bytes.decode()

    def stop(self):
        """Stops it in order and returns the exit code."""
        self._process.terminate()
        code = self._process.wait(30)
        self._thread.join(10)
        os.close(self._here)
        return code

    def _read(self):
        with suppress(OSError):  # the other end is closed
            while part := os.read(self._here, 65536):
                self._bytes += part


@pytest.fixture(autouse=True)
def _log(caplog):
    caplog.set_level(logging.INFO, "CamundaLibrary")


def entries(tmp_path):
    """What the state folder tells of its one worker."""
    (worker,) = look_at_workers(tmp_path / "state")
    return worker


def test_metrics_tell_what_became_of_tasks(bundle, start, start_worker, topic, caplog):
    folder = bundle(
        """
        ${how}=    Get Task Variable    how
        IF    '${how}' == 'fail'    Fail    No such file.
        IF    '${how}' == 'give up'    Report Failure    Nothing helps.    retries=0
        IF    '${how}' == 'throw'    Throw BPMN Error    not_found    No comic matches.
        """,
        retries="2",
        retryTimeout="1h",
    )
    instances = {how: start({"how": how}) for how in ("go", "fail", "give up", "throw")}
    start_worker(folder, metrics_port=0)
    probe = Probe(caplog)
    for how in ("go", "throw"):
        instances[how].await_end()
    for how in ("fail", "give up"):
        instances[how].await_failure()

    def outcome(kind):
        return probe.value("camunda_robot_outcomes_total", topic=topic, outcome=kind)

    wait_until(lambda: sum(map(outcome, ("completed", "bpmn_error", "failure", "incident"))) == 4)
    assert [outcome(kind) for kind in ("completed", "bpmn_error", "failure", "incident")] == [1, 1, 1, 1]
    assert probe.value("camunda_robot_tasks_fetched_total", topic=topic) == 4
    assert probe.value("camunda_robot_robots_running", topic=topic) == 0
    assert probe.value("camunda_robot_run_duration_seconds_count", topic=topic) == 4
    assert probe.value("camunda_robot_wait_seconds_count", topic=topic) == 4
    assert probe.value("camunda_robot_slots") == 1
    assert probe.value("camunda_robot_engine_up") == 1


def test_it_is_ready_from_the_engines_first_answer_until_it_stops(bundle, start, start_worker, proxy, caplog, tmp_path):
    proxy.go_down()
    folder = bundle("Create File    ${OUT}/running\nSleep    3s")
    worker = start_worker(folder, url=proxy.url, metrics_port=0, grace=GRACE)
    probe = Probe(caplog)
    assert (probe.status("live"), probe.status("ready")) == (200, 503)
    wait_until(lambda: "refused" in probe.reason() or "failed" in probe.reason())
    proxy.come_back()
    wait_until(lambda: probe.status("ready") == 200)
    start()
    wait_until((tmp_path / "running").exists)
    assert probe.value("camunda_robot_robots_running") == 1
    worker.worker.stop()
    wait_until(lambda: probe.status("ready") == 503, seconds=2)
    assert probe.reason() == "The worker is stopping."
    assert probe.status("live") == 200
    assert worker.wait() == 0
    with pytest.raises(requests.ConnectionError):
        probe.status("live")


def test_a_port_that_is_taken_ends_the_command_with_a_sentence(bundle, start_worker, start_command, caplog):
    folder = bundle()
    start_worker(folder, metrics_port=0)
    port = Probe(caplog).url.rpartition(":")[2]
    command = start_command(folder, "--metrics-port", port)
    said = command.communicate(timeout=30)[1]
    assert command.returncode == 1
    assert f"Error: Port {port} of 127.0.0.1 cannot be had for metrics: Address already in use.\n" in said


def test_the_status_shows_the_keyword_that_runs_and_then_the_end(bundle, start, start_worker, topic, tmp_path, engine):
    instance = start()
    worker = start_worker(bundle("No Operation\nSleep    3s"), slots=2)
    wait_until(lambda: (tmp_path / "state/worker-1/status.json").exists() and entries(tmp_path).status["running"])
    wait_until(lambda: [each["keyword"] for each in entries(tmp_path).status["running"]] == ["BuiltIn.Sleep"])
    seen = entries(tmp_path)
    (running,) = seen.status["running"]
    assert (running["topic"], running["businessKey"], running["robotTask"]) == (topic, "A-17", "Do it")
    assert (running["processInstanceId"], running["taskId"]) == (instance.id, instance.task.id)
    assert (seen.is_alive, seen.status["slots"], seen.status["state"]) == (True, 2, "running")
    (shown,) = seen.status["engines"]
    assert (shown["version"], shown["problem"]) == (engine.version(), None)

    instance.await_end()
    wait_until(lambda: entries(tmp_path).status["outcomes"])
    seen = entries(tmp_path).status
    assert seen["running"] == []
    assert seen["outcomes"][0]["outcome"] == "completed"
    assert 3 <= seen["outcomes"][0]["seconds"] < 20

    assert worker.stop() == 0
    assert (entries(tmp_path).is_alive, entries(tmp_path).status["state"]) == (False, "stopped")


def test_a_worker_that_was_killed_is_shown_with_what_it_left(bundle, start, start_command, tmp_path):
    instance = start()
    command = start_command(bundle(LONG_RUN))
    instance.await_lock()
    wait_until(lambda: (tmp_path / "state/worker-1/status.json").exists() and entries(tmp_path).status["running"])
    command.kill()
    command.wait()
    status = start_command("--status")
    assert status.wait(30) == 0
    seen = entries(tmp_path)
    assert (seen.is_alive, seen.status["state"]) == (False, "running")
    assert [each.phase for each in seen.results] == ["running"]


def test_the_log_as_json_can_be_read_line_by_line_whatever_a_process_brings(
    bundle, engine, topic, start_command, tmp_path
):
    key = 'A-17"}\n{"level": "CRITICAL", "message": "forged"}\u2028\x1b[2J'
    folder = bundle("Fail    One line.\\nAnother line.")
    instance = engine.processes.start(topic, business_key=key)
    command = start_command(folder, "--log-format", "json", "--slots", "1")
    wait_until(lambda: engine.external_tasks.list(process_instance_id=instance.id)[0].error_message)
    time.sleep(0.5)
    command.terminate()
    lines = command.communicate(timeout=30)[1].splitlines()
    entries = [json.loads(line) for line in lines]
    assert not [each for each in entries if each["level"] == "CRITICAL"]
    (ended,) = [each for each in entries if each.get("outcome")]
    task = engine.external_tasks.list(process_instance_id=instance.id)[0]
    assert (ended["taskId"], ended["topic"], ended["businessKey"]) == (task.id, topic, key)
    assert (ended["outcome"], ended["level"], ended["processInstanceId"]) == ("failure", "WARNING", instance.id)
    assert ended["seconds"] > 0
    (started,) = [each for each in entries if each["message"].endswith(": started.")]
    assert started["taskId"] == task.id
    assert len({each["workerId"] for each in entries if "workerId" in each}) == 1
    said = (tmp_path / "state/worker-1/worker.log").read_text("utf-8").splitlines()
    assert all(re.match(r"\d{4}-|    ", line) for line in said)
    assert said[-1].endswith(" INFO Stopped.")


def test_a_live_view_on_a_pipe_is_the_log(bundle, start, start_command):
    instance = start()
    command = start_command(bundle(), "--watch", poll=SHORT_POLL)
    instance.await_end()
    command.terminate()
    said = command.communicate(timeout=30)[1]
    assert "There is no terminal to watch on: the log says line by line what happens." in said
    assert ": started." in said
    assert "\x1b" not in said


def test_the_live_view_on_a_terminal_shows_the_keyword_below_whole_log_lines(bundle, start, engine_url, tmp_path):
    environment = {"CAMUNDA_API_BASE_URL": engine_url, "CAMUNDA_ROBOT_STATE": str(tmp_path / "state")}
    instance = start()
    folder = bundle("No Operation\nSleep    4s")
    terminal = Terminal(folder, "--watch", "--slots", "1", environment=environment)
    instance.await_end(30)
    assert terminal.stop() == 0
    assert "BuiltIn.Sleep" in terminal.text
    assert "1 of 1 slots taken" in terminal.text
    whole = r"^.*INFO Task '[^'\n]+' of topic '[^'\n]+' \(business key 'A-17'\): (started|completed \(.+ s\))\. *\r?$"
    lines = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.text)
    assert len(re.findall(whole, lines, re.MULTILINE)) == 2


@pytest.fixture
def configuration(tmp_path):
    """Writes a configuration file with the given hooks, each a program in Python."""

    def configuration(**hooks):
        lines = [f"{name} = {json.dumps([sys.executable, '-c', code])}\n" for name, code in hooks.items()]
        path = tmp_path / "camunda-robot.toml"
        path.write_text("[hooks]\n" + "".join(lines), "utf-8")
        return path

    return configuration


def test_hooks_run_after_a_robot_and_for_an_incident(bundle, start, start_command, configuration, tmp_path):
    note = "import os; open({!r}, 'a').write('{{CAMUNDA_OUTCOME}}: {{CAMUNDA_MESSAGE}};'.format(**os.environ))"
    hooks = {name: note.format(str(tmp_path / name)) for name in ("after_robot", "on_incident")}
    instance = start()
    command = start_command(
        bundle("Fail    No such file.", retries="1"), "--config", configuration(**hooks), poll=SHORT_POLL
    )
    instance.await_failure()
    wait_until((tmp_path / "on_incident").exists)
    command.terminate()
    said = command.communicate(timeout=30)[1]
    assert command.returncode == 0
    assert (tmp_path / "after_robot").read_text() == "failure: Do it: No such file.;"
    assert (tmp_path / "on_incident").read_text() == "incident: Do it: No such file.;"
    assert "INFO The hook on_incident for task '" in said


def test_the_hook_after_a_robot_runs_after_a_kill_too_and_before_the_next_robot(
    bundle, start, start_command, configuration, tmp_path
):
    code = f"import time; open({str(tmp_path / 'runs')!r}, 'a').write('clean '); time.sleep(0.5)"
    folder = bundle("Append To File    ${OUT}/runs    robot${SPACE}\nEvaluate    os.kill(os.getpid(), 9)    os")
    instances = [start(), start()]
    start_command(folder, "--slots", "1", "--config", configuration(after_robot=code))
    for instance in instances:
        instance.await_failure()
    assert (tmp_path / "runs").read_text() == "robot clean robot clean "


def test_a_hook_whose_program_is_not_there_ends_the_command_at_the_start(bundle, start_command, tmp_path):
    path = tmp_path / "camunda-robot.toml"
    path.write_text('[hooks]\nafter_robot = "no-such-program --now"\n', "utf-8")
    command = start_command(bundle(), "--config", path)
    said = command.communicate(timeout=30)[1]
    assert command.returncode == 1
    assert "Error: The hook after_robot cannot run: there is no program 'no-such-program'.\n" in said
