"""`camunda-robot worker --watch`: a live view below the log lines."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.live import Live

from CamundaLibrary.worker.monitoring.status import Status
from CamundaLibrary.worker.monitoring.status_view import headline, render

_log = logging.getLogger(__name__)

_LOOKS = 2  # a second


@contextmanager
def watch(status: Status) -> Iterator[None]:
    """Shows the status on stderr while the worker works; log lines go above it. On a pipe there are log lines alone."""
    console = Console(stderr=True)
    if not console.is_terminal:
        _log.warning("There is no terminal to watch on: the log says line by line what happens.")
        yield
        return
    view = Live(
        get_renderable=view_of(status),
        console=console,
        refresh_per_second=_LOOKS,
        transient=True,
        redirect_stdout=False,
        vertical_overflow="ellipsis",
    )
    with view:
        yield


def view_of(status: Status) -> Callable[[], RenderableType]:
    """Returns what makes one picture after the other."""

    def view() -> RenderableType:
        now = status.snapshot()
        return render(headline(now), now)

    return view
