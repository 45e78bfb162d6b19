"""The page on Python: its examples run, its tests pass, its types hold, and its tables name all that a task has.

Those that need an engine run in atest/handlers.
"""

import json
import os
import re
import subprocess
import sys
from inspect import signature
from pathlib import Path

import pytest

from CamundaLibrary import Worker
from CamundaLibrary.task.current_task import CurrentTask

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "python.md").read_text("utf-8")
PLAIN = {name: value for name, value in os.environ.items() if not name.startswith(("CAMUNDA_", "ROBOT_"))}
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
FILES = ("counting.py", "count.py", "count_all.py", "rooms.py", "book.py", "test_counting.py")


def blocks(language):
    return [text for each, text in BLOCKS if each == language]


@pytest.fixture
def folder(tmp_path):
    for name, text in zip(FILES, blocks("python"), strict=True):
        (tmp_path / name).write_text(text, "utf-8")
    (task,) = blocks("json")
    (tmp_path / "task.json").write_text(task, "utf-8")
    empty = json.loads(task)
    empty["variables"]["text"] = " "
    (tmp_path / "empty.json").write_text(json.dumps(empty), "utf-8")
    return tmp_path


def run(folder, *arguments, **environment):
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, env={**PLAIN, **environment}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def shown(folder):
    (text,) = blocks("text")
    return text.replace("/home/me", str(folder))


def test_the_handler_has_the_outcome_that_the_page_shows(folder):
    command = re.search(r"python (-m CamundaLibrary\.handlers .*)$", PAGE, re.MULTILINE)[1]
    assert run(folder, *command.split(), CAMUNDA_TASK_FILE="task.json") == shown(folder)
    assert f'handler = "{command.split()[-1]}"' in blocks("toml")[0]


def test_the_program_has_the_same_outcome(folder):
    assert "shell: python count.py\n" in blocks("yaml")[0]
    assert run(folder, "count.py", CAMUNDA_TASK_FILE="task.json") == shown(folder)


def test_the_program_of_all_tasks_ends_when_none_is_left(folder):
    said = run(folder, "count_all.py", CAMUNDA_TASK_FILE="task.json")
    assert said == f"{shown(folder)}The task of this program has ended: completed.\n"


def test_the_tests_of_the_page_pass(folder):
    said = run(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_counting.py")
    assert "2 passed" in said


def test_the_types_of_the_page_hold(folder):
    said = run(folder, "-m", "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache" / "docs"), *FILES)
    assert said == f"Success: no issues found in {len(FILES)} source files\n"


def test_the_page_names_all_that_a_worker_takes():
    section = PAGE[PAGE.index("## A worker of your own") : PAGE.index("## Tests")]
    named = set(re.findall(r"`(\w+)`", section))
    taken = {name for method in (Worker.__init__, Worker.topic) for name in signature(method).parameters}
    assert taken - {"self", "name"} <= named
    assert all(f"run({name}=" in section for name in signature(Worker.run).parameters if name != "self")


def test_the_table_of_the_task_is_all_that_a_task_has():
    section = PAGE[PAGE.index("## The task") : PAGE.index("## Programs")]
    cells = re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
    named = {name for cell in cells for name in re.findall(r"`(\w+)", cell)}
    source = (ROOT / "src/CamundaLibrary/task/current_task.py").read_text("utf-8")
    attributes = set(re.findall(r"self\.([a-z]\w*): ", source))
    assert named == attributes | {name for name in vars(CurrentTask) if not name.startswith("_")}
