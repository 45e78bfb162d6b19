"""The life of fork servers: made, replaced, killed, given up; and what then becomes of robots."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from textwrap import dedent, indent

import psutil
import pytest

from CamundaLibrary.bundles import open_bundle
from CamundaLibrary.errors import BundleError
from CamundaLibrary.runners import RUNNERS, choose, server_keeper
from CamundaLibrary.runners.fork import ForkRunner
from CamundaLibrary.runners.process import RobotProcess

SOON = timedelta(seconds=10)
RUNNING = "open('running', 'w').close()\nimport time; time.sleep({})"


def wait_until(condition):
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_alive(pid):
    with suppress(psutil.Error):
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    return False


def server_of(robot):
    return psutil.Process(robot.pid).parent()


def start(runner, order):
    robot = runner.start(order)
    wait_until((order.root / "running").exists)
    return robot


def test_robots_with_the_same_needs_share_a_server(new_fork, robot_order):
    runner = new_fork()
    robots = [start(runner, robot_order(RUNNING.format(1))) for _ in range(2)]
    other = start(runner, robot_order(RUNNING.format(1), environment={"PYTHONHASHSEED": "1"}))
    servers = [server_of(robot).pid for robot in (*robots, other)]
    assert servers[0] == servers[1] != servers[2]
    assert [robot.wait() for robot in (*robots, other)] == [0, 0, 0]


def test_a_server_is_replaced_after_so_many_robots_and_ends_when_they_have(new_fork, robot_order):
    runner = new_fork(runs=2)
    long = start(runner, robot_order(RUNNING.format(5)))
    first = server_of(long)
    robots = [start(runner, robot_order(RUNNING.format(1))) for _ in range(2)]
    servers = [server_of(robot) for robot in robots]
    assert servers[0] == first != servers[1]
    assert first.is_running()
    assert [robot.wait() for robot in (long, *robots)] == [0, 0, 0]
    wait_until(lambda: not is_alive(first.pid))
    assert is_alive(servers[1].pid)


def test_a_server_is_replaced_when_something_is_installed(new_fork, robot_order, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    packages = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    (packages / "of_tests.pth").write_text("\n".join(path for path in sys.path if path.endswith(("-packages", "src"))))
    runner, python = new_fork(), str(tmp_path / "venv/bin/python")
    before = server_of(robot := start(runner, robot_order(RUNNING.format(1), python=python)))
    assert robot.wait() == 0
    same = server_of(robot := start(runner, robot_order(RUNNING.format(1), python=python)))
    assert robot.wait() == 0
    (packages / "new.py").write_text("")
    after = server_of(robot := start(runner, robot_order(RUNNING.format(1), python=python)))
    assert robot.wait() == 0
    assert before == same != after


def test_robots_of_a_server_that_is_killed_are_gone_and_say_so(new_fork, robot_order):
    runner = new_fork()
    program = """
    import os, pathlib, signal, subprocess, time
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen(["sleep", "60"], start_new_session=True)
    daemon = subprocess.run("setsid sleep 61 >/dev/null 2>&1 & echo $!", shell=True, capture_output=True, text=True)
    pathlib.Path("new").write_text(f"{child.pid} {daemon.stdout}")
    os.rename("new", "running")
    time.sleep(60)
    """
    orders = [robot_order(program) for _ in range(2)]
    robots = [start(runner, order) for order in orders]
    pids = [int(pid) for order in orders for pid in (order.root / "running").read_text().split()]
    assert len(pids) == 4
    assert all(map(is_alive, pids))
    server_of(robots[0]).kill()
    assert [robot.wait() for robot in robots] == [-9, -9]
    assert {robot.broken for robot in robots} == {"The fork server was killed by signal 9."}
    assert not any(is_alive(pid) for pid in (*pids, *(robot.pid for robot in robots)))
    after = runner.start(robot_order())
    assert (after.wait(), after.broken) == (0, None)


def test_a_server_that_died_idle_is_replaced_without_a_word(new_fork, robot_order, caplog):
    runner = new_fork()
    server = server_of(robot := start(runner, robot_order(RUNNING.format(1))))
    assert robot.wait() == 0
    server.kill()
    assert runner.start(robot_order()).wait() == 0
    assert not [message for message in caplog.messages if "processes of their own" in message]


def test_a_robot_whose_start_was_not_told_does_not_run_twice(new_fork, robot_order):
    """The server stops before it reads the order, and dies after it has started the robot or not."""
    runner = new_fork()
    server = server_of(robot := start(runner, robot_order(RUNNING.format(1))))
    assert robot.wait() == 0
    order = robot_order("import os, time; open('runs', 'a').write('x'); time.sleep(1); open('ends', 'a').write('x')")
    server.suspend()
    threading.Timer(0.3, server.kill).start()
    assert runner.start(order).wait() == 0
    assert (order.root / "runs").read_text() == (order.root / "ends").read_text() == "x"


def test_a_server_that_does_not_answer_is_killed_with_its_robots(new_fork, robot_order, monkeypatch):
    monkeypatch.setattr("CamundaLibrary.runners.forked_robot._ANSWER_TIME", 0.5)
    robot = start(new_fork(), robot_order(RUNNING.format(60)))
    server_of(robot).suspend()
    robot.stop(timedelta(seconds=0.2))
    assert (robot.wait(), robot.broken) == (-9, "The fork server was killed by signal 9.")
    assert not is_alive(robot.pid)


@pytest.mark.parametrize(
    ("python", "reason"),
    [
        ("/no/such/python", "Starting the fork server failed: [Errno 2] No such file or directory: '/no/such/python'"),
        ("/bin/false", "The fork server ended with exit code 1"),
    ],
)
def test_without_a_server_robots_are_processes_which_is_said_once(new_fork, robot_order, caplog, python, reason):
    runner = new_fork()
    for _ in range(2):
        with suppress(FileNotFoundError):
            robot = runner.start(robot_order(python=python))
            assert isinstance(robot, RobotProcess)
            assert robot.wait() == 1
    assert caplog.messages == [f"{reason}: robots are started in processes of their own, which takes longer."]


def test_a_robot_framework_that_starts_threads_is_not_forked(new_fork, robot_order, caplog, tmp_path):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    packages = next((tmp_path / "venv").glob("lib/python*/site-packages"))
    paths = "\n".join(path for path in sys.path if path.endswith(("-packages", "src")))
    thread = "import threading, time; threading.Thread(target=time.sleep, args=(99,), daemon=True).start()"
    (packages / "of_tests.pth").write_text(f"{paths}\n{thread}\n")
    robot = new_fork().start(robot_order(python=str(tmp_path / "venv/bin/python")))
    assert isinstance(robot, RobotProcess)
    assert robot.wait() == 0
    assert caplog.messages == [
        "Importing Robot Framework starts threads: robots are started in processes of their own, which takes longer."
    ]


def test_a_server_that_could_not_be_started_is_tried_again_later(new_fork, robot_order, tmp_path, monkeypatch):
    monkeypatch.setattr(server_keeper, "_PAUSE", 0)
    runner, python = new_fork(), tmp_path / "python"
    with pytest.raises(FileNotFoundError):
        runner.start(robot_order(python=str(python)))
    python.write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    python.chmod(0o755)
    robot = runner.start(robot_order(python=str(python)))
    assert type(robot).__name__ == "ForkedRobot"
    assert robot.wait() == 0


def test_closing_ends_the_server_and_robots_in_order(new_fork, robot_order):
    runner = new_fork()
    order = robot_order(RUNNING.format(60))
    robot = start(runner, order)
    server = server_of(robot)
    runner.close()
    assert robot.wait() == 1
    assert not is_alive(server.pid)
    assert "Execution terminated by signal" in (order.root / "output/output.xml").read_text("utf-8")


WORKER = """
import json, sys, time
from pathlib import Path
from CamundaLibrary.bundles.manifest import Manifest, ManifestTask
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.runners import RUNNERS, Order, RunnerSettings
runner = RUNNERS[sys.argv[1]](RunnerSettings(Path("environments")))
root = Path(sys.argv[2])
task = ManifestTask("Search", "search", 1, "Search", None, TaskOptions())
manifest = Manifest(root / "robot.yaml", (task,), "output", (), (), ())
robot = runner.start(Order(task, manifest, root, root.parent / "task.json", root.parent / "console.txt",
                           root.parent / "tmp", {}))
Path(sys.argv[2], "pid.new").write_text(str(robot.pid))
Path(sys.argv[2], "pid.new").rename(Path(sys.argv[2], "pid"))
time.sleep(60)
"""


@pytest.mark.parametrize("name", ["fork", "process"])
@pytest.mark.parametrize("with_server", [True, False], ids=["server too", "worker alone"])
def test_a_robot_whose_worker_is_killed_ends_in_order(robot_order, name, with_server):
    order = robot_order(RUNNING.format(60))
    worker = subprocess.Popen([sys.executable, "-c", WORKER, name, order.root])
    wait_until(lambda: (order.root / "running").exists() and (order.root / "pid").exists())
    pid = int((order.root / "pid").read_text())
    server = psutil.Process(pid).parent()
    worker.kill()
    if with_server and name == "fork":
        server.kill()
    worker.wait()
    wait_until(lambda: not is_alive(pid))
    assert "Execution terminated by signal" in (order.root / "output/output.xml").read_text("utf-8")
    assert json.loads((order.task_file.with_name("task.outcome.json")).read_text("utf-8"))["outcome"] == "failure"
    wait_until(lambda: name == "process" or not is_alive(server.pid))


def test_a_robot_that_ignores_the_end_of_its_worker_is_killed(robot_order):
    program = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + RUNNING.format(60)
    order = robot_order(program)
    worker = subprocess.Popen([sys.executable, "-c", WORKER, "fork", order.root])
    wait_until(lambda: (order.root / "running").exists() and (order.root / "pid").exists())
    pid = int((order.root / "pid").read_text())
    worker.kill()
    worker.wait()
    begun = time.monotonic()
    wait_until(lambda: not is_alive(pid))
    assert 8 < time.monotonic() - begun < 14


def test_checking_a_bundle_starts_its_server(new_fork, tmp_path):
    (tmp_path / "robot.yaml").write_text("tasks: {A: {robotTaskName: A}}\nartifactsDir: output\n", "utf-8")
    runner, bundle = new_fork(), open_bundle(tmp_path, tmp_path)
    children = set(psutil.Process().children())
    runner.check(bundle, {})
    (server,) = set(psutil.Process().children()) - children
    assert "CamundaLibrary.robot_process.fork_server" in server.cmdline()
    (tmp_path / "CamundaListener.py").write_text("raise ValueError('mine')", "utf-8")
    with pytest.raises(BundleError, match="ValueError: mine"):
        runner.check(bundle, {})


def test_the_best_runner_forks_where_that_works(tmp_path, monkeypatch, caplog):
    (tmp_path / "robot.yaml").write_text("tasks: {A: {robotTaskName: A}}\nartifactsDir: output\n", "utf-8")
    bundle = open_bundle(tmp_path, tmp_path)
    assert [choose(name, bundle) for name in (None, "fork", "process")] == ["fork", "fork", "process"]
    monkeypatch.setattr(sys, "platform", "darwin")
    assert [choose(name, bundle) for name in (None, "fork", "process")] == ["process"] * 3
    assert caplog.messages == [f"Robots of '{tmp_path}' ask for the runner 'fork'. It needs Linux. 'process' is used."]
    assert all(hasattr(kind, "obstacle") for kind in RUNNERS.values())


def test_what_the_server_was_started_with_does_not_show_in_robots(new_fork, robot_order):
    order = robot_order("open('running', 'w').close(); import time; time.sleep(0.5)")
    robot = start(new_fork(), order)
    shown = psutil.Process(robot.pid).environ()
    assert shown == {"CAMUNDA_TASK_FILE": str(order.task_file)}
    assert "CAMUNDA_TASK_FILE" in server_of(robot).environ()
    assert robot.wait() == 0


def test_a_command_is_a_process(fork, order):
    made = order(dedent("import sys; sys.exit(5)"))
    robot = fork.start(made)
    assert isinstance(robot, RobotProcess)
    assert robot.wait() == 5


def test_the_server_has_no_threads_no_sockets_and_a_session_of_its_own(new_fork, robot_order):
    robot = start(new_fork(), robot_order(RUNNING.format(1)))
    server = server_of(robot)
    assert server.num_threads() == 1
    targets = [str(name.readlink()) for name in Path(f"/proc/{server.pid}/fd").iterdir()]
    assert not [target for target in targets if target.startswith("socket:")]
    assert os.getsid(server.pid) == server.pid
    assert robot.wait() == 0


def test_servers_for_many_environments_make_room_for_each_other(new_fork, robot_order, monkeypatch):
    monkeypatch.setattr("CamundaLibrary.runners.fork._MANY", 2)
    runner: ForkRunner = new_fork()
    servers = []
    for number in range(3):
        robot = start(runner, robot_order(RUNNING.format(1), environment={"NUMBER": str(number)}))
        servers.append(server_of(robot).pid)
        assert robot.wait() == 0
    wait_until(lambda: not is_alive(servers[0]))
    assert all(map(is_alive, servers[1:]))


def test_many_bundles_with_modules_of_their_own_share_a_server_rather_than_make_room(
    new_fork, robot_order, monkeypatch
):
    monkeypatch.setattr("CamundaLibrary.runners.fork._MANY", 2)
    runner: ForkRunner = new_fork()
    orders = {}
    for module in ("sqlite3", "wave", "zipapp", "tabnanny"):
        code = f"import {module}\ndef run():\n{indent(dedent(RUNNING.format(1)), '    ')}\n"
        orders[module] = robot_order(modules={"Code.py": code})
    servers = {}
    for module in (*orders, "tabnanny", "zipapp"):
        robot = start(runner, orders[module])
        servers.setdefault(module, []).append(server_of(robot).pid)
        assert robot.wait() == 0
        (orders[module].root / "running").unlink()
    assert len({servers["sqlite3"][0], servers["wave"][0], servers["zipapp"][0]}) == 3
    assert {*servers["zipapp"], *servers["tabnanny"]} == {servers["zipapp"][0]}


def test_stopping_a_robot_asks_it_once_then_kills_it(fork, robot_order):
    program = """
    import signal, time
    def note(*_):
        open("asked", "a").write("x")
    signal.signal(signal.SIGTERM, note)
    open("running", "w").close()
    while True: time.sleep(0.05)
    """
    order = robot_order(program)
    robot = start(fork, order)
    threads = [threading.Thread(target=robot.stop, args=(timedelta(seconds=wait),)) for wait in (5, 0.7)]
    for thread in threads:
        thread.start()
    assert robot.wait() == -signal.SIGKILL
    for thread in threads:
        thread.join()
    assert (order.root / "asked").read_text() == "x"


def test_a_robot_that_is_asked_to_stop_ends_in_order(fork, robot_order):
    order = robot_order(RUNNING.format(60))
    robot = start(fork, order)
    robot.stop(SOON)
    assert robot.wait() == 1
    assert Path(order.root / "output/log.html").exists()
