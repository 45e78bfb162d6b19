"""What a robot finds that looks for what is not its own: at the worker's user, on the same machine.

The worker is started as a user without privileges. Where the tests run as root, it keeps the user id and loses all
capabilities, which is the same to the kernel: it allows what one user's processes may do to each other.
"""

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from worker_stage import wait_until

PASSWORD, SECRET, TOKEN = "engine-pässword-1", "another-robots-secret-2", "hvs.vault-token-3"
_DROP, _CAPABILITIES = 24, range(64)  # PR_CAPBSET_DROP of prctl(2)

SPY = '''
"""Collects all that a robot can read about itself, its parents and the worker's folders."""

import json
import os
from pathlib import Path


def read(path):
    try:
        return Path(path).read_bytes().decode("utf-8", "replace").replace("\\0", "\\n")
    except OSError as error:
        return f"!{error.strerror}"


def links(folder):
    try:
        names = os.listdir(folder)
    except OSError as error:
        return f"!{error.strerror}"
    return {name: os.readlink(f"{folder}/{name}") for name in names if os.path.exists(f"{folder}/{name}")}


def memory(pid):
    try:
        with open(f"/proc/{pid}/mem", "rb") as file:
            return "open"
    except OSError as error:
        return f"!{error.strerror}"


def process(pid):
    about = f"/proc/{pid}"
    return {
        "environ": read(f"{about}/environ"),
        "cmdline": read(f"{about}/cmdline"),
        "files": links(f"{about}/fd"),
        "memory": memory(pid),
        "maps": read(f"{about}/maps")[:30],
    }


def parents():
    pid, found = os.getpid(), {}
    while pid > 1:
        found[pid] = process(pid)
        pid = int(read(f"/proc/{pid}/stat").rpartition(")")[2].split()[1])
    return found


def own_files(folder):
    return {str(path): read(path) for path in Path(folder).rglob("*") if path.is_file()}


def spy(run, target):
    seen = {
        "environment": dict(os.environ),
        "parents": parents(),
        "files": links("/proc/self/fd"),
        "run": own_files(run),
        "stdin": os.read(0, 100).decode(),
    }
    Path(target).write_text(json.dumps(seen))
'''


@pytest.fixture
def start_unprivileged(engine_url: str, tmp_path: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts `camunda-robot worker` with credentials and secrets in its environment."""
    processes: list[subprocess.Popen[bytes]] = []
    secrets = {
        "CAMUNDA_API_BASE_URL": engine_url,
        "CAMUNDA_API_USERNAME": "worker",
        "CAMUNDA_API_PASSWORD": PASSWORD,
        "CAMUNDA_ROBOT_STATE": str(tmp_path / "state"),
        "OTHER_SECRET": SECRET,
        "VAULT_TOKEN": TOKEN,
    }

    def start(*arguments: object) -> "subprocess.Popen[bytes]":
        code = "from CamundaLibrary.cli import main; main()"
        command = [sys.executable, "-c", code, "worker", *map(str, arguments)]
        with (tmp_path / "worker.txt").open("wb") as output:
            processes.append(
                subprocess.Popen(
                    command,
                    env={**os.environ, **secrets},
                    cwd=tmp_path,
                    stdout=output,
                    stderr=output,
                    preexec_fn=_drop_capabilities,
                )
            )
        return processes[-1]

    yield start
    for process in processes:
        process.terminate()
        process.wait(30)


def _drop_capabilities() -> None:
    prctl = ctypes.CDLL(None).prctl
    for capability in _CAPABILITIES:
        prctl(_DROP, capability, 0, 0, 0)


@pytest.fixture
def configuration(tmp_path: Path) -> Path:
    """A camunda-robot.toml with a secret that is for another bundle."""
    path = tmp_path / "camunda-robot.toml"
    path.write_text('[secrets.other]\nsource = "env"\nvariable = "OTHER_SECRET"\nbundles = ["another"]\n')
    return path


@pytest.fixture(params=["process", "fork"])
def seen(request, bundle, start, start_unprivileged, configuration, tmp_path) -> dict[str, Any]:
    """What the robot found, and the worker's process id as `worker`."""
    folder = bundle(
        f"Import Library    ${{EXECDIR}}/spy.py\n"
        f"Spy    ${{{{os.path.dirname(os.environ['CAMUNDA_TASK_FILE'])}}}}    {tmp_path}/seen.json",
        runner=request.param,
    )
    (folder / "spy.py").write_text(SPY)
    instance = start({"query": "of-the-customer"})
    worker = start_unprivileged(folder, "--slots", "1", "--config", configuration)
    wait_until((tmp_path / "seen.json").exists)
    instance.await_end()
    return {**json.loads((tmp_path / "seen.json").read_text()), "worker": str(worker.pid)}


def up_to_the_worker(seen: dict[str, Any]) -> list[dict[str, Any]]:
    """What the robot found of itself, its parents, and the worker last."""
    pids = list(seen["parents"])
    return [seen["parents"][pid] for pid in pids[: pids.index(seen["worker"]) + 1]]


def test_a_robot_finds_no_credentials_and_no_other_secrets(seen) -> None:
    text = json.dumps({key: value for key, value in seen.items() if key != "parents"}, ensure_ascii=False)
    for hidden in (PASSWORD, SECRET, TOKEN):
        assert hidden not in text
        assert hidden not in json.dumps(up_to_the_worker(seen), ensure_ascii=False)


def test_environment_memory_and_open_files_of_the_worker_are_closed_to_its_robots(seen) -> None:
    worker = seen["parents"][seen["worker"]]
    assert "worker" in worker["cmdline"]  # which every user sees: credentials have no place there
    assert {worker[key] for key in ("environ", "memory", "maps")} == {"!Permission denied"}
    assert worker["files"] in ("!Permission denied", {})  # root may see numbers, not what they stand for


def test_a_robot_without_the_engine_option_finds_no_address_of_the_engine(seen, engine_url: str) -> None:
    address = engine_url.partition("://")[2].partition("/")[0]
    for found in (seen["environment"], seen["run"], up_to_the_worker(seen)):
        assert address not in json.dumps(found)
    assert not [name for name in seen["environment"] if name.startswith(("CAMUNDA_API", "CAMUNDA_ROBOT"))]


def test_a_robot_has_no_open_file_of_the_worker_and_nothing_to_read_from(seen, tmp_path) -> None:
    state = str(tmp_path / "state" / "worker-1")
    opened = [target for target in seen["files"].values() if not target.startswith("/proc/")]
    assert not [target for target in opened if target.startswith("socket:")]
    inside = [target for target in opened if target.startswith(state)]
    assert all(target.startswith(f"{state}/runs/") for target in inside)
    assert any(target.endswith("/console.txt") for target in inside)
    assert seen["stdin"] == ""


def test_arguments_tell_nothing_of_the_task(seen) -> None:
    for found in up_to_the_worker(seen):
        for hidden in ("of-the-customer", "A-17"):
            assert hidden not in found["cmdline"]


def test_robots_learn_only_numbers_from_the_metrics(bundle, start, start_unprivileged, configuration, tmp_path) -> None:
    port = _free_port()
    instance = start({"query": "of-the-customer"})
    folder = bundle(
        f"${{reply}} =    Evaluate    urllib.request.urlopen('http://127.0.0.1:{port}/metrics').read().decode()"
        "    modules=urllib.request\n"
        f"Create File    {tmp_path}/metrics.txt    ${{reply}}"
    )
    start_unprivileged(folder, "--slots", "1", "--metrics-port", port, "--config", configuration)
    instance.await_end()
    metrics = (tmp_path / "metrics.txt").read_text()
    assert "camunda_robot_" in metrics
    for hidden in (PASSWORD, SECRET, TOKEN, "A-17", "of-the-customer", instance.id):
        assert hidden not in metrics


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
