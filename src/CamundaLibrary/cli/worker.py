"""`camunda-robot worker`."""

import logging
import os
from datetime import timedelta
from pathlib import Path

import click

from CamundaLibrary.durations import parse_duration
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.settings import Source, environment, read_settings
from CamundaLibrary.worker.signals import on_stop_signals
from CamundaLibrary.worker.worker import Worker

_PREFIX = "CAMUNDA_ROBOT_"
_LINE = "%(asctime)s %(levelname)s %(message)s"


def _parse_duration(context: click.Context, parameter: click.Parameter, value: str) -> timedelta:
    try:
        return parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


@click.command("worker")
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--base-url",
    envvar=f"{_PREFIX}BASE_URL",
    metavar="URL",
    help="REST root of the engine. Default: CAMUNDA_API_BASE_URL, else http://localhost:8080/engine-rest.",
)
@click.option(
    "--slots",
    envvar=f"{_PREFIX}SLOTS",
    type=click.IntRange(min=1),
    metavar="N",
    help="Tasks at once. Default: one for each core.",
)
@click.option(
    "--grace",
    envvar=f"{_PREFIX}GRACE",
    callback=_parse_duration,
    default="30s",
    show_default=True,
    metavar="DURATION",
    help="For robots that run when the worker is to stop.",
)
@click.option(
    "--state",
    envvar=f"{_PREFIX}STATE",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where workers keep their files. Default: the user's state folder.",
)
@click.option(
    "--pass-environment",
    envvar=f"{_PREFIX}PASS_ENVIRONMENT",
    multiple=True,
    metavar="NAME",
    help="A variable of the worker's environment that robots get, too. May be repeated.",
)
def command(
    bundles: tuple[Path, ...],
    base_url: str | None,
    slots: int | None,
    grace: timedelta,
    state: Path | None,
    pass_environment: tuple[str, ...],
) -> None:
    """Has robots do the tasks of an engine.

    Each BUNDLE is a folder or a zip with a robot.yaml, whose tasks name the topics. Credentials come from the
    environment: CAMUNDA_API_USERNAME and CAMUNDA_API_PASSWORD, CAMUNDA_API_AUTHORIZATION, or CAMUNDA_API_TOKEN_URL with
    CAMUNDA_API_CLIENT_ID and CAMUNDA_API_CLIENT_SECRET. Every option can be given as CAMUNDA_ROBOT_<OPTION>, too.

    Ctrl-C or SIGTERM stops it in order, a second one at once.
    """
    _log_to_stderr()
    _warn_of_unknown_variables()
    sources = [Source("option", {"base_url": base_url}), environment()]
    settings = read_settings(sources).settings_or_error()
    worker = Worker(
        connect(settings=settings),
        bundles,
        settings,
        slots=slots,
        grace=grace,
        state=state,
        pass_environment=pass_environment,
    )
    with on_stop_signals(worker.stop):
        code = worker.run()
    raise SystemExit(code)


def _log_to_stderr() -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter(_LINE))
    logger = logging.getLogger("CamundaLibrary")
    logger.handlers = [handler]
    logger.setLevel(logging.INFO)
    logging.getLogger("urllib3").setLevel(logging.ERROR)  # what it warns of we say ourselves


def _warn_of_unknown_variables() -> None:
    known = {option.envvar for option in command.params}
    unknown = sorted(name for name in os.environ if name.startswith(_PREFIX) and name not in known)
    if unknown:
        click.echo(f"Warning: no option of the worker is set by {', '.join(unknown)}.", err=True)
