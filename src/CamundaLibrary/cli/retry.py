"""`camunda-robot retry`."""

import json
from pathlib import Path

import click

from CamundaLibrary.cli.option_groups import PREFIX
from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.dialects import connect
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import CamundaLibraryError, NotFound, SettingsError, TaskGone
from CamundaLibrary.settings import Source, environment, read_settings
from CamundaLibrary.task.engine_sink import make_worker_id
from CamundaLibrary.task.outcome_file import describe_outcome
from CamundaLibrary.task.reporting.receipt import Delivery
from CamundaLibrary.worker.runs.kept_results import KeptResult, find_results
from CamundaLibrary.worker.state.state_folder import default_state

_MOST_NAMED = 5


@click.command("retry")
@click.argument("task")
@click.option("--report-only", is_flag=True, help="Send the result of its last run again, without a run.")
@click.option("--retries", type=click.IntRange(min=1), metavar="N", help="Tries that it gets. Default: 1.")
@click.option(
    "--base-url",
    envvar=f"{PREFIX}BASE_URL",
    metavar="URL",
    help="REST root of the engine. Default: CAMUNDA_API_BASE_URL, else http://localhost:8080/engine-rest.",
)
@click.option(
    "--state",
    envvar=f"{PREFIX}STATE",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Where workers keep their files. Default: the user's state folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Say what was done as JSON.")
def command(
    task: str, report_only: bool, retries: int | None, base_url: str | None, state: Path | None, as_json: bool
) -> None:
    """Has a task tried again that has no tries left.

    TASK is the id of an external task, or its beginning. Workers may go on meanwhile.
    """
    if report_only and retries is not None:
        raise click.UsageError("--retries is for a run, which --report-only does without.")
    settings = read_settings([Source("option", {"base_url": base_url}), environment()]).settings_or_error()
    engine, folder = connect(settings=settings), state or default_state()
    done = _report(engine, task, folder) if report_only else _set_retries(engine, task, retries or 1, folder)
    sentences = done.pop("sentences")
    click.echo(json.dumps(done) if as_json else sentences)


def _set_retries(engine: Engine, given: str, retries: int, state: Path) -> dict[str, object]:
    task = _find_task(engine, given)
    engine.external_tasks.set_retries(task.id, retries)
    tries = "1 try" if retries == 1 else f"{retries} tries"
    sentences = [f"Task '{task.id}' of topic '{task.topic}' has {tries} again: a worker takes it once it is free."]
    has_result = bool(_find_kept(state, task.id))
    if has_result:
        sentences.append("The result of its last run is still there, and could be sent without a run: --report-only.")
    return {"id": task.id, "topicName": task.topic, "retries": retries, "hasResult": has_result,
            "sentences": "\n".join(sentences)}  # fmt: skip


def _find_task(engine: Engine, given: str) -> ExternalTask:
    try:
        return engine.external_tasks.get(given)
    except NotFound:
        failed = engine.external_tasks.list(has_retries_left=False)
    found = [task for task in failed if task.id.startswith(given)]
    if not found:
        raise TaskGone(
            f"There is no external task '{given}' at {engine.url}, and none without tries left whose id begins so."
        )
    _check_unique(given, [task.id for task in found])
    return found[0]


def _report(engine: Engine, given: str, state: Path) -> dict[str, object]:
    kept = _find_kept(state, given)
    if not kept:
        raise TaskGone(f"There is no result of task '{given}' below '{state}' that could be sent again.")
    _check_unique(given, [each.task_id for each in kept])
    receipt = kept[0].send(engine, make_worker_id())
    if receipt.delivery is not Delivery.ACCEPTED:
        raise CamundaLibraryError(_explain(kept[0], receipt.delivery, receipt.problem or ""))
    task = kept[0].entry.task
    return {
        "id": task.id,
        "topicName": task.topic,
        "outcome": describe_outcome(receipt.outcome)["outcome"],
        "sentences": f"The result of task '{task.id}' of topic '{task.topic}' was sent: {receipt.outcome}.",
    }


def _explain(kept: KeptResult, delivery: Delivery, problem: str) -> str:
    said = f"The engine refused it again: {problem}" if delivery is Delivery.REFUSED else problem
    return f"The result of task '{kept.task_id}' was not taken. {said} It stays in '{kept.folder.path}'."


def _find_kept(state: Path, given: str) -> list[KeptResult]:
    try:
        return find_results(state, given)
    except OSError as error:
        raise SettingsError(f"The results below '{state}' cannot be read: {error}") from None


def _check_unique(given: str, ids: list[str]) -> None:
    if len(ids) > 1:
        named = ", ".join(f"'{each}'" for each in ids[:_MOST_NAMED])
        more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
        raise TaskGone(f"'{given}' is the beginning of several ids: {named}{more}. Give more of it.")
