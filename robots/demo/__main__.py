"""The comic search from nothing to its logs: `python robots/demo`, in a minute. `--keep` leaves it up until Ctrl-C.

An engine, a comic site and a worker are started; robots search and download, another robot plays the reviewer.
Ends with 0 if every process instance ended as expected.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

from report import Report
from robot.api import ExecutionResult
from stage import COMICS, run_engine, run_site, run_worker

from CamundaLibrary import connect

HERE = Path(__file__).parent
OUTPUT = Path(os.path.relpath(HERE.parents[1] / "output" / "demo"))


def main() -> int:
    parser = argparse.ArgumentParser(description="The comic search from nothing to its logs.")
    parser.add_argument("--keep", action="store_true", help="leave engine, site and worker running until Ctrl-C")
    wants_to_stay = parser.parse_args().keep
    sys.stdout.reconfigure(line_buffering=True)  # for its lines and those of the robots to come in order
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    with ExitStack() as stage:
        print("Engine: starting")
        engine_url = stage.enter_context(run_engine(OUTPUT / "engine.log"))
        site_url = stage.enter_context(run_site())
        print(f"Engine: {engine_url}\nComic site: {site_url}")
        failed = play(engine_url, site_url, stage)
        if wants_to_stay:
            keep(engine_url, site_url)
        return failed


def play(engine_url: str, site_url: str, stage: ExitStack) -> int:
    engine = connect(engine_url)
    engine.deployments.create("comics", sorted((COMICS / "processes").iterdir()), only_changed=True)
    worker = stage.enter_context(run_worker(engine_url, OUTPUT / "worker", OUTPUT / "worker.log"))
    print("Worker: started with the robots of robots/comics\n")
    run = f"demo-{time.time():.0f}"
    failed = review(engine_url, site_url, run)
    print()
    Report(engine, run, OUTPUT / "logs").print()
    print(f"\nThe reviewer's log is {OUTPUT / 'reviewer' / 'log.html'}, the worker's {OUTPUT / 'worker.log'}.")
    print("Not all ended as expected:" if failed else "All ended as expected.")
    if failed:
        explain(worker.poll())
    return failed


def review(engine_url: str, site_url: str, run: str) -> int:
    """Lets a robot play the person, and returns how many of its tasks failed."""
    variables = ["--variable", f"RUN:{run}", "--variable", f"SITE:{site_url}"]
    files = ["--exitonfailure", "--console", "none", "--outputdir", str(OUTPUT / "reviewer")]
    command = [sys.executable, "-m", "robot", *variables, *files, str(HERE / "reviewer.robot")]
    return subprocess.run(command, env={**os.environ, "CAMUNDA_API_BASE_URL": engine_url}, check=False).returncode


def explain(worker_ended: int | None) -> None:
    for task in ExecutionResult(OUTPUT / "reviewer" / "output.xml").suite.all_tests:
        if task.failed:
            print(f"  {task.name}: {task.message}")
    if worker_ended is not None:
        print(f"  The worker ended by itself with exit code {worker_ended}.")


def keep(engine_url: str, site_url: str) -> None:
    apps = engine_url.removesuffix("/engine-rest") + "/camunda/app"
    print(f"\nCockpit  {apps}/cockpit/\nTasklist {apps}/tasklist/\nComics   {site_url}\nLogin    demo, password demo")
    print("Start a comic search in Tasklist, robots are waiting. Ctrl-C ends it all.")
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(1)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("Stopped.")
