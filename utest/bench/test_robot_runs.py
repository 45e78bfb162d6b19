"""That the measurements can be made; never how they come out."""

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench" / "robot_runs.py"


def test_one_pair_of_every_comparison_is_measured() -> None:
    process = subprocess.run([sys.executable, BENCH, "--pairs", "1"], capture_output=True, text=True, encoding="utf-8")
    assert process.stderr == ""
    assert process.returncode == 0
    rows = [line.strip().split("  ")[0] for line in process.stdout.splitlines() if " ms" in line]
    assert rows == [
        "nothing (noise)",
        "a listener that does nothing (floor)",
        "an empty library (floor)",
        "listener and task file",
        "import of the library",
        "ten pictures in the log",
        "library beside the listener",
        "log of a small robot",
        "all of it: a robot with variables",
        "listener, with 1,000 keywords",
        "CamundaListener",
        "CamundaLibrary.libraries.camunda_library",
    ]
