"""Bundles whose tasks are shell scripts, as quick as a task can be: for tests of how tasks are taken."""

import json
from collections.abc import Mapping
from pathlib import Path


def write_scripts(folder: Path, scripts: Mapping[str, str], **options: object) -> Path:
    """Makes a bundle with one task for each topic, which runs that script; `options` are those of all topics."""
    folder.mkdir(exist_ok=True)
    tasks = {}
    for number, (topic, script) in enumerate(scripts.items()):
        (folder / f"task{number}.sh").write_text(script + "\n", "utf-8")
        camunda = {"topic": topic, "runner": "process", **options}
        tasks[f"Task {number}"] = {"shell": f"sh task{number}.sh", "camunda": camunda}
    (folder / "robot.yaml").write_text(json.dumps({"tasks": tasks, "artifactsDir": "output"}), "utf-8")
    return folder
