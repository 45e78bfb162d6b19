"""The command as users call it, in a process of its own, with and without the packages of the extra `[worker]`."""

import socket
import subprocess
import sys

import click
import pytest

from CamundaLibrary.cli import COMMANDS, group
from CamundaLibrary.version import __version__

CALL = "from CamundaLibrary.cli import main; main()"
INSTALL = "pip install robotframework-camundalibrary[worker]"


def call(*arguments, before=""):
    return subprocess.run([sys.executable, "-c", before + CALL, *arguments], capture_output=True, text=True, timeout=60)


def call_without(package, *arguments):
    return call(*arguments, before=f"import sys; sys.modules[{package!r}] = None; ")


@pytest.mark.parametrize("package", ["click", "rich", "platformdirs"])
@pytest.mark.parametrize("arguments", [["--help"], []])
def test_help_without_extra_lists_the_commands(package, arguments):
    result = call_without(package, *arguments)
    assert (result.returncode, result.stderr) == (0, "")
    for name, summary in COMMANDS.items():
        assert f"  {name:6}  {summary}\n" in result.stdout
    assert result.stdout.endswith(f"The commands need more packages: {INSTALL}\n")


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("arguments", [[], ["--help"]])
def test_commands_without_extra_say_what_to_install(name, arguments):
    result = call_without("click", name, *arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == f"Error: 'camunda-robot {name}' needs more packages. Install them with: {INSTALL}\n"


def test_unknown_command_without_extra_is_wrong_usage():
    result = call_without("click", "wroker")
    assert (result.returncode, result.stderr) == (2, "Error: There is no 'wroker'. See 'camunda-robot --help'.\n")


def test_version_needs_no_extra():
    assert call_without("click", "--version").stdout == call("--version").stdout == f"camunda-robot {__version__}\n"


def test_help_lists_the_commands_and_loads_none_of_them():
    show = "import atexit, sys; atexit.register(lambda: print([m for m in sys.modules if 'cli.' in m])); "
    result = call("--help", before=show)
    assert result.returncode == 0
    for name, summary in COMMANDS.items():
        assert f"  {name:6}  {summary}\n" in result.stdout
    assert result.stdout.endswith("['CamundaLibrary.cli.group']\n")


def test_unknown_command_is_wrong_usage():
    result = call("wroker")
    assert result.returncode == 2
    assert "Error: No such command 'wroker'." in result.stderr


@pytest.mark.parametrize("name", COMMANDS)
def test_each_row_names_a_command(name):
    command = group.group.get_command(click.Context(group.group), name)
    assert command.name == name


def test_an_error_is_one_sentence_on_stderr():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = call("engine", "--port", str(port))
    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr == (
        f"Error: Port {port} is taken by another program. Give another one, or 0 for any that is free.\n"
    )


def test_memory_that_java_would_not_understand_is_wrong_usage():
    result = call("engine", "--java-memory", "half")
    assert result.returncode == 2
    assert "Error: Invalid value for '--java-memory': 'half' is no size of memory. Write it like 512m or 2g." in (
        result.stderr
    )
