"""`camunda-robot worker --status`: what the workers of a user do, from the files in their folders."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.text import Text

from CamundaLibrary.worker.monitoring.status_view import clean, headline, lines, render, since
from CamundaLibrary.worker.monitoring.worker_folders import KeptResult, SeenWorker, look_at_workers

_PHASES = {
    "taken": "was taken, and no robot had started",
    "running": "was running when its worker died",
    "ended": "has a result that was not reported yet",
    "undelivered": "has a result that the engine did not take yet",
    "refused": "has a result that the engine refused",
    "lost": "was lost before its result could be reported",
}


def show_status(state: Path, *, as_json: bool = False) -> int:
    """Prints all workers below the state folder; returns the exit code, 0."""
    workers = look_at_workers(state)
    if as_json:
        click.echo(json.dumps([worker.to_json() for worker in workers], indent=2, ensure_ascii=False))
    elif not workers:
        click.echo(f"There is no worker in '{state.absolute()}'.")
    else:
        _show(workers)
    return 0


def _show(workers: list[SeenWorker]) -> None:
    console = Console()
    for worker in workers:
        title = f"{worker.folder.name}: {_title(worker)}"
        if console.is_terminal and worker.is_alive and worker.status:
            console.print(render(title, worker.status))
        else:
            console.print(Text(title, style="bold" if worker.is_alive else "dim"), soft_wrap=True)
            for line in lines(worker.status) if worker.is_alive and worker.status else ():
                console.print(Text(line), soft_wrap=True)
        for line in _tell_results(worker.results):
            console.print(Text(line, style="yellow"), soft_wrap=True)


def _title(worker: SeenWorker) -> str:
    status = worker.status
    if worker.is_alive:
        return headline(status) if status else "starts, or finishes what another worker left"
    if status is None:
        return "gone"
    if status["state"] == "stopped":
        return f"stopped {since(status['written'])} ago"
    return f"gone without an orderly stop, last heard of {since(status['written'])} ago"


def _tell_results(results: tuple[KeptResult, ...]) -> Iterator[str]:
    for result in results:
        problem = f" {clean(result.problem)}" if result.problem else ""
        said = _PHASES.get(result.phase, result.phase)
        yield f"  ! Task '{clean(result.task_id)}' {said}.{problem} Its files are in '{result.folder}'."
