"""What happens on the stage: guests reserve, robots work, things go wrong, and a table shows what came of it."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from hotel_report import HotelReport
from hotel_stage import HotelWorker, Services
from processes import run_process
from reception import PROCESS
from report import show_path
from robot.api import ExecutionResult
from stage import EngineOnStage, run_engine

from CamundaLibrary import connect

HERE = Path(__file__).parent
BUNDLE = HERE.parent / "hotel"
OUTPUT = HERE.parents[1] / "output" / "demo-hotel"


def play(crowd: int, wants_to_stay: bool) -> int:
    """Returns the exit code. Raises StageError, or CamundaLibraryError, with a sentence for the user."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    OUTPUT.mkdir(parents=True)
    with run_engine(OUTPUT / "engine.log") as engine:
        connect(engine.url).deployments.create("hotel", sorted((BUNDLE / "processes").iterdir()))
        is_as_expected = reserve(engine.url, crowd)
        if wants_to_stay:
            stay(engine)
    return 0 if is_as_expected else 1


def reserve(engine_url: str, crowd: int) -> bool:
    """Plays all scenes, prints what came of them and returns whether that is what was expected."""
    run = f"demo-{time.time():.0f}"
    failed = perform_scenes(engine_url, run, crowd)
    print()
    HotelReport(connect(engine_url), PROCESS, run).print()
    print(f"\nThe log of all scenes is {show_path(OUTPUT / 'log.html')}.")
    print("\n".join(["Not all went as expected:", *explain()]) if failed else "All went as expected.")
    return not failed


def perform_scenes(engine_url: str, run: str, crowd: int) -> int:
    """Lets a robot play the guests, and returns how many scenes failed."""
    given = {"RUN": run, "BUNDLE": str(BUNDLE), "OUTPUT": str(OUTPUT), "PROCESS": PROCESS, "CROWD": str(crowd)}
    variables = [word for name, value in given.items() for word in ("--variable", f"{name}:{value}")]
    files = ["--exitonfailure", "--console", "none", "--outputdir", str(OUTPUT), "--listener", str(HERE / "Scenes.py")]
    paths = ["--pythonpath", str(HERE), "--pythonpath", str(BUNDLE)]
    command = [sys.executable, "-m", "robot", *variables, *files, *paths, str(HERE / "reservations.robot")]
    with run_process(command, env={**os.environ, "CAMUNDA_API_BASE_URL": engine_url}) as robot:
        while robot.poll() is None:
            time.sleep(0.1)
    return robot.returncode


def explain() -> Iterator[str]:
    """Yields what failed in the run, which ends with the first failure."""
    output = OUTPUT / "output.xml"
    if output.exists():
        for task in ExecutionResult(output).suite.all_tests:
            if task.failed:
                yield f"  {task.name}: {'not played' if 'robot:exit' in task.tags else task.message}"


def stay(engine: EngineOnStage) -> None:
    """Opens the hotel again, and waits for Ctrl-C."""
    services = Services(BUNDLE / "services", OUTPUT / "services")
    services.start()
    worker = HotelWorker(engine.url, BUNDLE, OUTPUT / "last", services.environment)
    worker.start()
    apps = engine.url.removesuffix("/engine-rest") + "/camunda/app"
    print(f"\nCockpit   {apps}/cockpit/\nTasklist  {apps}/tasklist/")
    if engine.login:
        print("Login     {}, password {}".format(*engine.login))
    print("Start a hotel reservation in Tasklist: robots are waiting. Ctrl-C ends it all.\n")
    with suppress(KeyboardInterrupt):
        while True:
            time.sleep(0.5)
    worker.stop()
    services.stop()
