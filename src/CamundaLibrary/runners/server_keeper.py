"""Keeps a fork server for one kind of robots: starts it, has another one where it is stale, old or dead."""

import logging
import threading
from time import monotonic

from CamundaLibrary.runners.contract import Order
from CamundaLibrary.runners.fork_server import ForkServer, ForkServerDied, ServerKind
from CamundaLibrary.runners.forked_robot import ForkedRobot

_log = logging.getLogger(__name__)

RUNS = 2000
"""After so many robots a server is replaced, so that what it may have gathered is given back."""

_PAUSE = 60  # seconds until a server that could not be started is tried again


class ServerKeeper:
    """One server at a time, and those that wait for their last robots."""

    def __init__(self, kind: ServerKind, runs: int = RUNS) -> None:
        self._kind = kind
        self._runs = runs
        self._guard = threading.Lock()
        self._server: ForkServer | None = None
        self._retired: list[ForkServer] = []
        self._next_try = 0.0
        self._said: set[str] = set()

    def start(self, order: Order) -> ForkedRobot | None:
        """Starts a robot; None where that takes a process of its own, which is said once, with why."""
        for _ in range(2):
            server = self.provide()
            if server is None:
                break
            try:
                return server.start(order)
            except ForkServerDied as death:
                self._say(str(death))
        return None

    def provide(self) -> ForkServer | None:
        """Returns a server that can start robots, None if there can be none."""
        with self._guard:
            if self._server and (self._server.is_dead or self._server.is_stale or self._server.runs >= self._runs):
                self._retire(self._server)
            if self._server is None and monotonic() >= self._next_try:
                self._server = self._launch()
            return self._server

    def retire(self) -> None:
        """Lets the server end when its robots have."""
        with self._guard:
            if self._server:
                self._retire(self._server)

    def close(self) -> None:
        """Ends all servers."""
        with self._guard:
            for server in (*self._retired, *([self._server] if self._server else [])):
                server.close()
            self._server = None
            self._retired.clear()

    def _retire(self, server: ForkServer) -> None:
        server.retire()
        self._retired = [other for other in (*self._retired, server) if not other.is_dead]
        self._server = None

    def _launch(self) -> ForkServer | None:
        """A library that forks do not survive is imported by every robot for itself."""
        kind = self._kind
        try:
            while (server := ForkServer(kind)).unsafe:
                server.close()
                for library, problem in server.unsafe.items():
                    self._say(f"Importing library '{library}' {problem}: every robot imports it for itself.")
                kind = kind.without(server.unsafe)
        except ForkServerDied as death:
            self._give_up(str(death))
            return None
        self._kind = kind
        if server.obstacle:
            server.close()
            what = "Robot Framework" if kind.program == "robot" else "what handlers need"
            self._give_up(f"Importing {what} {server.obstacle}.")
            return None
        return server

    def _give_up(self, reason: str) -> None:
        self._next_try = monotonic() + _PAUSE
        self._say(f"{reason.rstrip('.')}: robots are started in processes of their own, which takes longer.")

    def _say(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            _log.warning("%s", sentence)
