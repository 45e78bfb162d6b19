"""Suites that use CamundaLibrary.ProcessTest, run as users run them."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from robot.api import ExecutionResult

HERE = Path(__file__).parent
SUITE = """*** Settings ***
Library    CamundaLibrary.Engine    base_url=${URL}
Library    CamundaLibrary.ProcessTest    base_url=${URL}    deadline=300 ms

*** Test Cases ***
Order
"""


@dataclass
class Suites:
    """Runs suites on one deployment of `order.bpmn`; `key` is the id of its process."""

    url: str
    key: str
    folder: Path

    @property
    def model(self) -> Path:
        return self.folder / "order.bpmn"

    @property
    def output(self) -> Path:
        return self.folder / "output"

    def run(self, suite: Path) -> "subprocess.CompletedProcess[str]":
        variables = {"URL": self.url, "KEY": self.key, "MODEL": str(self.model)}
        options = [part for name, value in variables.items() for part in ("--variable", f"{name}:{value}")]
        command = [sys.executable, "-m", "robot", "-d", str(self.output), *options, str(suite)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120)

    def messages(self, *lines: str) -> list[str]:
        """Runs lines as a test and returns the messages of the keywords that failed."""
        suite = self.folder / "lines.robot"
        suite.write_text(SUITE + "".join(f"    Run Keyword And Continue On Failure    {line}\n" for line in lines))
        self.run(suite)
        test = ExecutionResult(self.output / "output.xml").suite.tests[0]
        return [str(step.message) for step in test.body if step.message]


@pytest.fixture
def suites(engine_url: str, engine, unique: Callable[[str], str], tmp_path: Path) -> Iterator[Suites]:
    made = Suites(engine_url, unique("order"), tmp_path)
    made.model.write_text((HERE / "order.bpmn").read_text("utf-8").replace("KEY", made.key), "utf-8")
    deployment = engine.deployments.create(made.key, [made.model])
    yield made
    engine.deployments.delete(deployment.id, cascade=True)
