"""What the imports alone cost, as `python -X importtime` sees them, after Robot Framework's own."""

import re
import statistics
import subprocess
import sys
from collections.abc import Mapping
from typing import NamedTuple

_ROBOT = "import robot.run, robot.libraries.BuiltIn"
_STEPS = ("CamundaListener", "CamundaLibrary.libraries.camunda_library")
_LINE = re.compile(r"import time:\s*(?P<own>\d+) \|\s*(?P<all>\d+) \|\s*(?P<name>\S+)")
_SHOWN = 6


class Imports(NamedTuple):
    """Microseconds by module: for itself, and with what it imports."""

    own: dict[str, int]
    all: dict[str, int]


def import_table(environment: Mapping[str, str], runs: int) -> str:
    """Returns the medians as lines of text, and which modules cost most."""
    measured = [_import(environment) for _ in range(runs)]
    rows = ["Imports (-X importtime, which itself costs time)"]
    rows += [f"  {name:{len(_STEPS[1])}} {_median(measured, name) / 1000:6.1f} ms" for name in _STEPS]
    own = {name: statistics.median(each.own[name] for each in measured) for name in measured[0].own}
    slowest = sorted(own, key=lambda name: -own[name])[:_SHOWN]
    shown = ", ".join(f"{name} {own[name] / 1000:.1f}" for name in slowest)
    return "\n".join([*rows, f"  {len(own)} modules; the slowest, without what they import: {shown}"])


def _median(measured: list[Imports], name: str) -> float:
    return statistics.median(each.all[name] for each in measured)


def _import(environment: Mapping[str, str]) -> Imports:
    code = f"{_ROBOT}, sys; print('ours', file=sys.stderr, flush=True); import {', '.join(_STEPS)}"
    command = [sys.executable, "-X", "importtime", "-c", code]
    process = subprocess.run(command, env=environment, stderr=subprocess.PIPE, text=True, check=True)
    lines = list(_LINE.finditer(process.stderr.partition("\nours\n")[2]))
    return Imports(
        {each["name"]: int(each["own"]) for each in lines}, {each["name"]: int(each["all"]) for each in lines}
    )
