"""Keywords on deployments, used from a suite."""

import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode leaves it out
sys.path.insert(0, str(Path(__file__).parents[1] / "engines"))

from small_decisions import write_decision
from small_models import USER_TASK, write_model
from suites import run_suite

from CamundaLibrary.engines.contract import Engine


def test_the_suite_of_deployments_passes(tmp_path: Path, engine: Engine, unique: Callable[[str], str]) -> None:
    key, folder = unique("deployed"), tmp_path / "process"
    for name, content in {
        "model.bpmn": write_model(key, USER_TASK),
        "rules/discount.dmn": write_decision(f"{key}-discount"),
        "forms/review.html": "<form></form>",
        ".hidden": "secret",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    try:
        run_suite("deployments.robot", tmp_path, URL=engine.url, KEY=key, FOLDER=str(folder))
    finally:
        for deployment in engine.deployments.list(name_like=f"{key}%"):
            engine.deployments.delete(deployment.id, cascade=True)
