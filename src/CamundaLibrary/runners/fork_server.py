"""The worker's side of a fork server: starts the program, gives orders, and learns what became of its robots."""

import io
import itertools
import json
import os
import select
import subprocess
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from tempfile import TemporaryFile
from time import monotonic
from typing import Any, NamedTuple, cast

from CamundaLibrary.runners.contract import Order
from CamundaLibrary.runners.environment import robot_environment
from CamundaLibrary.runners.forked_robot import ForkedRobot
from CamundaLibrary.runners.robot_command import robot_arguments

_PROGRAM = "CamundaLibrary.robot_process.fork_server"
_ROOM_FOR_MARK = {"CAMUNDA_TASK_FILE": "x" * 4096}  # robots are found by it (robot_process/shown_environment.py)
_READY_TIME = 120  # seconds; a cold disk and a virus scanner are slow
_CLOSING_TIME = 15  # seconds


class ForkServerDied(Exception):
    """There is no fork server (any more); the text says why."""


class ServerKind(NamedTuple):
    """What robots must have in common to be forked from the same server. `program`: `robot`, or `handler`.

    `libraries` are those of robots, by their names there; `modules` are what Python files import.
    """

    program: str
    python: str
    libraries: tuple[str, ...]
    modules: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]

    def without(self, names: Collection[str]) -> "ServerKind":
        """Returns the same kind, but that libraries and modules of these names are not imported."""
        return self._replace(libraries=_without(self.libraries, names), modules=_without(self.modules, names))


def _without(given: tuple[str, ...], names: Collection[str]) -> tuple[str, ...]:
    return tuple(each for each in given if each not in names)


class ForkServer:
    """A running fork server. Its methods may be called by several threads; raises ForkServerDied if it cannot start."""

    def __init__(self, kind: ServerKind) -> None:
        self.runs = 0
        self._names = itertools.count(1)
        self._guard = threading.Lock()
        self._robots: dict[int, ForkedRobot] = {}
        self._death: str | None = None
        self._complaints = TemporaryFile()  # noqa: SIM115  # as long as the server is there
        self._process = self._launch(kind)
        self._commands = cast(io.FileIO, self._process.stdin)
        self._replies = cast(io.FileIO, self._process.stdout)
        report = self._await_report()
        self.obstacle: str | None = report["obstacle"]
        self.unsafe: Mapping[str, str] = report["unsafe"]
        self._watched: Mapping[str, int] = report["watched"]
        self._listener = threading.Thread(target=self._listen, name="fork server", daemon=True)
        self._listener.start()

    @property
    def is_dead(self) -> bool:
        return self._death is not None

    @property
    def is_stale(self) -> bool:
        """Whether what the server has imported was changed since."""
        return any(_time_of_change(path) != time for path, time in self._watched.items())

    def start(self, order: Order) -> ForkedRobot:
        """Starts a robot. Raises ForkServerDied, then no robot runs, and OSError if there is no room for another."""
        name = next(self._names)
        robot = ForkedRobot(self, name, order.task_file)
        with self._guard:
            if self._death:
                raise ForkServerDied(self._death)
            self._robots[name] = robot
            self.runs += 1
        self._send(
            start=name,
            arguments=[order.task.handler] if order.task.handler else robot_arguments(order),
            folder=str(order.root),
            environment=robot_environment(order),
            console=str(order.console),
        )
        robot.await_start()
        return robot

    def ask_to_end(self, robot: ForkedRobot) -> None:
        """Has Robot Framework end in order."""
        self._send(stop=robot.name)

    def end(self, robot: ForkedRobot) -> None:
        """Kills a robot and what it started."""
        self._send(kill=robot.name)

    def retire(self) -> None:
        """Lets the server end when its robots have."""
        self._send(exit=True)

    def kill(self) -> None:
        """Kills the server, and then all of its robots."""
        self._process.kill()

    def close(self) -> None:
        """Ends the server and its robots, in order if they do."""
        self._hang_up()
        self._listener.join(_CLOSING_TIME)
        self._process.kill()
        self._listener.join()

    def _launch(self, kind: ServerKind) -> "subprocess.Popen[bytes]":
        noticed, lifeline = os.pipe()
        self._lifeline: int | None = lifeline
        try:
            return subprocess.Popen(
                [kind.python, "-m", _PROGRAM, str(noticed), kind.program, *kind.libraries, "--", *kind.modules],
                cwd="/",
                env={**dict(kind.environment), **_ROOM_FOR_MARK},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._complaints,
                pass_fds=(noticed,),
                start_new_session=True,
                bufsize=0,
            )
        except OSError as error:
            os.close(lifeline)
            self._complaints.close()
            raise ForkServerDied(f"Starting the fork server failed: {error}.") from None
        finally:
            os.close(noticed)

    def _await_report(self) -> dict[str, Any]:
        deadline, line = monotonic() + _READY_TIME, b""
        while not line.endswith(b"\n"):
            is_readable, _, _ = select.select([self._replies], [], [], max(0.0, deadline - monotonic()))
            received = self._replies.read(65536) if is_readable else b""
            if not received:
                raise ForkServerDied(self._bury())
            line += received
        report: dict[str, Any] = json.loads(line)
        return report

    def _listen(self) -> None:
        with io.BufferedReader(self._replies) as replies:
            for line in replies:
                if line.endswith(b"\n"):
                    self._note(json.loads(line))
            self._lose_robots()

    def _note(self, reply: Mapping[str, Any]) -> None:
        if "started" in reply:
            self._robots[reply["started"]].note_start(reply["pid"])
        elif "ended" in reply:
            self._robots.pop(reply["ended"]).note_end(reply["code"])
        elif "refused" in reply:
            number = reply["errno"]
            self._robots.pop(reply["refused"]).note_refusal(OSError(number, os.strerror(number)))

    def _lose_robots(self) -> None:
        death = self._bury()
        with self._guard:
            self._death = death
            robots = list(self._robots.values())
        for robot in robots:
            robot.lose(ForkServerDied(death))

    def _bury(self) -> str:
        """Sees to it that the server is gone, and returns how it ended."""
        self._hang_up()
        if self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
        self._process.kill()
        code = self._process.wait()
        self._replies.close()
        with self._complaints as file:
            file.seek(0)
            complaint = (file.read().decode(errors="replace").strip().splitlines() or [""])[-1]
        ended = f"was killed by signal {-code}" if code < 0 else f"ended with exit code {code}"
        return f"The fork server {ended}{f': {complaint}' if complaint and code > 0 else ''}."

    def _send(self, **command: object) -> None:
        """What a dead server does not read, its robots learn from its death."""
        line = json.dumps(command).encode() + b"\n"
        with self._guard, suppress(BrokenPipeError, ValueError):
            while line:
                line = line[self._commands.write(line) or 0 :]

    def _hang_up(self) -> None:
        """Closes the pipes to the server: for it and its robots, the worker is gone."""
        with self._guard:
            lifeline, self._lifeline = self._lifeline, None
            if lifeline is not None:
                os.close(lifeline)
            with suppress(OSError):
                self._commands.close()


def _time_of_change(path: str) -> int | None:
    try:
        return os.stat(path).st_mtime_ns  # noqa: PTH116  # of many files, before every robot
    except OSError:
        return None
