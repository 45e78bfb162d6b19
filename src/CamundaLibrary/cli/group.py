"""The commands as one click group that loads only the one that is called."""

from importlib import import_module

import click

from CamundaLibrary.cli import COMMANDS, SUMMARY
from CamundaLibrary.errors import CamundaLibraryError
from CamundaLibrary.version import __version__


class LazyGroup(click.Group):
    """Finds its commands in `COMMANDS`; an error of ours becomes one sentence on stderr and exit code 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"CamundaLibrary.cli.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except CamundaLibraryError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=LazyGroup, name="camunda-robot", help=SUMMARY)
@click.version_option(__version__, prog_name="camunda-robot", message="%(prog)s %(version)s")
def group() -> None:
    """What all commands share: nothing so far."""
