"""A program in place of rcc that keeps its contract, as far as runs need it (`cmd/run.go`, `operations/running.go`).

Its environments are those of this Python. A conda.yaml that holds the word "broken" cannot be built. Every run writes
`begin` and `end` with its space into the file `journal` of ROBOCORP_HOME.
"""

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import yaml

OTHERS = {"linux": ("windows", "darwin"), "darwin": ("windows", "linux"), "win32": ("darwin", "linux")}
NOT_INHERITED = ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH")


def main() -> None:
    if sys.argv[1:3] == ["holotree", "variables"]:
        options = parse(sys.argv[3:])
        build(load(options))
        note("variables", options)
    elif sys.argv[1:2] == ["run"]:
        run(parse(sys.argv[2:]))
    else:
        leave(1, f"Error: unknown command {sys.argv[1:]}")


def parse(arguments: list) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("-r", "--robot", type=Path, default=Path("robot.yaml"))
    parser.add_argument("-t", "--task", default="")
    parser.add_argument("-s", "--space", default="user")
    parser.add_argument("-e", "--environment", type=Path)
    parser.add_argument("--controller", default="user")
    return parser.parse_args(arguments)


def run(options: argparse.Namespace) -> None:
    robot = load(options)
    task = find(robot, options.task)
    build(robot)
    root, artifacts = robot["root"], robot["root"] / robot["artifactsDir"]
    try:
        given = yaml.safe_load(options.environment.read_text("utf-8")) if options.environment else {}
    except (OSError, yaml.YAMLError) as error:
        leave(5, f"Error: {error}")
    environment = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
    environment |= given
    environment |= {
        "PATH": os.pathsep.join(
            [
                *(str(root / each) for each in robot.get("PATH") or []),
                str(Path(sys.executable).parent),
                os.environ["PATH"],
            ]
        ),
        "PYTHONPATH": os.pathsep.join(str(root / each) for each in robot.get("PYTHONPATH") or []),
        "PYTHONHOME": "",
        "PYTHONNOUSERSITE": "1",
        "ROBOT_ROOT": str(root),
        "ROBOT_ARTIFACTS": str(artifacts),
        "RCC_VERSION": "v17.0.0",
    }
    artifacts.mkdir(parents=True, exist_ok=True)
    note("begin", options)
    for script in robot.get("preRunScripts") or []:
        if not any(word in script.lower() for word in OTHERS[sys.platform]):
            prepare(script, root, environment)
    done = subprocess.run(
        command(task, robot, environment), cwd=root, env=environment, stdin=subprocess.DEVNULL, check=False
    )
    note("end", options)
    if done.returncode:
        leave(10, f"Error: exit status {done.returncode}")
    leave(0, "OK.")


def load(options: argparse.Namespace) -> dict:
    try:
        robot = yaml.safe_load(options.robot.read_text("utf-8"))
    except (OSError, yaml.YAMLError) as error:
        leave(1, f"Error: {error}")
    if not robot.get("tasks") or not robot.get("artifactsDir"):
        leave(2, "Error: In robot.yaml, 'tasks:' and 'artifactsDir:' are required!")
    return {**robot, "root": options.robot.absolute().parent}


def find(robot: dict, name: str) -> dict:
    key = name.strip("\t\r\n\"' ")
    for known, task in robot["tasks"].items():
        if key.lower() == known.strip().lower():
            return task
    return leave(3, f"Error: Could not resolve task to run. Available tasks are: {list(robot['tasks'])}")


def build(robot: dict) -> None:
    conda = robot["root"] / robot["condaConfigFile"]
    if not conda.is_file() or "broken" in conda.read_text("utf-8"):
        leave(4, "Progress: 05/15\nError: Failed to create environment: no such package: broken")


def prepare(script: str, root: Path, environment: dict) -> None:
    try:
        words = shlex.split(script)
    except ValueError as error:
        leave(11, f"Script '{script}' parsing failure: {error}")
    if subprocess.run(words, cwd=root, env=environment, check=False).returncode:
        leave(12, f"Script '{script}' failure.")


def command(task: dict, robot: dict, environment: dict) -> list:
    if "robotTaskName" in task:
        options = ["--report", "NONE", "--outputdir", robot["artifactsDir"], "--logtitle", "Task log"]
        words = ["python", "-m", "robot", *options, "--task", task["robotTaskName"], "."]
    else:
        words = task.get("command") or shlex.split(task["shell"])
    found = shutil.which(words[0], path=environment["PATH"])
    if found is None:
        leave(6, f"Error: Cannot find command: {words[0]}")
    return [found, *words[1:]]


def note(what: str, options: argparse.Namespace) -> None:
    with (Path(os.environ["ROBOCORP_HOME"]) / "journal").open("a") as journal:
        journal.write(json.dumps([what, options.controller, options.space]) + "\n")


def leave(code: int, message: str) -> None:
    print(message, file=sys.stderr, flush=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
