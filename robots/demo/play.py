"""What happens on the stage: a person asks for comics, robots bring them, the person reviews them."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from processes import run_process
from report import Report, show_path
from robot.api import ExecutionResult
from stage import COMICS, EngineOnStage, WorkerOnStage, run_engine, run_site, run_worker

from CamundaLibrary import connect

HERE = Path(__file__).parent
OUTPUT = HERE.parents[1] / "output" / "demo"
REVIEWER = OUTPUT / "reviewer"


def play(wants_to_stay: bool) -> int:
    """Returns the exit code. Raises StageError, or CamundaLibraryError, with a sentence for the user."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    with ExitStack() as stage:
        engine = stage.enter_context(run_engine(OUTPUT / "engine.log"))
        site = stage.enter_context(run_site())
        connect(engine.url).deployments.create("comics", sorted((COMICS / "processes").iterdir()))
        worker = stage.enter_context(run_worker(engine.url, OUTPUT / "worker", OUTPUT / "worker.log"))
        is_as_expected = search(engine.url, site, worker)
        if wants_to_stay:
            stay(engine, site, worker)
    return 0 if is_as_expected else 1


def search(engine_url: str, site: str, worker: WorkerOnStage) -> bool:
    """Plays all searches, prints what came of them and returns whether that is what was expected."""
    run = f"demo-{time.time():.0f}"
    print()
    failed = review(engine_url, site, run, worker)
    print()
    Report(connect(engine_url), run, OUTPUT / "logs").print()
    print(f"\nThe reviewer's log is {show_path(REVIEWER / 'log.html')}, the worker's {show_path(worker.log)}.")
    print("\n".join(["Not all ended as expected:", *explain()]) if failed else "All ended as expected.")
    return not failed


def review(engine_url: str, site: str, run: str, worker: WorkerOnStage) -> int:
    """Lets a robot play the person, and returns how many of its tasks failed."""
    variables = ["--variable", f"RUN:{run}", "--variable", f"SITE:{site}"]
    files = ["--exitonfailure", "--console", "none", "--outputdir", str(REVIEWER)]
    command = [sys.executable, "-m", "robot", *variables, *files, str(HERE / "reviewer.robot")]
    with run_process(command, env={**os.environ, "CAMUNDA_API_BASE_URL": engine_url}) as reviewer:
        while reviewer.poll() is None:
            worker.check()
            time.sleep(0.1)
    return reviewer.returncode


def explain() -> Iterator[str]:
    """Yields what failed in the reviewer's run, which ends with the first failure."""
    output = REVIEWER / "output.xml"
    if output.exists():
        for task in ExecutionResult(output).suite.all_tests:
            if task.failed:
                yield f"  {task.name}: {'not played' if 'robot:exit' in task.tags else task.message}"


def stay(engine: EngineOnStage, site: str, worker: WorkerOnStage) -> None:
    """Waits for Ctrl-C."""
    apps = engine.url.removesuffix("/engine-rest") + "/camunda/app"
    print(f"\nCockpit   {apps}/cockpit/\nTasklist  {apps}/tasklist/\nComics    {site}")
    if engine.login:
        print("Login     {}, password {}".format(*engine.login))
    print(f"Start a comic search in Tasklist, with {site} as comic site: robots are waiting. Ctrl-C ends it all.\n")
    with suppress(KeyboardInterrupt):
        while True:
            worker.check()
            time.sleep(0.5)
