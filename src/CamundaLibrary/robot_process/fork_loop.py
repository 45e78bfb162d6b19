"""The loop of a fork server: takes commands, forks robots, and reaps them."""

import errno
import json
import os
import select
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from time import monotonic
from typing import Any, NoReturn

from CamundaLibrary.robot_process.orphans import MARK, ForkedProcess, Orphans

_PATIENCE = 12  # seconds; a little more than robots have themselves


class ForkLoop:
    """Starts, ends and reaps robots; single-threaded.

    `foresee` is called with the order of a robot before the fork, `become_robot` is what the fork does with it.
    """

    def __init__(
        self,
        commands: int,
        replies: int,
        foresee: Callable[[Mapping[str, Any]], None],
        become_robot: Callable[[Mapping[str, Any]], NoReturn],
    ) -> None:
        self._commands = commands
        self._replies = replies
        self._foresee = foresee
        self._become_robot = become_robot
        self._received = b""
        self._robots: dict[int, ForkedProcess] = {}  # by descriptor
        self._orphans = Orphans()
        self._poll = select.poll()
        self._poll.register(commands, select.POLLIN)
        self._is_ending = False
        self._deadline: float | None = None

    def serve(self) -> None:
        """Returns when the worker is done or dead, and all robots have ended."""
        while self._robots or not self._is_ending:
            for descriptor, _ in self._poll.poll(self._milliseconds_left()):
                if descriptor == self._commands:
                    self._receive()
                else:
                    self._end(descriptor)
            if self._deadline and monotonic() > self._deadline:
                for robot in self._robots.values():
                    _kill(robot)

    def reply(self, **message: Any) -> None:
        """Tells the worker, if it is still there."""
        line = json.dumps(message).encode() + b"\n"
        with suppress(BrokenPipeError):
            while line:
                line = line[os.write(self._replies, line) :]

    def _milliseconds_left(self) -> float | None:
        return None if self._deadline is None else max(100.0, (self._deadline - monotonic()) * 1000)

    def _receive(self) -> None:
        received = os.read(self._commands, 65536)
        *lines, self._received = (self._received + received).split(b"\n")
        for line in lines:
            self._obey(json.loads(line))
        if not received:
            self._poll.unregister(self._commands)
            self._is_ending = True
            self._deadline = monotonic() + _PATIENCE

    def _obey(self, command: Mapping[str, Any]) -> None:
        if "start" in command:
            self._start(command["start"], command)
        for robot in self._robots.values():
            if robot.name == command.get("stop"):
                os.kill(robot.pid, signal.SIGTERM)
            elif robot.name == command.get("kill"):
                _kill(robot)
        self._is_ending = self._is_ending or "exit" in command

    def _start(self, name: int, order: Mapping[str, Any]) -> None:
        self._foresee(order)
        try:
            pid = os.fork()
        except OSError as error:
            self.reply(refused=name, errno=error.errno or errno.EAGAIN)
            return
        if pid == 0:
            self._become_robot(order)
        mark = os.fsencode(f"{MARK}={order['environment'][MARK]}") + b"\0"
        descriptor = os.pidfd_open(pid)  # type: ignore[attr-defined,unused-ignore]  # Linux only
        self._robots[descriptor] = ForkedProcess(name, pid, mark)
        self._poll.register(descriptor, select.POLLIN)
        self.reply(started=name, pid=pid)

    def _end(self, descriptor: int) -> None:
        robot = self._robots.pop(descriptor)
        self._poll.unregister(descriptor)
        os.close(descriptor)
        self._orphans.end_with(robot, self._robots.values())
        _, status = os.waitpid(robot.pid, 0)
        self.reply(ended=robot.name, code=os.waitstatus_to_exitcode(status))


def _kill(robot: ForkedProcess) -> None:
    """The group is there as soon as the fork made one."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(robot.pid, signal.SIGKILL)
    os.kill(robot.pid, signal.SIGKILL)
