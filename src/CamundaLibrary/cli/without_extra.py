"""What `camunda-robot` answers where the extra `[worker]` is not installed."""

import sys

from CamundaLibrary.cli import COMMANDS, SUMMARY
from CamundaLibrary.version import __version__

_INSTALL = "pip install robotframework-camundalibrary[worker]"


def answer(arguments: list[str]) -> int:
    """Prints help, version, or on stderr what to install or that there is no such command; returns the exit code."""
    word = arguments[0] if arguments else "--help"
    if word == "--help":
        return _tell(_write_help())
    if word == "--version":
        return _tell(f"camunda-robot {__version__}")
    if word in COMMANDS:
        return _refuse(1, f"'camunda-robot {word}' needs more packages. Install them with: {_INSTALL}")
    return _refuse(2, f"There is no '{word}'. See 'camunda-robot --help'.")


def _write_help() -> str:
    width = max(map(len, COMMANDS))
    commands = "\n".join(f"  {name:{width}}  {summary}" for name, summary in COMMANDS.items())
    return (
        f"Usage: camunda-robot [OPTIONS] COMMAND [ARGS]...\n\n  {SUMMARY}\n\n"
        "Options:\n  --version  Show the version and exit.\n  --help     Show this message and exit.\n\n"
        f"Commands:\n{commands}\n\nThe commands need more packages: {_INSTALL}"
    )


def _tell(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return 0


def _refuse(exit_code: int, sentence: str) -> int:
    sys.stderr.write(f"Error: {sentence}\n")
    return exit_code
