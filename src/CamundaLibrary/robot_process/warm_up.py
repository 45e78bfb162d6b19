"""A small robot that the fork server runs itself, so that forks find what a first run loads, compiles and caches."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from robot.run import run_cli

from CamundaLibrary.robot_process.orphans import MARK
from CamundaLibrary.robot_process.robot_internals import logger_kept

_ROBOT = """*** Settings ***
Library    CamundaLibrary

*** Variables ***
${TEXT}    of a page

*** Tasks ***
Warm up
    ${value}    Get Task Variable    value
    FOR    ${part}    IN    ${value}    ${TEXT}
        IF    "${part}" == "${value}"    Say    ${part}
    END
    Set Task Variable    length    ${{len($TEXT)}}

*** Keywords ***
Say
    [Arguments]    ${text}
    [Documentation]    Says *something*.
    Log    ${text}
    Should Be Equal    ${text}    ${text}
"""
_TASK = {"version": 1, "task": {"id": "warm-up", "topic": "warm-up"}, "variables": {"value": "text"}}


def warm_up() -> None:
    """Runs it as the worker would, with listener, task file and log; nothing of it is left."""
    with TemporaryDirectory(prefix="warm-up-") as name, _task_file(Path(name) / "task.json"), logger_kept():
        (Path(name) / "warm_up.robot").write_text(_ROBOT, "utf-8")
        options = ["--outputdir", str(Path(name) / "output"), "--report", "NONE", "--console", "none"]
        run_cli(["--listener", "CamundaListener", *options, name], exit=False)


@contextmanager
def _task_file(path: Path) -> Iterator[None]:
    path.write_text(json.dumps(_TASK), "utf-8")
    former, os.environ[MARK] = os.environ.get(MARK, ""), str(path)
    try:
        yield
    finally:
        os.environ[MARK] = former
