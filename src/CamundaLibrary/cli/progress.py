"""What a command says while it works."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
from rich.console import Console


@contextmanager
def show_progress(sentence: str) -> Iterator[Callable[[str], None]]:
    """Shows `sentence`, then each that the yielded function gets: in one moving line on a terminal, else line by line.

    All on stderr; on a terminal nothing of it stays.
    """
    console = Console(stderr=True)
    if console.is_terminal:
        with console.status(sentence) as status:
            yield status.update
    else:
        click.echo(sentence, err=True)
        yield lambda sentence: click.echo(sentence, err=True)
