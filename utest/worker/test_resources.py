import subprocess
import sys

import pytest

from CamundaLibrary.worker.fetching.resources import Resource

HOLD = """
import sys
from pathlib import Path
from CamundaLibrary.worker.fetching.resources import Resource
resource = Resource(Path(sys.argv[1]), "desktop")
print(resource.take("fetcher"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def other_worker(tmp_path):
    """A process that takes the desktop, or tries to, and holds it until its standard input is closed."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


def test_one_at_a_time_has_it(tmp_path):
    first, second = Resource(tmp_path, "desktop"), Resource(tmp_path, "desktop")
    assert first.take("a") is True
    assert second.take("b") is False
    assert Resource(tmp_path, "scanner").take("b") is True
    first.give_back()
    assert second.take("b") is True


def test_a_worker_of_the_same_machine_is_waited_for_also_when_it_is_killed(tmp_path, other_worker):
    assert other_worker.stdout.readline() == "True\n"
    resource = Resource(tmp_path, "desktop")
    assert resource.take("a") is False
    other_worker.kill()
    other_worker.wait()
    assert resource.take("a") is True


def test_who_had_it_last_lets_another_one_pass_that_waits(tmp_path):
    first, second = Resource(tmp_path, "desktop"), Resource(tmp_path, "desktop")
    assert first.take("a") is True
    assert second.take("b") is False
    first.give_back()
    assert first.take("a") is False
    assert second.take("b") is True
    second.give_back()


def test_who_had_it_last_has_it_again_if_the_other_one_does_not_come(tmp_path):
    first, second = Resource(tmp_path, "desktop"), Resource(tmp_path, "desktop")
    assert first.take("a") is True
    assert second.take("b") is False
    first.give_back()
    assert [first.take("a"), first.take("a")] == [False, True]
