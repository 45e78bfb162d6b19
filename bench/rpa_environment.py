"""An environment with rpaframework, made by the worker itself, as it makes those of all bundles that ask for one."""

import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from contenders import COMMAND, HERE

_MANIFEST = """tasks:
  Work:
    robotTaskName: Work
    camunda: {topic: heavy}
condaConfigFile: conda.yaml
artifactsDir: output
"""


class Environment(NamedTuple):
    """`state` is the folder of state of workers that use it, `python` its interpreter."""

    state: Path
    python: str


def make_environment(folder: Path) -> Environment | str:
    """Makes it below `folder`; takes a minute and an index of packages. Returns why not, where that fails."""
    bundle, state = folder / "rpa", folder / "rpa-state"
    shutil.copytree(HERE / "robots" / "heavy", bundle)
    (bundle / "robot.yaml").write_text(_MANIFEST, "utf-8")
    made = subprocess.run(
        [*COMMAND, "worker", str(bundle), "--state", str(state), "--prepare"], capture_output=True, text=True
    )
    if made.returncode:
        return (made.stderr.strip().splitlines() or [f"exit code {made.returncode}"])[-1]
    return Environment(state, str(next((state / "environments").glob("*/bin/python"))))
