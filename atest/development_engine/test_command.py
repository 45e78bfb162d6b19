"""`camunda-robot engine` as users call it."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

COMMAND = Path(sys.executable).with_name("camunda-robot")
ADDRESSES = re.compile(
    r"REST API  (?P<rest>http://localhost:\d+/engine-rest) \(without login\)\n"
    r"Cockpit   (?P<cockpit>http://localhost:\d+/camunda/app/cockpit/)\n"
    r"Tasklist  (?P<tasklist>http://localhost:\d+/camunda/app/tasklist/)\n"
    r"Login     demo, password demo\n"
    r"Ctrl-C stops the engine.\n"
)


@pytest.fixture
def command(jar, temporary):
    with subprocess.Popen(
        [COMMAND, "engine", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.terminate()


def test_prints_addresses_that_answer_and_ctrl_c_stops_it(command, temporary):
    printed = "".join(command.stdout.readline() for _ in range(5))
    addresses = ADDRESSES.fullmatch(printed)
    assert addresses, printed
    for address in (f"{addresses['rest']}/engine", addresses["cockpit"], addresses["tasklist"]):
        assert requests.get(address).status_code == 200
    command.send_signal(signal.SIGINT)
    assert command.communicate(timeout=30) == ("", "Starting the engine.\nThe engine is stopped.\n")
    assert command.returncode == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(addresses["rest"])
    assert list(temporary.iterdir()) == []


def test_sigterm_stops_an_engine_that_still_starts(command, temporary):
    assert command.stderr.readline() == "Starting the engine.\n"
    command.send_signal(signal.SIGTERM)
    assert command.communicate(timeout=30) == ("", "The engine is stopped.\n")
    assert command.returncode == 0
    assert list(temporary.iterdir()) == []
