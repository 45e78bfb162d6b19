"""Secrets of a run: what robots see of them, and that neither log nor failure shows them."""

import base64
import json
import re
import zlib

import pytest

from CamundaLibrary.task.secrets_file import write_secrets

PASSWORD = 'hunter2&"<x>'
TOKEN = "eyJhbGciOiJIUzI1NiJ9." + "".join(f"{number:04x}" for number in range(0, 4000, 7))
SECRETS = {"shop": {"username": "robot-4711", "password": PASSWORD}, "token": TOKEN}
LIBRARY = """
    class Leak:
        def unwrap(self, secret):
            return secret.value
        def fail_with(self, secret):
            raise RuntimeError(f"Logging in with {secret.value} failed.")
        def fail_long_with(self, secret):
            raise RuntimeError("x" * 600 + secret.value)
"""


@pytest.fixture
def run(robots, tmp_path):
    """Runs a robot task of the given lines with SECRETS in a file whose path has what Robot Framework splits at."""

    def run(lines, *options, runs=1, **keywords):
        folder = tmp_path / "a;b:c"
        folder.mkdir()
        write_secrets(folder / "secrets.json", SECRETS)
        body = "".join(f"    {line}\n" for line in lines.splitlines())
        files = {
            "robot.robot": f"*** Settings ***\nLibrary    Leak.py\n*** Tasks ***\nWork\n{body}",
            "Leak.py": LIBRARY,
        }
        file = f"CamundaLibrary.listener.secret_variables;{folder / 'secrets.json'}"
        for _ in range(runs):
            result = robots.run(files, "--variablefile", file, *options, main="robot.robot", **keywords)
        assert list(folder.iterdir()) == []
        return result

    return run


def texts_of(log):
    """Returns a log, and all in it that is packed."""
    packed = re.findall(r"[>\"](e[JN][A-Za-z0-9+/]{7,}={0,2})[<\"]", log)
    return [log, *(zlib.decompress(base64.b64decode(each)).decode() for each in packed)]


def test_a_robot_gets_secret_variables_and_the_file_is_gone(run):
    assert run(
        "Should Be Equal    ${{type($token).__name__}}    Secret\n"
        "Should Be Equal    ${{type($shop['password']).__name__}}    Secret\n"
        "Should Be Equal    ${shop.username}    ${shop}[username]\n"
        "${plain} =    Unwrap    ${shop.password}\n"
        f"Should Be Equal    ${{plain}}    {PASSWORD}\n"
    ).tasks == {"Work": ("PASS", "")}


def test_a_second_run_in_the_same_process_gets_what_the_first_read(run):
    assert run("Unwrap    ${token}", runs=2).tasks == {"Work": ("PASS", "")}


def test_the_log_that_is_kept_shows_no_secret_however_it_came_there(run):
    result = run(
        "${plain} =    Unwrap    ${shop.password}\n"
        "${token} =    Unwrap    ${token}\n"
        "Log    ${plain}\n"
        "Log    <b>${plain}</b>    html=True\n"
        "Log    ${{json.dumps($plain)}}\n"
        "Log    ${{urllib.parse.quote($plain)}}\n"
        "Log    ${{base64.b64encode(('robot:' + $plain).encode()).decode()}}\n"
        "Log    ${{('much and more ' + $plain) * 50}}\n"
        "Log Many    ${token}    &{shop}\n"
        "Set Test Message    ${plain}\n"
        "Should Be Equal    a${plain}    b${plain}"
    )
    log = (result.folder / result.outcome["log"]["file"]["path"]).read_text("utf-8")
    for text in texts_of(log):
        assert "hunter2" not in text
        assert TOKEN[:16] not in text
        assert base64.b64encode(f"robot:{PASSWORD}".encode()).decode()[10:20] not in text
    assert "&lt;secret&gt;" in "".join(texts_of(log))
    raw = "".join(texts_of(result.log))
    assert "hunter2" in raw
    assert TOKEN[:16] in raw  # or the test would prove nothing


def test_a_failure_message_and_its_traceback_show_no_secret(run):
    outcome = run("Fail With    ${shop.password}").outcome
    assert outcome["errorMessage"] == "Work: Logging in with <secret> failed."
    assert "RuntimeError: Logging in with <secret> failed." in outcome["errorDetails"]
    assert "hunter2" not in json.dumps(outcome)


def test_a_secret_at_which_a_message_is_cut_leaves_nothing(run):
    message = run("Fail Long With    ${token}").outcome["errorMessage"]
    assert message == f"Work: {'x' * 600}<secret>"


def test_a_file_that_is_not_there_is_said(robots, tmp_path):
    result = robots.run(
        "*** Tasks ***\nWork\n    Log    ${token}\n",
        "--variablefile",
        f"CamundaLibrary.listener.secret_variables;{tmp_path / 'none.json'}",
    )
    assert f"There is no secrets file '{tmp_path / 'none.json'}'" in result.err
    assert result.outcome["errorMessage"] == "Work: Variable '${token}' not found."


def test_a_run_without_secrets_loads_nothing_for_them(robots):
    code = "${{[name for name in sys.modules if 'secrets' in name and name.startswith('Camunda')]}}"
    run = robots.run(f"*** Tasks ***\nWork\n    Should Be Empty    {code}\n", in_process=False)
    assert run.tasks == {"Work": ("PASS", "")}
