"""What forks of a server run: robots, or plain Python functions."""

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Protocol

_HANDLERS = "CamundaLibrary.handlers.command"
_OF_FIRST_CALLS = ("netrc",)
"""What requests, which is always there, imports when it is first used."""


class Program(Protocol):
    """One of them. `modules` are imported first: what every run needs, and never what a bundle brings."""

    modules: tuple[str, ...]

    def prepare(self, libraries: Sequence[str]) -> None:
        """Does in the server what else every run would do, once everything is imported. Never raises."""

    def foresee(self, folder: str) -> None:
        """Does in the server what the run in that folder, which is about to be forked, would do. Never raises."""

    def run(self) -> object:
        """Runs it in a fork, with the arguments in `sys.argv`; ends as a program does, by SystemExit if it likes."""


class _Robots:
    modules: tuple[str, ...] = (
        "robot.run",
        "robot.libraries.BuiltIn",
        "robot.libraries.Easter",
        "CamundaListener",
        "CamundaLibrary.libraries.camunda_library",
        "CamundaLibrary.listener.progress",
        "CamundaLibrary.robot_process.robot_main",
        *_OF_FIRST_CALLS,
    )

    def __init__(self) -> None:
        self._arguments: tuple[Callable[[], object], ...] = ()
        self._foresee: Callable[[str], None] = _nothing

    def prepare(self, libraries: Sequence[str]) -> None:
        """Uses the private parts of a Robot Framework that is known; without them, runs take longer."""
        from CamundaLibrary.robot_process import keyword_specifications, parsed_files, robot_internals, warm_up

        with suppress(Exception):
            keyword_specifications.prepare()
        if robot_internals.are_known():
            with suppress(Exception):
                warm_up.warm_up()
                robot_internals.prepare(libraries)
                self._arguments = (robot_internals.prepare_command(),)
                files = parsed_files.ParsedFiles()
                files.install()
                self._foresee = files.foresee

    def foresee(self, folder: str) -> None:
        self._foresee(folder)

    def run(self) -> object:
        from CamundaLibrary.robot_process.robot_main import run_robot

        return run_robot(*self._arguments)


class _Handlers:
    """What a handler's run imports where it needs it is imported here, too (tested)."""

    modules: tuple[str, ...] = (
        _HANDLERS,
        "CamundaLibrary.task.file_sink",
        "CamundaLibrary.task.files",
        *_OF_FIRST_CALLS,
    )

    def prepare(self, libraries: Sequence[str]) -> None:
        """Nothing else is the same in every run."""

    def foresee(self, folder: str) -> None:
        """What a bundle brings is not imported here."""

    def run(self) -> object:
        command = import_module(_HANDLERS)  # which stands above this package
        sys.argv[0] = str(Path(command.__file__ or "").with_name("__main__.py"))
        sys.exit(command.main())


def _nothing(folder: str) -> None:
    """Foresees nothing."""


PROGRAMS: Mapping[str, Program] = {"robot": _Robots(), "handler": _Handlers()}
