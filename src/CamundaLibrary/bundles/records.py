"""What a manifest says, whichever of its forms it has."""

import re
from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.bundles.options import TaskOptions

_FILE = re.compile(r"[/\\]|\.(robot|rst|robot\.rst|md|robot\.md|json|rbt|txt)$", re.IGNORECASE)


class ManifestTask(NamedTuple):
    """One task of a manifest: what runs, and for which topic.

    What runs is one of: robot tasks (`robot_task`, `suite`, `include`, `exclude` choose among those of the bundle, in
    the words of Robot Framework's options), a `command`, or a Python function, `handler` = `module:function`.
    """

    name: str
    topic: str
    line: int
    robot_task: str | None
    command: tuple[str, ...] | None
    options: TaskOptions
    suite: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    handler: str | None = None

    @property
    def is_robot(self) -> bool:
        """Whether Robot Framework runs, and not a command or a function."""
        return self.command is None and self.handler is None

    @property
    def robot_options(self) -> tuple[str, ...]:
        """Options of Robot Framework that choose what runs."""
        suite = () if self.suite is None or self._is_suite_a_file else ("--suite", self.suite)
        task = () if self.robot_task is None else ("--task", self.robot_task)
        tags = (("--include", self.include), ("--exclude", self.exclude))
        return (*suite, *task, *(word for option, each in tags for tag in each for word in (option, tag)))

    @property
    def robot_source(self) -> str:
        """The file or folder of the bundle that Robot Framework runs."""
        return self.suite if self.suite is not None and self._is_suite_a_file else "."

    @property
    def title(self) -> str:
        """What runs, in the words of the manifest."""
        return self.robot_task or self.suite or self.handler or self.name

    @property
    def _is_suite_a_file(self) -> bool:
        return self.suite is not None and _FILE.search(self.suite) is not None


class Manifest(NamedTuple):
    """What the manifests of a bundle say; `file` is the first of them.

    `path` and `python_path` are relative to its folder. `environment_files` are the files that may describe the
    environment, best first; `pre_run_scripts` are commands.
    """

    file: Path
    tasks: tuple[ManifestTask, ...]
    artifacts: str
    path: tuple[str, ...]
    python_path: tuple[str, ...]
    environment_files: tuple[str, ...] = ()
    pre_run_scripts: tuple[str, ...] = ()
