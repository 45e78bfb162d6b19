"""What the hotel plays on: its services and workers, each a process that can be stopped, killed and started again."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import requests

SERVICES = {"booking": 5001, "room": 5002, "restaurant": 5003, "client": 5004}
START = 30  # seconds that a service gets to answer
GRACE = 50  # seconds that a worker gets to end in order


class StageError(Exception):
    """Something that is needed does not work; the text is for the user."""


class Services:
    """The four services, each a process of its own that keeps its address and its database."""

    def __init__(self, program: Path, data: Path, ports: Mapping[str, int] = SERVICES) -> None:
        self._program = program
        self._data = data
        self._ports = dict(ports)
        self._processes: dict[str, subprocess.Popen[str]] = {}

    def start(self, *names: str, late: float = 0) -> None:
        """Starts these services, all if none is named. `late`: so many seconds lie between what is done and told."""
        for name in names or SERVICES:
            command = [sys.executable, str(self._program), "--only", name, "--data", str(self._data)]
            options = [f"--{name}-port", str(_free(self._ports[name])), "--late", str(late)]
            self._processes[name] = _start([*command, *options], stdout=subprocess.PIPE, text=True)
        for name in names or SERVICES:
            self._ports[name] = self._read_port(name)

    def stop(self, *names: str) -> None:
        """Stops these services, all if none is named."""
        for name in names or list(self._processes):
            process = self._processes.pop(name)
            process.kill()
            process.communicate()

    def restart(self, name: str, late: float = 0) -> None:
        self.stop(name)
        self.start(name, late=late)

    def address(self, name: str) -> str:
        return f"http://localhost:{self._ports[name]}"

    @property
    def addresses(self) -> dict[str, str]:
        return {name: self.address(name) for name in SERVICES}

    @property
    def environment(self) -> dict[str, str]:
        """What robots need to know."""
        return {f"HOTEL_{name.upper()}_URL": address for name, address in self.addresses.items()}

    def ask(self, name: str, path: str, **query: object) -> Any:
        reply = requests.get(self.address(name) + path, params=query, timeout=30)
        reply.raise_for_status()
        return reply.json()

    def bookings(self, reference: str | None = None) -> list[dict[str, Any]]:
        """Returns what was booked, all of it or under one reference."""
        bookings = self.ask("booking", "/api/booking/list")["bookings"]
        return [each for each in bookings if reference in (None, each["reference"])]

    def blocks(self) -> list[dict[str, Any]]:
        return self.ask("room", "/api/room/blocks")["blocks"]  # type: ignore[no-any-return]

    def _read_port(self, name: str) -> int:
        greeting = self._processes[name].stdout.readline()  # type: ignore[union-attr]
        if not greeting:
            raise StageError(f"The {name} service ended at once.")
        return int(greeting.rsplit(":", 1)[1])


class HotelWorker:
    """One `camunda-robot worker` on the bundle, or the one of functions.py; all it says goes to a file."""

    def __init__(self, engine: str, bundle: Path, folder: Path, environment: Mapping[str, str]) -> None:
        self.log = folder / "worker.log"
        self._bundle = bundle
        self._state = folder / "state"
        self._environment = {**os.environ, "CAMUNDA_API_BASE_URL": engine, **environment}
        self._process: subprocess.Popen[bytes] | None = None
        self._is_asked = False

    def start(self, *options: str, functions: bool = False) -> None:
        """Starts it; with `functions` all tasks are done by Python functions, none by a robot."""
        self._state.mkdir(parents=True, exist_ok=True)
        if functions:
            command = [str(self._bundle / "functions.py")]
        else:
            passed = [option for name in SERVICES for option in ("--pass-environment", f"HOTEL_{name.upper()}_URL")]
            code = "from CamundaLibrary.cli import main; main()"
            command = ["-c", code, "worker", str(self._bundle), *passed]
        with self.log.open("ab") as output:
            self._process = _start(
                [sys.executable, *command, "--state", str(self._state), *options],
                env=self._environment,
                stdout=output,
                stderr=output,
            )

    def await_line(self, text: str, seconds: float = 30) -> None:
        """Waits until it has said this. StageError if it does not, or ends."""
        deadline = time.monotonic() + seconds
        while text not in self.said:
            if time.monotonic() > deadline or not self.is_running:
                raise StageError(f"The worker did not say '{text}', but:\n{self.said[-2000:]}")
            time.sleep(0.05)

    @property
    def said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    @property
    def process_id(self) -> int | None:
        """None before it was started."""
        return self._process.pid if self._process else None

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def stop(self) -> int | None:
        """Asks it to end, waits, and returns the exit code; None if it was never started."""
        if self._process is None:
            return None
        self.ask_to_end()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE)
        self.kill()
        return self._process.returncode

    def ask_to_end(self) -> None:
        """Returns at once: several may end at the same time. Asked twice, a worker would drop what it does."""
        if self.is_running and not self._is_asked:
            self._is_asked = True
            assert self._process
            self._process.send_signal(signal.CTRL_BREAK_EVENT if sys.platform == "win32" else signal.SIGTERM)

    def kill(self) -> None:
        """Ends it as a power cut would; its robots see that, and end, too."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()


def _start(command: list[str], **options: Any) -> "subprocess.Popen[Any]":
    """Starts a program that Ctrl-C in a terminal does not reach: who started it ends it."""
    if sys.platform == "win32":
        apart: dict[str, Any] = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    else:
        apart = {"start_new_session": True}
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, **apart, **options)


def _free(port: int) -> int:
    """Returns the port, or 0 for any other where somebody has it."""
    with socket.socket() as probe:
        return port if probe.connect_ex(("localhost", port)) else 0
