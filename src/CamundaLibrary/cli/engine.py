"""`camunda-robot engine`."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from CamundaLibrary.cli.progress import show_progress
from CamundaLibrary.development_engine import CAMUNDA, OPERATON, DevelopmentEngine, build_engine, find_jdbc_url
from CamundaLibrary.errors import SettingsError

_USUAL_PORT = 8080


def _check_memory(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not re.fullmatch(r"[1-9]\d*[kmg]", value, re.IGNORECASE):
        raise click.BadParameter(f"'{value}' is no size of memory. Write it like 512m or 2g.")
    return value


@click.command("engine")
@click.option("--operaton", is_flag=True, help="Operaton, a relative with the same REST API, instead of Camunda 7.")
@click.option("--port", type=click.IntRange(0, 65535), help="0 is any free one. Default: 8080, or a free one if taken.")
@click.option(
    "--database",
    default="memory",
    show_default=True,
    metavar="memory|FILE|JDBC-URL",
    help="Where the engine keeps its data; those in memory end with it.",
)
@click.option("--auth", is_flag=True, help="REST calls need the login of an engine user (HTTP Basic).")
@click.option(
    "--java-memory", default="512m", show_default=True, metavar="SIZE", callback=_check_memory, help="Heap of Java."
)
@click.option("--log", type=click.Path(dir_okay=False, path_type=Path), help="File for all that the engine prints.")
def command(operaton: bool, port: int | None, database: str, auth: bool, java_memory: str, log: Path | None) -> None:
    """Runs a Camunda 7 or Operaton engine for development and tests.

    It is built once, which needs Maven, and starts in seconds. Ctrl-C stops it.
    """
    with _end_at_signals():
        jdbc_url = find_jdbc_url(database)
        chosen_port = _choose_port(port)
        family = OPERATON if operaton else CAMUNDA
        with show_progress("Starting the engine.") as report:
            engine = DevelopmentEngine(
                build_engine(report, family=family),
                family=family,
                port=chosen_port,
                database=jdbc_url,
                authentication=auth,
                java_memory=java_memory,
                log=log,
            )
            engine.start()
        try:
            _print_addresses(engine, auth)
            engine.wait()
        finally:
            engine.stop()


@contextmanager
def _end_at_signals() -> Iterator[None]:
    """Makes Ctrl-C and SIGTERM an orderly end."""

    def end(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    except KeyboardInterrupt:
        click.echo("The engine is stopped.", err=True)
    finally:
        signal.signal(signal.SIGTERM, before)


def _choose_port(port: int | None) -> int:
    if port is None and not _is_free(_USUAL_PORT):
        click.echo(f"Port {_USUAL_PORT} is taken by another program, so the engine takes a free one.", err=True)
        return 0
    if port is None:
        return _USUAL_PORT
    if port and not _is_free(port):
        raise SettingsError(f"Port {port} is taken by another program. Give another one, or 0 for any that is free.")
    return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        if os.name == "posix":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as Java does: a port just closed is free
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _print_addresses(engine: DevelopmentEngine, auth: bool) -> None:
    username, password = engine.LOGIN
    rest = "with this login" if auth else "without login"
    click.echo(
        f"REST API  {engine.url} ({rest})\n"
        f"Cockpit   {engine.web_url}/cockpit/\n"
        f"Tasklist  {engine.web_url}/tasklist/\n"
        f"Login     {username}, password {password}\n"
        "Ctrl-C stops the engine."
    )
