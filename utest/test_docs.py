"""The examples of README and docs run, and their links lead somewhere. An example is a fenced block."""

import ast
import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from CamundaLibrary.bundles.manifest import read_manifest
from CamundaLibrary.models import Model
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.worker.configuring import read_configuration

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
FILES = {"robotframework": "tasks.robot", "json": "task.json", "yaml": "robot.yaml", "toml": "some.toml"}
LANGUAGES = {*FILES, "python", "console", "text", "xml"}


class Block(NamedTuple):
    """One fenced block."""

    page: Path
    language: str
    text: str

    def write(self, folder: Path, name: str | None = None) -> Path:
        """Writes it, and for a task or outcome the files that it names."""
        path = folder / (name or FILES[self.language])
        path.write_text(self.text, "utf-8")
        for file in re.findall(r'"path": "([^"]+)"', self.text):
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / file).write_text("the content", "utf-8")
        return path


def read_blocks(page: Path) -> list[Block]:
    fences = re.finditer(r"^```(\w*)\n(.*?)^```$", page.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return [Block(page, fence[1], fence[2]) for fence in fences]


BLOCKS = [block for page in PAGES for block in read_blocks(page)]


def blocks_of(language):
    blocks = [block for block in BLOCKS if block.language == language]
    names = [f"{block.page.name}-{number}" for number, block in enumerate(blocks, 1)]
    return pytest.mark.parametrize("block", blocks, ids=names)


def robot(*arguments, folder):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CAMUNDA_", "ROBOT_"))}
    return subprocess.run(
        [sys.executable, "-m", "robot", "--report", "NONE", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_every_block_is_in_a_language_that_is_looked_at_here():
    assert {block.language for block in BLOCKS} == LANGUAGES
    assert sum(page.read_text("utf-8").count("```") for page in PAGES) == 2 * len(BLOCKS)


@blocks_of("robotframework")
def test_every_robot_calls_keywords_that_exist_with_arguments_that_fit(block, tmp_path):
    (tmp_path / "example.robot").write_text(block.text, "utf-8")
    run = robot("--dryrun", "--output", "NONE", "--log", "NONE", "example.robot", folder=tmp_path)
    assert (run.returncode, run.stderr) == (0, "")


def find_examples():
    """Yields a robot, the task file right after it, and what the console then shows."""
    for block, task, *following in zip(BLOCKS, BLOCKS[1:], BLOCKS[2:], BLOCKS[3:], strict=False):
        if (block.language, task.language) == ("robotframework", "json"):
            yield block, task, next(each for each in following if each.language == "text")


EXAMPLES = list(find_examples())


@pytest.mark.parametrize(("robot_block", "task", "shown"), EXAMPLES, ids=lambda block: block.page.name)
def test_every_robot_with_a_task_file_has_the_outcome_that_its_page_shows(robot_block, task, shown, tmp_path):
    robot_block.write(tmp_path)
    task.write(tmp_path)
    run = robot("--listener", "CamundaListener:task_file=task.json", "tasks.robot", folder=tmp_path)
    expected = [line for line in shown.text.splitlines() if not line.startswith("  written to ")]
    outcome = run.stdout[run.stdout.index("Outcome of the task") :].splitlines()

    assert (run.returncode, run.stderr) == (0, "")
    assert outcome == [*expected, f"  written to {tmp_path / 'task.outcome.json'}"]


def test_the_robot_of_the_readme_has_ten_lines_and_the_other_outcome_that_it_tells_of(tmp_path):
    robot_block, task, _ = EXAMPLES[0]
    other = next(block for block in BLOCKS if block.text.startswith("Outcome of the task: BPMN error"))
    robot_block.write(tmp_path)
    task._replace(text=task.text.replace("119", "-5")).write(tmp_path)
    run = robot("--listener", "CamundaListener:task_file=task.json", "tasks.robot", folder=tmp_path)

    assert len(robot_block.text.splitlines()) == 10
    assert run.returncode == 0
    assert other.text in run.stdout


@blocks_of("json")
def test_every_task_and_outcome_file_is_read(block, tmp_path):
    content = json.loads(block.text)
    if "outcome" in content:
        block.write(tmp_path, "task.outcome.json")
        handover = Handover(tmp_path / "task.json")
        outcome, log = handover.read_outcome()
        handover.write_outcome(outcome, log)
        assert json.loads(handover.outcome_file.read_text("utf-8")) == content
    else:
        task, variables = Handover(block.write(tmp_path)).read_task()
        assert (task.topic, variables.keys()) == (content["task"]["topic"], content["variables"].keys())


@blocks_of("yaml")
def test_every_manifest_is_read(block, tmp_path):
    assert read_manifest(block.write(tmp_path).parent).tasks


@blocks_of("toml")
def test_every_toml_file_is_read(block, tmp_path, monkeypatch):
    for name in re.findall(r'_env = "(\w+)"', block.text):
        monkeypatch.setenv(name, "x")
    if "[tool.camunda-robot" in block.text:
        assert read_manifest(block.write(tmp_path, "pyproject.toml").parent).tasks
    else:
        assert read_configuration(block.write(tmp_path)).file


def test_the_example_of_the_configuration_file_has_every_table(tmp_path, monkeypatch):
    monkeypatch.setenv("PRODUCTION_PASSWORD", "x")
    monkeypatch.setenv("ARCHIVE_SECRET", "x")
    (block,) = [each for each in BLOCKS if each.language == "toml" and each.page.name == "configuration.md"]
    configuration = read_configuration(block.write(tmp_path))
    assert [name for name, value in configuration._asdict().items() if not value] == []
    assert [engine.name for engine in configuration.engines] == ["production", "archive"]


def test_the_manifest_of_the_readme_starts_its_robot(tmp_path):
    page = [block for block in BLOCKS if block.page.name == "README.md" and block.page.parent == ROOT]
    robot_block, manifest = (next(b for b in page if b.language == each) for each in ("robotframework", "yaml"))
    (task,) = read_manifest(manifest.write(tmp_path).parent).tasks
    assert f"\n{task.robot_task}\n" in robot_block.text


@blocks_of("xml")
def test_every_model_has_a_process_that_can_run(block):
    (process,) = re.findall(r'<process id="([^"]+)"[^>]* isExecutable="true" camunda:historyTimeToLive="', block.text)
    assert Model.parse(block.text).flow(process).sequence_flows


@blocks_of("python")
def test_every_line_of_python_compiles_and_imports_what_exists(block):
    for node in ast.walk(ast.parse(block.text)):
        if isinstance(node, ast.ImportFrom):
            module = importlib.import_module(node.module)
            assert [alias.name for alias in node.names if not hasattr(module, alias.name)] == []


@blocks_of("console")
def test_every_command_has_the_options_that_the_docs_give_it(block):
    for line in block.text.splitlines():
        words = [word for word in line.split() if not re.match(r"[A-Z_]+=", word)]
        if words[0] == "make":
            assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
        elif words[0] == "camunda-robot":
            given = {word for word in words if word.startswith("--")}
            assert given <= options_of(words[1])
        else:
            assert words[0] in ("robot", "python", ".venv/bin/python", "curl")


def options_of(command):
    module = importlib.import_module(f"CamundaLibrary.cli.{command}")
    return {text for parameter in module.command.params for text in parameter.opts if text.startswith("--")}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings_that_exist(page):
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target in re.findall(r"\]\(([^)]+)\)", text):
        if not target.startswith("https://"):
            path, _, heading = target.partition("#")
            found = (page.parent / path).resolve() if path else page
            assert found.is_file(), target
            assert not heading or heading in headings_of(found), target


def headings_of(page):
    titles = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_every_page_is_in_the_index_and_every_picture_is_small_and_shown():
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    shown = "".join(page.read_text("utf-8") for page in PAGES)
    pictures = list((ROOT / "docs" / "images").iterdir())

    assert [page.name for page in PAGES if page.name not in index and page.parent != ROOT] == ["README.md"]
    assert [each.name for each in pictures if each.stat().st_size >= 150_000 or each.name not in shown] == []
    assert all(each.read_bytes().startswith(b"\x89PNG") for each in pictures)
