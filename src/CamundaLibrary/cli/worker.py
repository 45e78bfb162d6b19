"""`camunda-robot worker`."""

import os
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from CamundaLibrary.cli.option_groups import (
    PREFIX,
    Duration,
    GroupedCommand,
    PositiveDuration,
    Size,
    TopicName,
    option,
)
from CamundaLibrary.worker.configuration import Configuration
from CamundaLibrary.worker.configuration_file import find_configuration_file, read_configuration_file
from CamundaLibrary.worker.configuring import configure, overlooked_variables

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(dir_okay=False, path_type=Path)
_TASKS, _ENDING, _ROBOTS = "Taking tasks", "Ending", "What robots get"
_KEEPING, _SEEING, _INSTEAD = "Keeping files", "Seeing what happens", "Instead of working"


@click.command("worker", cls=GroupedCommand, options_metavar="[OPTIONS]")
@click.argument("bundles", metavar="BUNDLE...", nargs=-1, envvar=f"{PREFIX}BUNDLES", type=click.Path(path_type=Path))
@option(_TASKS, "config", metavar="FILE", type=_FILE, help="Default: camunda-robot.toml in the working folder.")
@option(
    _TASKS,
    "base-url",
    metavar="URL",
    help="REST root of the engine. Default: CAMUNDA_API_BASE_URL, else http://localhost:8080/engine-rest.",
)
@option(
    _TASKS,
    "slots",
    metavar="N",
    type=click.IntRange(min=1),
    help="Tasks at once. Default: one for each core.",
)
@option(
    _TASKS,
    "breaker-after",
    metavar="N",
    type=click.IntRange(min=0),
    help="Technical failures in a row that pause a topic; 0 is never. Default: 5.",
)
@option(_ENDING, "once", is_flag=True, help="End when no task waits any more.")
@option(_ENDING, "limit", metavar="N", type=click.IntRange(min=1), help="End after this many tasks.")
@option(_ENDING, "idle-exit", metavar="DURATION", type=PositiveDuration(), help="End after so long without a task.")
@option(
    _ENDING,
    "grace",
    metavar="DURATION",
    type=Duration(),
    help="For robots that run when the worker is to stop. Default: 30s.",
)
@option(
    _ROBOTS,
    "pass-environment",
    multiple=True,
    metavar="NAME",
    help="A variable of the worker's environment that all robots get. May be repeated, as the next two.",
)
@option(
    _ROBOTS,
    "allow-environment",
    multiple=True,
    metavar="NAME",
    help="A variable that robots get whose manifest asks for it.",
)
@option(
    _ROBOTS,
    "allow-engine",
    multiple=True,
    metavar="TOPIC",
    type=TopicName(),
    help="A topic whose robots get address and credentials of the engine if their manifest asks for it.",
)
@option(
    _ROBOTS,
    "wheels",
    metavar="FOLDER",
    type=_FOLDER,
    help="Wheels to build environments from, without a network.",
)
@option(
    _KEEPING,
    "state",
    metavar="FOLDER",
    type=_FOLDER,
    help="Where workers keep their files. Default: the user's state folder.",
)
@option(
    _KEEPING,
    "kept-for",
    metavar="DURATION",
    type=PositiveDuration(),
    help="How long files of runs that did not end well are kept. Default: 7 days.",
)
@option(_KEEPING, "kept-size", metavar="SIZE", type=Size(), help="And how much they may be in all. Default: 1 GB.")
@option(
    _SEEING,
    "log-format",
    type=click.Choice(["text", "json"]),
    help="What is said on stderr: text for people, or JSON lines. Default: text.",
)
@option(_SEEING, "log-file", metavar="FILE", type=_FILE, help="Write it to this file, too; it is rotated.")
@option(
    _SEEING,
    "metrics-port",
    metavar="N",
    type=click.IntRange(0, 65535),
    help="Serve /metrics, /health/live and /health/ready; 0 is any free port. Default: not served.",
)
@option(_SEEING, "metrics-address", metavar="ADDRESS", help="Where they are served. Default: 127.0.0.1.")
@option(_SEEING, "watch", is_flag=True, help="Show on the terminal what runs, and what ended.")
@option(
    _INSTEAD,
    "prepare",
    has_variable=False,
    is_flag=True,
    help="Build the environments of all bundles, and end.",
)
@option(_INSTEAD, "status", has_variable=False, is_flag=True, help="Show what the workers of this state folder do.")
@option(_INSTEAD, "json", has_variable=False, is_flag=True, help="With --status: as JSON.")
@option(
    _INSTEAD,
    "pause",
    has_variable=False,
    multiple=True,
    metavar="TOPIC",
    help="Have all workers of this state folder fetch no more of a topic.",
)
@option(_INSTEAD, "resume", has_variable=False, multiple=True, metavar="TOPIC", help="Have them fetch it again.")
@click.pass_context
def command(context: click.Context, /, config: Path | None, **_: object) -> None:
    """Has robots do the tasks of an engine.

    Each BUNDLE is a folder or a zip with a robot.yaml or a pyproject.toml that names topics. Credentials come from the
    environment: CAMUNDA_API_USERNAME and CAMUNDA_API_PASSWORD, CAMUNDA_API_AUTHORIZATION, or CAMUNDA_API_TOKEN_URL with
    CAMUNDA_API_CLIENT_ID and CAMUNDA_API_CLIENT_SECRET.

    What is not given as an option is taken from the environment (CAMUNDA_ROBOT_SLOTS for --slots), else from the
    configuration file.

    Ctrl-C or SIGTERM stops the worker in order, a second one at once. Exit codes: 0 after an orderly end, 1 if it did
    not work, 2 for wrong usage.
    """
    given = _given(context)
    actions = [name for name in _ACTIONS if given.get(name)]
    if len(actions) > 1:
        raise click.UsageError(f"Only one of {' and '.join(f'--{name}' for name in actions)} can be done.")
    if given.get("json") and actions != ["status"]:
        raise click.UsageError("--json goes with --status only.")
    path = find_configuration_file(config)
    configuration = configure(given, read_configuration_file(path) if path else None)
    if not actions or actions == ["prepare"]:
        _check_bundles(context, configuration)
        _set_up(configuration)
    raise SystemExit(_ACTIONS[actions[0]](configuration, given[actions[0]]) if actions else _work(configuration))


def _given(context: click.Context) -> dict[str, Any]:
    """Returns what was said on the command line or by the environment."""
    unsaid = (ParameterSource.DEFAULT, ParameterSource.DEFAULT_MAP)
    return {
        name: value
        for name, value in context.params.items()
        if context.get_parameter_source(name) not in unsaid and value != ()
    }


def _check_bundles(context: click.Context, configuration: Configuration) -> None:
    if not configuration.bundles:
        argument = next(each for each in context.command.params if each.name == "bundles")
        raise click.MissingParameter(ctx=context, param=argument)


def _set_up(configuration: Configuration) -> None:
    from CamundaLibrary.worker.log.format import set_up_logging

    set_up_logging(configuration.worker.log_format, configuration.worker.log_file)
    if configuration.file:
        click.echo(f"Configuration: {configuration.file}", err=True)
    _warn_of_unknown_variables()
    overlooked = overlooked_variables(configuration)
    if overlooked:
        engines = ", ".join(engine.name for engine in configuration.engines)
        names = ", ".join(overlooked)
        verb = "says" if len(overlooked) == 1 else "say"
        click.echo(f"Warning: {names} {verb} nothing, as there are several engines: {engines}.", err=True)


def _warn_of_unknown_variables() -> None:
    known = {option.envvar for option in command.params}
    unknown = sorted(name for name in os.environ if name.startswith(PREFIX) and name not in known)
    if unknown:
        click.echo(f"Warning: no option of the worker is set by {', '.join(unknown)}.", err=True)


def _work(configuration: Configuration) -> int:
    from CamundaLibrary.worker.hardening import hide_process
    from CamundaLibrary.worker.signals import on_stop_signals
    from CamundaLibrary.worker.worker import Worker

    hide_process()
    worker = Worker.of(configuration)
    with on_stop_signals(worker.stop):
        return worker.run()


def _prepare(configuration: Configuration, _: object) -> int:
    from CamundaLibrary.worker.worker import Worker

    return Worker.of(configuration).prepare()


def _show_status(configuration: Configuration, _: object) -> int:
    from CamundaLibrary.cli.status import show_status

    return show_status(_state(configuration), as_json=click.get_current_context().params["json"])


def _pause(configuration: Configuration, topics: tuple[str, ...]) -> int:
    from CamundaLibrary.worker.fetching.pauses import pause

    for topic in topics:
        is_new = pause(_state(configuration), topic)
        click.echo(f"Topic '{topic}' is paused." if is_new else f"Topic '{topic}' was paused already.")
    return 0


def _resume(configuration: Configuration, topics: tuple[str, ...]) -> int:
    from CamundaLibrary.worker.fetching.pauses import resume

    for topic in topics:
        was_paused = resume(_state(configuration), topic)
        click.echo(f"Topic '{topic}' is fetched again." if was_paused else f"Topic '{topic}' was not paused.")
    return 0


def _state(configuration: Configuration) -> Path:
    from CamundaLibrary.worker.state.state_folder import default_state

    return configuration.worker.state or default_state()


_ACTIONS = {"prepare": _prepare, "status": _show_status, "pause": _pause, "resume": _resume}
