"""Scripts that run before a robot, in its process."""

import json
import os
import subprocess
import sys

import pytest

from CamundaLibrary.environments import pre_run
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import Failed


@pytest.fixture
def run(tmp_path):
    """Runs scripts and then a program that writes its process id."""
    robot = [sys.executable, "-c", "import os; open('robot', 'w').write(str(os.getpid())); raise SystemExit(7)"]

    def run(*scripts):
        environment = {**os.environ, "CAMUNDA_TASK_FILE": str(tmp_path / "task.json")}
        command = [sys.executable, "-I", pre_run.__file__, json.dumps(scripts), *robot]
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, text=True)
        process.console, _ = process.communicate(timeout=60)
        return process

    return run


def test_scripts_run_in_order_and_then_the_robot_in_the_same_process(run, tmp_path):
    done = run(f'{sys.executable} -c \'open("one", "w")\'', f'{sys.executable} -c \'open("one"); open("two", "w")\'')
    assert done.returncode == 7
    assert (tmp_path / "two").exists()
    assert (tmp_path / "robot").read_text() == str(done.pid)
    assert not (tmp_path / "task.outcome.json").exists()


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("false", "The script 'false' of preRunScripts failed (exit code 1)."),
        ("no-such-thing -x", "There is no program 'no-such-thing', which preRunScripts of robot.yaml name."),
        ("./prepare.sh", "There is no program './prepare.sh', which preRunScripts of robot.yaml name."),
        ("echo 'x", "The script 'echo 'x' of preRunScripts cannot be read: No closing quotation."),
    ],
)
def test_the_first_script_that_fails_is_the_outcome(run, tmp_path, script, message):
    done = run("true", script, "touch later")
    assert done.returncode == 1
    assert Handover(tmp_path / "task.json").read_outcome().outcome == Failed(message)
    assert message in done.console
    assert not {"robot", "later"} & {path.name for path in tmp_path.iterdir()}
