"""An engine that runs out of memory when a file of a run is stored: the outcome arrives all the same."""

import re
from collections.abc import Iterator

import pytest
from engine_of_run import FAMILY
from engine_stage import BreakableEngine

from CamundaLibrary.development_engine import build_engine

MEMORY = "160m"
LARGE = 48_000_000


@pytest.fixture(scope="module")
def engine_url() -> Iterator[str]:
    """Here, all work on an engine with little memory."""
    with BreakableEngine(build_engine(print, family=FAMILY), family=FAMILY, java_memory=MEMORY) as engine:
        yield engine.url


def test_a_file_too_large_for_the_memory_of_the_engine_is_dropped_and_outcome_and_log_arrive(
    bundle, start, start_worker, caplog
):
    robot = f"""
        Evaluate    pathlib.Path($OUTPUT_DIR, 'large.bin').write_bytes(os.urandom({LARGE}))    pathlib, os
        Create File    ${{OUTPUT_DIR}}/small.txt    small
        Set Task Variable    said    it
        """
    start_worker(bundle(robot, keep="['output/large.bin', 'output/small.txt']"), slots=2)
    instances = [start() for _ in range(2)]
    for instance in instances:
        instance.await_end(60)
        assert sorted(instance.events) == ["created", "succeeded"]
        assert instance.variables.keys() == {"said", "log", "small.txt"}
        assert b"Set Task Variable" in instance.file("log")
    dropped = re.findall("File 'large.bin' of the run was not kept with the task: .* failed: (.*)", caplog.text)
    assert [bool(re.search("500 Internal Server Error|Java heap space", reason)) for reason in dropped] == [True, True]
    assert "Trying again" not in caplog.text  # which would exhaust the engine once more
