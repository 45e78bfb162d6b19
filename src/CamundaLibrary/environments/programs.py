"""The programs that build environments: how they are run, ended, and quoted."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import IO
from urllib.parse import unquote, urlsplit

import psutil

from CamundaLibrary.durations import format_duration
from CamundaLibrary.environments.requirements import mask_credentials
from CamundaLibrary.errors import EnvironmentNotBuilt
from CamundaLibrary.logs.scrubbing import Scrubber

MARK = "CAMUNDA_ROBOT_BUILDS"
"""The variable by which programs of a build are found; its value is the folder that they build."""

_SHOWN_LINES = 30
_PULSE = 0.1  # seconds
_FOR_BUILDERS = ("PIP_", "UV_", "REQUESTS_CA_", "CURL_CA_", "NETRC", "GIT_SSL_")
_SECRET_WORDS = ("PASSWORD", "TOKEN", "USERNAME")


class BuildAbandonedError(Exception):
    """Nobody wants the environment any more."""


class Limits:
    """When a build ends early: after its time, or as soon as it `is_unwanted`."""

    def __init__(self, time: timedelta, is_unwanted: Callable[[], bool] = lambda: False) -> None:
        self.time = time
        self.is_unwanted = is_unwanted
        self._deadline = monotonic() + time.total_seconds()

    def check(self) -> bool:
        """Returns whether there is time left. Raises BuildAbandonedError."""
        if self.is_unwanted():
            raise BuildAbandonedError
        return monotonic() < self._deadline


def run_program(command: Sequence[str], folder: Path, machine: Mapping[str, str], limits: Limits) -> None:
    """Runs one step of building `folder`. Raises EnvironmentNotBuilt with its last lines, and BuildAbandonedError."""
    variables = builder_variables(machine)
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.Popen(
                command,
                cwd=folder.parent,
                env={**variables, MARK: str(folder)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=sys.platform != "win32",
            )
        except OSError as error:
            raise EnvironmentNotBuilt(f"'{_name(command)}' could not be started: {error}.") from None
        problem = _await(process, folder, limits)
        if problem:
            raise EnvironmentNotBuilt(f"'{_name(command)}' {problem}.", mask(_last_lines(output), variables))


def kill_builders(folder: Path) -> None:
    """Kills whatever builds `folder`, also programs whose worker is gone."""
    for _ in range(3):
        found = list(_builders(folder))
        for process in found:
            with suppress(psutil.Error):
                process.kill()
        psutil.wait_procs(found, timeout=1)
        if not found:
            return


def builder_variables(machine: Mapping[str, str]) -> dict[str, str]:
    """Returns what builders get: what describes the machine, and the operator's settings of pip and uv.

    They run code of packages, so that nothing else of the worker may reach them.
    """
    own = {name: value for name, value in os.environ.items() if name.upper().startswith(_FOR_BUILDERS)}
    return {**machine, **own, "PYTHONIOENCODING": "utf-8"}


def mask(text: str, variables: Mapping[str, str]) -> str:
    """Returns the text without credentials in addresses, nor those that `variables` hold."""
    return mask_credentials(Scrubber(set(_secrets(variables))).text(text))


def _await(process: "subprocess.Popen[bytes]", folder: Path, limits: Limits) -> str | None:
    """Returns what went wrong, if anything."""
    try:
        while process.poll() is None:
            if not limits.check():
                return f"was stopped after its time limit of {format_duration(limits.time)}"
            with suppress(subprocess.TimeoutExpired):
                process.wait(_PULSE)
    finally:
        if process.poll() is None:
            process.kill()
            kill_builders(folder)
            process.wait()
    return f"failed (exit code {process.returncode})" if process.returncode else None


def _builders(folder: Path) -> Iterator[psutil.Process]:
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and process.environ().get(MARK) == str(folder):
                yield process


def _last_lines(output: IO[bytes]) -> str:
    output.seek(0)
    lines = output.read().decode(errors="replace").replace("\r", "\n").splitlines()
    return "\n".join([line for line in lines if line.strip()][-_SHOWN_LINES:])


def _name(command: Sequence[str]) -> str:
    """What to call a step: `pip install`, `uv venv`, `python -c`."""
    words = [Path(command[0]).name.removesuffix(".exe"), *command[1:]]
    if words[1:2] == ["-m"]:
        words = words[2:]
    words[0] = "python" if words[0].startswith("python") else words[0]
    return " ".join(words[:3] if words[:2] == ["uv", "pip"] else words[:1] if words[0] == "venv" else words[:2])


def _secrets(variables: Mapping[str, str]) -> Iterator[str]:
    for name, value in variables.items():
        if name.upper().startswith(_FOR_BUILDERS):
            if any(word in name.upper() for word in _SECRET_WORDS):
                yield value
            for word in value.split():
                yield from _passwords(word)


def _passwords(address: str) -> Iterator[str]:
    with suppress(ValueError):
        password = urlsplit(address).password
        if password:
            yield from (password, unquote(password))
