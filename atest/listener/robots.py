"""Robots that run by hand, each as a user would start it: `robot --listener CamundaListener`, for one task."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import HistoricTaskLog
from CamundaLibrary.variables import encode_all

HEAD = """\
*** Settings ***
Library    CamundaLibrary
"""


@dataclass
class Run:
    """A run of Robot Framework that has ended."""

    returncode: int
    stdout: str
    stderr: str
    folder: Path


@dataclass
class Task:
    """An external task in the engine, with its instance."""

    engine: Engine
    id: str
    instance: str
    topic: str

    @property
    def state(self) -> str:
        found = self.engine.history.process_instance(self.instance)
        assert found
        return found.state

    @property
    def ends(self) -> list[str]:
        """The end events that were reached."""
        activities = self.engine.history.activities(self.instance)
        return [each.activity_id for each in activities if each.activity_type.lower().endswith("endevent")]

    @property
    def variables(self) -> dict[str, object]:
        """The last values of all variables of the instance."""
        return {each.name: each.value.value for each in self.engine.history.variables(self.instance)}

    @property
    def failures(self) -> list[HistoricTaskLog]:
        log = self.engine.history.external_task_log(external_task_id=self.id)
        return [entry for entry in log if entry.event == "failed"]

    @property
    def retries(self) -> int | None:
        return self.engine.external_tasks.get(self.id).retries

    @property
    def details(self) -> str:
        return self.engine.external_tasks.error_details(self.id) or ""

    def log(self, name: str = "log") -> str:
        """The content of the kept log."""
        (found,) = self.engine.history.variables(self.instance, name=name)
        return self.engine.history.variable_file(found.id).decode()


@pytest.fixture
def await_start() -> Callable[["subprocess.Popen[str]"], None]:
    """Waits until a robot logs 'started' to the console."""
    return _await_start


def _await_start(process: "subprocess.Popen[str]") -> None:
    assert process.stdout
    for line in process.stdout:
        if "started" in line:
            return
    raise AssertionError(f"The robot ended without a word: {process.communicate()}")


def model(key: str, topic: str, inside: str = "", around: str = "", boundary: bool = True) -> str:
    """A process of one external task; `inside` goes into the task's extensions, `around` into the process."""
    caught = (
        """<boundaryEvent id="caught" attachedToRef="task"><errorEventDefinition camunda:errorCodeVariable="errorCode"
        camunda:errorMessageVariable="errorMessage"/></boundaryEvent>
        <sequenceFlow id="to-caught" sourceRef="caught" targetRef="ended-by-error"/><endEvent id="ended-by-error"/>"""
        if boundary
        else ""
    )
    flow = around or '<sequenceFlow id="to-end" sourceRef="task" targetRef="done"/><endEvent id="done"/>'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="atest"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn">
  <process id="{key}" isExecutable="true" camunda:historyTimeToLive="P1D">
    <startEvent id="start"/><sequenceFlow id="to-task" sourceRef="start" targetRef="task"/>
    <serviceTask id="task" camunda:type="external" camunda:topic="{topic}"><extensionElements>
      <camunda:properties><camunda:property name="colour" value="red"/></camunda:properties>{inside}
    </extensionElements></serviceTask>
    {flow}{caught}
  </process>
</definitions>"""


@pytest.fixture
def start_task(engine: Engine, deploy: Callable[..., str], unique: Callable[[str], str]) -> Callable[..., Task]:
    """Deploys a process of one external task and starts an instance of it."""

    def start(variables: Mapping[str, object] | None = None, **parts: object) -> Task:
        key = unique("process")
        deploy(model(key, key, **parts))  # type: ignore[arg-type]
        instance = engine.processes.start(key, business_key="B-1", variables=encode_all(variables or {}))
        (task,) = engine.external_tasks.list(process_instance_id=instance.id)
        return Task(engine, task.id, instance.id, key)

    return start


@pytest.fixture
def start_robot(tmp_path: Path, engine_url: str) -> Callable[..., "subprocess.Popen[str]"]:
    """Starts a robot of the given lines; settings by name go into its environment."""

    def start(
        robot: str, *options: str, url: str = engine_url, listener: str = "CamundaListener", **settings: str
    ) -> "subprocess.Popen[str]":
        suite = tmp_path / "robot.robot"
        suite.write_text(_whole(textwrap.dedent(robot).strip()), "utf-8")
        command = [sys.executable, "-m", "robot", "--rpa", "--listener", listener, "-d", str(tmp_path / "output")]
        named = {f"CAMUNDA_{name.upper()}": value for name, value in settings.items()}
        return subprocess.Popen(
            [*command, *options, str(suite)],
            env={**os.environ, "CAMUNDA_API_BASE_URL": url, **named},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
        )

    return start


def _whole(lines: str) -> str:
    """The lines of one robot task become a suite; sections before or after them are kept."""
    if lines.startswith("***"):
        return lines
    body, _, rest = lines.partition("\n*** ")
    return f"{HEAD}\n*** Tasks ***\nDo it\n{textwrap.indent(body, '    ')}\n{'*** ' + rest if rest else ''}"


@pytest.fixture
def run_robot(start_robot: Callable[..., "subprocess.Popen[str]"], tmp_path: Path) -> Callable[..., Run]:
    """Runs a robot to its end."""

    def run(*arguments: str, **settings: str) -> Run:
        process = start_robot(*arguments, **settings)
        stdout, stderr = process.communicate(timeout=60)
        return Run(process.returncode, stdout, stderr, tmp_path / "output")

    return run
