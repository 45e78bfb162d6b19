"""What CamundaListener and CamundaLibrary add to a run of Robot Framework, in wall time of whole processes.

    python bench/robot_runs.py --pairs 15

Needs no engine: every run has a task file. How to read the table: docs/performance.md.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from imports import import_table
from pairs import Comparison, Target, machine, measure, say, table

ROBOTS = Path(__file__).parent / "robots"
LISTENER = "CamundaListener"
PICTURES = 10
PICTURE_SIDE = 320  # pixels; 3 bytes each: 300 KiB
TASK = {
    "version": 1,
    "task": {"id": "bench", "topic": "bench"},
    "variables": {"query": {"type": "String", "value": "rabbit"}},
}


class RobotRun(NamedTuple):
    """One way to run a robot, in a process and a folder of its own each time."""

    folder: Path
    robot: str
    listener: str = ""
    log: str = "always"

    @property
    def has_task(self) -> bool:
        """Whether our listener is attached: it gets a task file."""
        return self.listener == LISTENER

    def time(self) -> float:
        """Returns the wall time of the process in milliseconds; exits if the robot did not do its work."""
        with tempfile.TemporaryDirectory(dir=self.folder) as name:
            folder = Path(name)
            (folder / "task.json").write_text(json.dumps(TASK), "utf-8")
            self._put_pictures(folder / "output")
            started = perf_counter()
            process = subprocess.run(self._command(), cwd=folder, env=self._environment(), capture_output=True)
            milliseconds = (perf_counter() - started) * 1000
            if problem := self._problem(process, folder):
                sys.exit(f"{self.robot}.robot {problem}.\n{process.stdout.decode()}{process.stderr.decode()}")
            return milliseconds

    def _command(self) -> list[str]:
        listener = ["--listener", self.listener] if self.listener else []
        robot = str(ROBOTS / f"{self.robot}.robot")
        return [sys.executable, "-m", "robot", "--rpa", *listener, "--outputdir", "output", robot]

    def _environment(self) -> dict[str, str]:
        task = {"CAMUNDA_TASK_FILE": "task.json", "CAMUNDA_LOG": self.log} if self.has_task else {}
        return {**clean_environment(self.folder), **task}

    def _put_pictures(self, output: Path) -> None:
        if self.robot == "pictures":
            output.mkdir()
            for picture in self.folder.glob("*.png"):
                os.link(picture, output / picture.name)

    def _problem(self, process: "subprocess.CompletedProcess[bytes]", folder: Path) -> str:
        if process.returncode:
            return f"ended with {process.returncode}"
        if not self.has_task:
            return ""
        outcome = json.loads((folder / "task.outcome.json").read_text("utf-8"))
        if outcome["outcome"] != "completed":
            return f"ended as {outcome['outcome']}"
        if self.log == "never":
            return ""
        log = (folder / outcome["log"]["file"]["path"]).read_bytes()
        kept, shown = log.count(b'data-type="image/png"'), PICTURES if self.robot == "pictures" else 0
        return "" if kept == shown else f"has {kept} of {shown} pictures in its log"


def clean_environment(folder: Path) -> dict[str, str]:
    """Returns the environment without what would change or slow a run, and with compiled modules kept in `folder`."""
    foreign = ("CAMUNDA_", "COV_", "COVERAGE_", "ROBOT_", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def comparisons(folder: Path) -> list[Comparison]:
    """Returns everything that is compared; the robots without the listener have no task."""
    plain = RobotRun(folder, "plain")
    wrapped = plain._replace(listener=LISTENER)
    library = RobotRun(folder, "library")
    pictures = RobotRun(folder, "pictures", LISTENER)
    empty_listener = plain._replace(listener=str(ROBOTS / "EmptyListener.py"))
    thousand = RobotRun(folder, "thousand")
    return [
        Comparison("nothing (noise)", plain, plain),
        Comparison("a listener that does nothing (floor)", plain, empty_listener),
        Comparison("an empty library (floor)", plain, RobotRun(folder, "empty")),
        Comparison("listener and task file", plain, wrapped, Target(ratio=1.10)),
        Comparison("import of the library", plain, library, Target(milliseconds=10)),
        Comparison("ten pictures in the log", pictures._replace(log="never"), pictures, Target(milliseconds=50)),
        Comparison("library beside the listener", wrapped, library._replace(listener=LISTENER)),
        Comparison("log of a small robot", wrapped._replace(log="never"), wrapped),
        Comparison("all of it: a robot with variables", plain, RobotRun(folder, "keywords", LISTENER)),
        Comparison("listener, with 1,000 keywords", thousand, thousand._replace(listener=LISTENER)),
    ]


def write_pictures(folder: Path) -> None:
    """Writes PNGs of random pixels, which cannot be compressed."""
    for number in range(PICTURES):
        lines = b"".join(b"\0" + random.randbytes(3 * PICTURE_SIDE) for _ in range(PICTURE_SIDE))
        header = PICTURE_SIDE.to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
        chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(lines, 0)) + _chunk(b"IEND", b"")
        (folder / f"picture-{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints; a missed target is printed, too, and no reason to fail."""
    parser = argparse.ArgumentParser(description="What CamundaListener and CamundaLibrary add to a run of a robot.")
    parser.add_argument("--pairs", type=int, default=15, help="pairs of runs for each comparison, 15 by default")
    parser.add_argument("--only", default="", metavar="TEXT", help="only comparisons with this text in their names")
    options = parser.parse_args(arguments)
    pairs = max(options.pairs, 1)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        write_pictures(folder)
        chosen = [each for each in comparisons(folder) if options.only in each.name]
        measured = measure(chosen, pairs, say)
        say("imports")
        imports = import_table(clean_environment(folder), pairs)
    print(f"{machine()}; {pairs} interleaved pairs each, medians\n\n{table(measured)}\n\n{imports}")


if __name__ == "__main__":
    main()
