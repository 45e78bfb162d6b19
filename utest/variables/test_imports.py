"""What importing the typed values costs every robot."""

import subprocess
import sys

HEAVY = ["dataclasses", "decimal", "mimetypes", "pydantic", "requests", "robot", "xml", "_strptime"]


def test_nothing_heavy_is_loaded():
    code = f"import sys, CamundaLibrary.variables; print([name for name in {HEAVY!r} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
