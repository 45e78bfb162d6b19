"""Workers whose processes are killed at random, robots that write down what they did, and who held which task."""

import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep
from typing import NamedTuple

import psutil
from faults import Exchange, FaultProxy
from worker_stage import wait_until

SERVER = "CamundaLibrary.robot_process.fork_server"
EFFECTS = '''
"""Writes down what a robot did, when, and of which processes it was."""

import json
import os
import random
import time


def parent_of(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def take_effect(path, key):
    server = os.getppid()
    write(path, key=key, pids=[os.getpid(), server, parent_of(server)])
    time.sleep(random.uniform(0, 0.1))
    write(path, key=key, ends=os.getpid())


def write(path, **what):
    line = json.dumps({"at": time.monotonic(), **what}) + "\\n"
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, line.encode())
    os.close(file)
'''


class Effect(NamedTuple):
    """What a robot did for the task with that idempotency key. `pids`: the robot, its parent, and the parent of that.

    `at` and `ended` are of the monotonic clock; `ended` is None if the robot did not come that far.
    """

    key: str
    at: float
    pids: tuple[int, ...]
    ended: float | None


def read_effects(path: Path) -> list[Effect]:
    """Returns them in the order in which they took place."""
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    ends = {(line["key"], line["ends"]): line["at"] for line in lines if "ends" in line}
    begun = [line for line in lines if "pids" in line]
    return [
        Effect(each["key"], each["at"], tuple(each["pids"]), ends.get((each["key"], each["pids"][0]))) for each in begun
    ]


def count_effects(path: Path) -> int:
    """Returns how many there are so far."""
    return path.read_bytes().count(b'"pids"') if path.exists() else 0


class Kill(NamedTuple):
    """A process that was killed: a robot, a fork server or a worker; `at` is of the monotonic clock."""

    kind: str
    pid: int
    at: float


def is_explained(effect: Effect, repetition: Effect, kills: list[Kill]) -> bool:
    """Whether a process that the effect's robot needed to be reported was killed around it, before the repetition.

    A robot whose parents were gone by then cannot tell which they were: it goes on for a moment after their end.
    """
    around = [kill for kill in kills if effect.at - 3 < kill.at < min(effect.at + 10, repetition.at)]
    is_orphan = min(effect.pids) <= 1
    return any(kill.pid in effect.pids or (is_orphan and kill.kind != "robot") for kill in around)


class Crowd:
    """Workers on one state folder; one that was killed is started anew a moment later.

    `results` tells by task when a robot's result, which was that all is done, was first seen on disk.
    """

    def __init__(self, command: list[str], environment: Mapping[str, str], folder: Path, chance: random.Random) -> None:
        self._command = command
        self._state = folder / "state"
        self._environment = {**os.environ, **environment, "CAMUNDA_ROBOT_STATE": str(self._state)}
        self._folder = folder
        self._chance = chance
        self._workers: list[subprocess.Popen[bytes]] = []
        self._due: list[float] = []
        self._bag: list[str] = []
        self.results: dict[str, float] = {}
        self._logs: dict[int, Path] = {}
        self.seen: set[psutil.Process] = set()
        self.kills: list[Kill] = []

    def start(self) -> None:
        """Starts one more worker."""
        path = self._folder / f"worker-{len(self._logs):02}.log"
        with path.open("wb") as log:
            worker = subprocess.Popen(self._command, env=self._environment, stderr=log)
        self._logs[worker.pid] = path
        self._workers.append(worker)
        self.seen.add(psutil.Process(worker.pid))

    def revive(self) -> None:
        """Starts those anew whose time has come."""
        due = [time for time in self._due if time <= monotonic()]
        self._due = [time for time in self._due if time not in due]
        for _ in due:
            self.start()

    def kill_something(self) -> None:
        """Kills a robot, a fork server or a worker, if there is one at this moment."""
        if not self._workers:
            return
        worker = self._chance.choice(self._workers)
        assert worker.poll() is None, f"A worker ended by itself, with exit code {worker.returncode}."
        kind = self._draw()
        deadline = monotonic() + 0.3
        while not (victims := list(self._find(kind, worker.pid))) and monotonic() < deadline:
            sleep(0.01)
        if victims:
            self._kill(kind, self._chance.choice(victims))
        if kind == "worker":
            worker.wait()
            self._workers.remove(worker)
            self._due.append(monotonic() + self._chance.uniform(0, 1.5))

    @property
    def pids(self) -> set[int]:
        """The process ids of all workers there were."""
        return set(self._logs)

    def complete(self) -> None:
        """Starts anew those that were killed, and returns when all are at work."""
        self._due = [0.0] * len(self._due)
        self.revive()
        for worker in self._workers:
            wait_until(lambda log=self._logs[worker.pid]: "Connected with engine" in log.read_text("utf-8"), 60)

    def count_kills(self) -> Counter[str]:
        return Counter(kill.kind for kill in self.kills)

    def stop(self) -> list[int]:
        """Stops all in order and returns their exit codes."""
        for worker in self._workers:
            worker.terminate()
        return [worker.wait(30) for worker in self._workers]

    def abandon(self) -> None:
        """Kills whatever is left, after a test that failed."""
        for process in self.seen:
            with suppress(psutil.Error):
                process.kill()

    def left(self, seconds: float = 5) -> list[psutil.Process]:
        """Returns processes of the crowd that are still there after a while."""
        _, alive = psutil.wait_procs([each for each in self.seen if each.is_running()], seconds)
        return alive

    def logs(self) -> str:
        return "".join(path.read_text("utf-8") for path in self._logs.values())

    def _draw(self) -> str:
        """None of the kinds is left out for long."""
        if not self._bag:
            self._bag = ["robot"] * 8 + ["fork server"] * 3 + ["worker"]
            self._chance.shuffle(self._bag)
        return self._bag.pop()

    def _note_results(self) -> None:
        for path in self._state.glob("worker-*/runs/*/task.outcome.json"):
            with suppress(OSError):
                if '"completed"' in path.read_text("utf-8"):
                    task = json.loads(path.with_name("task.json").read_text("utf-8"))["task"]["id"]
                    self.results.setdefault(task, monotonic())

    def _find(self, kind: str, worker: int) -> Iterator[psutil.Process]:
        """Robots are forks of the server, and share its command line."""
        family = psutil.Process(worker).children(recursive=True)
        self.seen.update(family)
        parents = {process.pid: parent_of(process) for process in family}
        servers = {pid for pid, parent in parents.items() if parent == worker}
        if kind == "worker":
            yield psutil.Process(worker)
        elif kind == "fork server":
            yield from (process for process in family if process.pid in servers and is_server(process))
        else:
            yield from (process for process in family if parents.get(process.pid) in servers)

    def _kill(self, kind: str, victim: psutil.Process) -> None:
        self._note_results()
        with suppress(psutil.NoSuchProcess):
            victim.kill()
            self.kills.append(Kill(kind, victim.pid, monotonic()))


def parent_of(process: psutil.Process) -> int:
    with suppress(psutil.Error):
        return process.ppid()
    return 0


def is_server(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return SERVER in process.cmdline()
    return False


def crowd_command(bundle: Path, *options: str) -> list[str]:
    """Returns the command of a worker, as a user would start it, but with short polls."""
    shorter = "from CamundaLibrary.worker.fetching import fetcher; fetcher.POLL = fetcher.timedelta(seconds=1)"
    program = f"{shorter}; from CamundaLibrary.cli import main; main()"
    return [sys.executable, "-c", program, "worker", str(bundle), *options]


def processes_of(folder: Path) -> list[psutil.Process]:
    """Returns processes whose environment, working folder or arguments name the folder."""
    return [process for process in psutil.process_iter() if _names(process, str(folder))]


def _names(process: psutil.Process, folder: str) -> bool:
    with suppress(psutil.Error, OSError):
        told = [*process.environ().values(), process.cwd(), *process.cmdline()]
        return process.pid != os.getpid() and any(folder in text for text in told)
    return False


class Locks:
    """Who holds which tasks, as seen on the way to the engine: from the fetch until a report or an unlock is done."""

    def __init__(self, proxy: FaultProxy) -> None:
        self._guard = Lock()
        self._held: dict[str, set[str]] = {}
        self.most: Counter[str] = Counter()
        proxy.fail("POST", "/fetchAndLock", self._note_fetch)
        for end in ("/complete", "/failure", "/unlock"):
            proxy.fail("POST", end, self._note_end)

    def _note_fetch(self, exchange: Exchange) -> None:
        worker = exchange.request.json["workerId"]  # type: ignore[index]
        reply = exchange.forward()
        if reply.status == 200:
            with self._guard:
                held = self._held.setdefault(worker, set())
                held.update(task["id"] for task in json.loads(reply.body))
                self.most[worker] = max(self.most[worker], len(held))
        exchange.send(reply)

    def _note_end(self, exchange: Exchange) -> None:
        task = re.search("/external-task/([^/]+)/", exchange.request.path)[1]  # type: ignore[index]
        reply = exchange.forward()
        if reply.status < 300:
            with self._guard:
                for held in self._held.values():
                    held.discard(task)
        exchange.send(reply)
