"""The suites of the engine's keywords, run as users do; each deploys its models under names of its own."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

sys.path.insert(0, str(Path(__file__).parent))

from suite_models import write_models

from CamundaLibrary.engines.contract import Engine

HERE = Path(__file__).parent


@pytest.fixture
def key(unique: Callable[[str], str], engine_url: str) -> Iterator[str]:
    """A name of this test; deployments of that name are deleted with all that came of them."""
    key = unique("suite")
    yield key
    for deployment in requests.get(f"{engine_url}/deployment", params={"name": key}, timeout=30).json():
        requests.delete(f"{engine_url}/deployment/{deployment['id']}?cascade=true", timeout=60)


@pytest.mark.parametrize("name", ["definitions", "processes", "modifications", "incidents", "jobs"])
def test_the_suite_passes(name: str, tmp_path: Path, engine_url: str, key: str) -> None:
    write_models(tmp_path, key)
    run_suite(name, tmp_path, engine_url, key)


def test_the_suite_of_batches_passes_and_says_how_far_they_are(tmp_path: Path, engine_url: str, key: str) -> None:
    write_models(tmp_path, key)
    console = run_suite("batches", tmp_path, engine_url, key)
    assert re.search(r"(^|\s)Batch '[\w-]+' \(instance-restart\): 3 of 3 jobs are done\.$", console, re.MULTILINE)


def test_the_suite_of_tenants_passes(tmp_path: Path, engine: Engine, key: str) -> None:
    write_models(tmp_path, key)
    for tenant in ("north", "south"):
        engine.deployments.create(key, [tmp_path / "review-1.bpmn"], tenant_id=tenant)
    engine.deployments.create(key, [tmp_path / "work.bpmn", tmp_path / "step.bpmn"], tenant_id="north")
    run_suite("tenants", tmp_path, engine.url, key)


def run_suite(name: str, tmp_path: Path, engine_url: str, key: str) -> str:
    """Returns what the console showed."""
    variables = {"URL": engine_url, "KEY": key, "MODELS": str(tmp_path)}
    options = [word for item in variables.items() for word in ("--variable", ":".join(item))]
    command = [sys.executable, "-m", "robot", "--rpa", "-d", str(tmp_path / "output"), "-P", str(HERE), *options]
    suite = str(HERE / f"{name}.robot")
    run = subprocess.run([*command, suite], capture_output=True, text=True, timeout=180, cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""
    return run.stdout
