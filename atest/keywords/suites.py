"""Robot suites of these tests on the real engine, run as users run theirs."""

import subprocess
import sys
from pathlib import Path


def run_suite(suite: str, folder: Path, **variables: str) -> None:
    """Runs a suite of this folder, its output in `folder`. AssertionError with what Robot Framework said if it fails.

    `variables` are its Robot variables, `URL` the engine.
    """
    command = [sys.executable, "-m", "robot", "--rpa", "-d", str(folder / "output")]
    for name, value in variables.items():
        command += ["--variable", f"{name}:{value}"]
    run = subprocess.run([*command, str(Path(__file__).with_name(suite))], capture_output=True, text=True, timeout=150)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""
