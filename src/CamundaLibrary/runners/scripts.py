"""What runs before a robot: `preRunScripts` of its manifest."""

import json
import sys
from pathlib import Path

from CamundaLibrary.bundles.manifest import Manifest
from CamundaLibrary.environments import pre_run
from CamundaLibrary.environments.systems import fits


def has_scripts(manifest: Manifest) -> bool:
    """Returns whether something runs before robots of this bundle, on this system."""
    return any(fits(script) for script in manifest.pre_run_scripts)


def after_scripts(manifest: Manifest, command: list[str]) -> list[str]:
    """Returns the command line that runs the scripts for this system, and then `command` in their place.

    Both have the process, and so the time limit and the end, of the run.
    """
    scripts = [script for script in manifest.pre_run_scripts if fits(script)]
    if not scripts:
        return command
    return [sys.executable, "-I", str(Path(pre_run.__file__)), json.dumps(scripts), *command]
