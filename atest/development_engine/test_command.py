"""`camunda-robot engine` as users call it."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

COMMAND = Path(sys.executable).with_name("camunda-robot")
ADDRESSES = (
    r"REST API  (?P<rest>http://localhost:\d+/engine-rest) \(without login\)\n"
    r"Cockpit   (?P<cockpit>http://localhost:\d+/FAMILY/app/cockpit/)\n"
    r"Tasklist  (?P<tasklist>http://localhost:\d+/FAMILY/app/tasklist/)\n"
    r"Login     demo, password demo\n"
    r"Ctrl-C stops the engine.\n"
)


@pytest.fixture(params=["camunda", "operaton"])
def family(request):
    return request.param


@pytest.fixture
def command(family, jar, temporary):
    options = ["--operaton"] if family == "operaton" else []
    with subprocess.Popen(
        [COMMAND, "engine", "--port", "0", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        yield process
        process.terminate()


def test_prints_addresses_that_answer_and_ctrl_c_stops_it(command, family, temporary):
    printed = "".join(command.stdout.readline() for _ in range(5))
    addresses = re.fullmatch(ADDRESSES.replace("FAMILY", family), printed)
    assert addresses, printed
    for address in (f"{addresses['rest']}/engine", addresses["cockpit"], addresses["tasklist"]):
        assert requests.get(address).status_code == 200
    command.send_signal(signal.SIGINT)
    stdout, stderr = command.communicate(timeout=30)
    assert (stdout, stderr.splitlines()[-1]) == ("", "The engine is stopped.")
    assert command.returncode == 0
    with pytest.raises(requests.ConnectionError):
        requests.get(addresses["rest"])
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("family", ["camunda"])
def test_sigterm_stops_an_engine_that_still_starts(command, temporary):
    assert command.stderr.readline() == "Starting the engine.\n"
    command.send_signal(signal.SIGTERM)
    assert command.communicate(timeout=30) == ("", "The engine is stopped.\n")
    assert command.returncode == 0
    assert list(temporary.iterdir()) == []
