"""The command `camunda-robot`. What it needs besides Robot Framework comes with the extra `[worker]`."""

import sys
from importlib.util import find_spec

SUMMARY = "Robots do the external tasks of a BPMN engine."
COMMANDS = {  # name, which is that of a module here with a click command `command`, to help in one line
    "engine": "Runs a Camunda 7 engine for development and tests.",
    "retry": "Has a task tried again, or the result of its last run sent again.",
    "worker": "Has robots do the tasks of an engine.",
}
_PACKAGES_OF_EXTRA = ("click", "rich", "yaml", "pydantic", "psutil", "platformdirs", "filelock")


def main() -> None:
    """Does what the command line says and exits: 0 done, 1 it did not work, 2 wrong usage."""
    if all(find_spec(package) for package in _PACKAGES_OF_EXTRA):
        from CamundaLibrary.cli.group import group

        group()
    else:
        from CamundaLibrary.cli.without_extra import answer

        sys.exit(answer(sys.argv[1:]))
