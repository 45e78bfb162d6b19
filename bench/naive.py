"""What others are measured against: a loop that starts `python -m robot` for every task, one at a time.

    python bench/naive.py URL TOPIC ROBOTS

It keeps one connection, waits in long polls, and uploads the log of the run before it completes the task. It keeps no
lock, repeats nothing, and a robot that fails ends it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import requests

WORKER_ID = "naive"
OPTIONS = ("--output", "output.xml", "--report", "NONE", "--logtitle", "Task log")


def main(url: str, topic: str, robots: str) -> None:
    """Works until it is ended."""
    engine = requests.Session()
    request = {
        "workerId": WORKER_ID,
        "maxTasks": 1,
        "asyncResponseTimeout": 10_000,
        "usePriority": True,
        "topics": [{"topicName": topic, "lockDuration": 60_000}],
    }
    while True:
        for task in _ok(engine.post(f"{url}/external-task/fetchAndLock", json=request)).json():
            with tempfile.TemporaryDirectory() as folder:
                _work(engine, url, task, robots, Path(folder))


def _work(engine: requests.Session, url: str, task: dict[str, str], robots: str, folder: Path) -> None:
    command = [sys.executable, "-m", "robot", "--rpa", "--outputdir", str(folder), *OPTIONS, robots]
    subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    upload = {"data": ("log.html", (folder / "log.html").read_bytes(), "text/html"), "valueType": (None, "File")}
    _ok(engine.post(f"{url}/execution/{task['executionId']}/localVariables/log/data", files=upload))
    _ok(engine.post(f"{url}/external-task/{task['id']}/complete", json={"workerId": WORKER_ID}))


def _ok(reply: requests.Response) -> requests.Response:
    reply.raise_for_status()
    return reply


if __name__ == "__main__":
    main(*sys.argv[1:])
