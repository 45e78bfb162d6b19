"""What importing the typed values costs every robot."""

import os
import subprocess
import sys

HEAVY = ["dataclasses", "decimal", "mimetypes", "pydantic", "requests", "robot", "xml", "_strptime"]


def test_nothing_heavy_is_loaded():
    code = f"import sys, CamundaLibrary.variables; print([name for name in {HEAVY!r} if name in sys.modules])"
    plain = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=plain)
    assert run.stdout.strip() == "[]"
