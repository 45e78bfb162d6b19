"""The engine as a process of its own."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from datetime import timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from CamundaLibrary.development_engine.database import IN_MEMORY
from CamundaLibrary.development_engine.families import CAMUNDA, Family
from CamundaLibrary.development_engine.output import EngineOutput
from CamundaLibrary.development_engine.tools import find_java
from CamundaLibrary.errors import CamundaLibraryError, SettingsError

_GRACE = 20  # seconds that an engine gets to end by itself


class DevelopmentEngine:
    """An engine in a process of its own, which never outlives this one, however this one ends.

    `jar` is what `build_engine` returned for `family`, `port` 0 stands for a free one, `database` is a JDBC url
    (`find_jdbc_url`), `authentication` tells whether REST calls need the login of an engine user, `java_memory` is the
    size of Java's heap (`512m`, `2g`), `log` a file for all that the engine prints. `clock` is by how much the engine's
    time, that of locks, timers and history, is ahead of the system's; negative: behind.
    """

    LOGIN = ("demo", "demo")  # of the user who may do everything

    def __init__(
        self,
        jar: Path,
        *,
        family: Family = CAMUNDA,
        port: int = 0,
        database: str = IN_MEMORY,
        authentication: bool = False,
        java_memory: str = "512m",
        log: Path | None = None,
        clock: timedelta = timedelta(),
    ) -> None:
        self.port = port
        self._family = family
        self._jar = jar
        self._database = database
        self._authentication = authentication
        self._java_memory = java_memory
        self._log = log
        self._clock = clock

    @property
    def base_url(self) -> str:
        """The address without a path."""
        return f"http://localhost:{self.port}"

    @property
    def web_url(self) -> str:
        """The root of the web applications: Cockpit is at `/cockpit` below it, Tasklist at `/tasklist`."""
        return f"{self.base_url}/{self._family.name}/app"

    @property
    def url(self) -> str:
        """The root of the REST API, as in `CAMUNDA_API_BASE_URL`."""
        return f"{self.base_url}/engine-rest"

    @property
    def process_id(self) -> int:
        """The id of the started engine's process."""
        return self._process.pid

    def __enter__(self) -> "DevelopmentEngine":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self, timeout: timedelta = timedelta(minutes=2)) -> None:
        """Starts the engine and returns once it answers.

        Raises ToolMissing without Java, SettingsError if the log cannot be written, CamundaLibraryError with the
        engine's last lines if it ends or takes too long.
        """
        java = find_java()
        self._check_log()
        self._folder = tempfile.mkdtemp(prefix="development-engine-")
        self._process = self._start_process(java)
        assert self._process.stdout is not None
        self._output = EngineOutput(self._process.stdout, self._log)
        try:
            self._wait_until_it_answers(time.monotonic() + timeout.total_seconds())
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Waits for the engine to end by itself, which it should not: CamundaLibraryError with its last lines."""
        while self._process.poll() is None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1)  # again and again, as Windows lets no Ctrl-C into a wait without an end
        raise CamundaLibraryError(f"The engine ended by itself: {self._explain()}")

    def stop(self) -> None:
        """Ends the engine, at first kindly, and removes its temporary files."""
        self._ask_to_end()
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._output.wait_for_end()
        shutil.rmtree(self._folder, ignore_errors=True)  # the engine has removed it, unless it was killed

    def _check_log(self) -> None:
        try:
            if self._log:
                self._log.touch()
        except OSError as error:
            raise SettingsError(f"The log '{self._log}' cannot be written: {error.strerror}.") from error

    def _start_process(self, java: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [java, *self._list_java_options(), "-jar", str(self._jar), *self._list_settings()],
            # not on the command line, which all can read: the url may hold a password
            env={
                **os.environ,
                "SPRING_DATASOURCE_URL": self._database,
            },
            stdin=subprocess.PIPE,  # its end, when this process is gone, ends the engine
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for this process alone, which stops the engine
            text=True,
            encoding="utf-8",
            errors="replace",
        )

    def _list_java_options(self) -> list[str]:
        return [
            f"-Xmx{self._java_memory}",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            f"-Djava.io.tmpdir={self._folder}",
            f"-Dengine.folder={self._folder}",
            f"-Dengine.clock=PT{self._clock.total_seconds():.3f}S",
        ]

    def _list_settings(self) -> list[str]:
        profiles = ["--spring.profiles.active=authentication"] if self._authentication else []
        return [f"--server.port={self.port}", *profiles]

    def _wait_until_it_answers(self, deadline: float) -> None:
        port = self._output.wait_for_port(timedelta(seconds=deadline - time.monotonic()))
        while port and not _answers(port) and time.monotonic() < deadline:
            time.sleep(0.1)
        if port is None:
            raise CamundaLibraryError(f"Starting the engine failed: {self._explain()}")
        self.port = port

    def _explain(self) -> str:
        with suppress(subprocess.TimeoutExpired):
            code = self._process.wait(1)
            self._output.wait_for_end()
            return f"exit code {code}. Its last lines:\n{self._output.read_last_lines()}"
        return f"it did not answer in time. Its last lines:\n{self._output.read_last_lines()}"

    def _ask_to_end(self) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        if os.name == "posix":
            self._process.terminate()  # a forked child of this process may hold the other end of standard input


def _answers(port: int) -> bool:
    connection = HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/engine-rest/engine")
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
