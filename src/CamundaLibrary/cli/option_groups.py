"""Options in groups, each with an environment variable of its own, and with kinds of values of our own."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

import click

from CamundaLibrary.durations import parse_duration
from CamundaLibrary.settings import parse_setting

PREFIX = "CAMUNDA_ROBOT_"

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


class GroupedOption(click.Option):
    """An option that belongs to a group of the help text."""

    def __init__(self, *names: Any, group: str, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.group = group


class GroupedCommand(click.Command):
    """A command whose help shows its options in groups, in the order in which they are declared."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes one section for each group, and last what has none."""
        sections: dict[str, list[tuple[str, str]]] = {}
        options = [option for option in self.get_params(ctx) if isinstance(option, click.Option)]
        for option in sorted(options, key=lambda each: not isinstance(each, GroupedOption)):
            record = option.get_help_record(ctx)
            if record:
                sections.setdefault(getattr(option, "group", "Other"), []).append(record)
        for title, records in sections.items():
            with formatter.section(title):
                formatter.write_dl(records, col_max=26)


def option(group: str, name: str, *, has_variable: bool = True, **settings: Any) -> Callable[[Decorated], Decorated]:
    """Declares the option `--name`, which is None where it is not given; unless said it has a variable, too."""
    variable = f"{PREFIX}{name.upper().replace('-', '_')}" if has_variable else None
    return click.option(f"--{name}", cls=GroupedOption, group=group, envvar=variable, **settings)


class Duration(click.ParamType):  # type: ignore[type-arg] # generic since click 8.2 only
    """A duration like `90s`."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Reads it; wrong usage if it is none."""
        try:
            return value if isinstance(value, timedelta) else parse_duration(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class PositiveDuration(Duration):
    """A duration that is longer than nothing."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Reads it; wrong usage if it is none."""
        duration = super().convert(value, param, ctx)
        if duration <= timedelta():
            self.fail(f"'{value}' must be longer than nothing.", param, ctx)
        return duration


class Size(click.ParamType):  # type: ignore[type-arg] # see above
    """A number of bytes like `500 MB`."""

    name = "size"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Reads it; wrong usage if it is none."""
        try:
            return int(parse_setting("log_max_size", value))
        except ValueError as error:
            self.fail(str(error), param, ctx)


class TopicName(click.ParamType):  # type: ignore[type-arg] # see above
    """The name of a topic. In a variable, commas stand between several: topics have spaces."""

    name = "topic"
    envvar_list_splitter = ","

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Returns it without outer spaces."""
        return str(value).strip()
