"""The guides, followed to the letter on a real engine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
COMMAND = "from CamundaLibrary.cli import main; main()"


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / page).read_text("utf-8"), re.MULTILINE | re.DOTALL)


def run(folder: Path, url: str, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CAMUNDA_", "ROBOT_"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env={**environment, "CAMUNDA_API_BASE_URL": url},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def key(engine, unique):
    """A name of one's own for a process and a topic, as the engine is shared; what is deployed with it goes away."""
    name = unique("guide")
    yield name
    definitions = engine.definitions.list(key=name)
    for deployment in {each.deployment_id for each in definitions}:
        engine.deployments.delete(deployment, cascade=True)


def test_getting_started_gets_started(engine, engine_url, key, tmp_path) -> None:
    robot, starter = blocks("getting-started.md", "robotframework")
    (model,), (manifest,) = blocks("getting-started.md", "xml"), blocks("getting-started.md", "yaml")
    bundle, process = tmp_path / "robots", tmp_path / "process"
    for folder in (bundle, process):
        folder.mkdir()
    (bundle / "tasks.robot").write_text(robot.replace("Greet\n", f"{key}\n"), "utf-8")
    (bundle / "robot.yaml").write_text(manifest.replace("Greet", key), "utf-8")
    model = model.replace('topic="Greet"', f'topic="{key}"').replace('process id="greeting"', f'process id="{key}"')
    (process / "greeting.bpmn").write_text(model, "utf-8")
    starter = starter.replace("Start Process    greeting", f"Start Process    {key}")
    (process / "start.robot").write_text(starter, "utf-8")

    run(process, engine_url, "-m", "robot", "--output", "NONE", "--report", "NONE", "--log", "NONE", "start.robot")
    said = run(tmp_path, engine_url, "-c", COMMAND, "worker", str(bundle), "--once", "--state", str(tmp_path / "state"))

    instances = engine.history.process_instances(process_definition_key=key)
    greetings = [engine.history.variables(each.id, name="greeting")[0].value.value for each in instances]
    assert [each.state for each in instances] == ["COMPLETED", "COMPLETED"]
    assert sorted(greetings) == ["Hello Ada!", "Hello Grace!"]
    assert said.count(": completed (") == 2


def test_the_test_of_a_model_passes(engine, engine_url, key, tmp_path) -> None:
    (suite,) = blocks("testing.md", "robotframework")
    model = (Path(__file__).parents[1] / "process_test" / "order.bpmn").read_text("utf-8")
    (tmp_path / "order.bpmn").write_text(model.replace("KEY-paid", f"{key}-paid").replace("KEY", key), "utf-8")
    mine = suite.replace("Start Process    order", f"Start Process    {key}").replace("payment received", f"{key}-paid")
    (tmp_path / "orders.robot").write_text(mine, "utf-8")
    said = run(tmp_path, engine_url, "-m", "robot", "orders.robot")
    assert "2 tests, 2 passed, 0 failed" in said
    assert (tmp_path / "process-coverage.html").is_file()
