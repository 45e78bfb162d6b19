"""Listener arguments, as Robot Framework hands them over: split at colons or semicolons."""

import pytest
from robot.utils import split_args_from_name_or_path

from CamundaLibrary.listener.arguments import read_arguments

ARGUMENTS = [
    ("CamundaListener", {}),
    ("CamundaListener:on_skip=complete", {"on_skip": "complete"}),
    ("CamundaListener:on_skip=complete:log=never", {"on_skip": "complete", "log": "never"}),
    ("CamundaListener;on_skip=complete;log=never", {"on_skip": "complete", "log": "never"}),
    (r"CamundaListener;task_file=C:\x.json", {"task_file": r"C:\x.json"}),
    (r"CamundaListener;task_file=C:\x.json;log=never", {"task_file": r"C:\x.json", "log": "never"}),
    (r"CamundaListener:task_file=C:\x.json", {"task_file": r"C:\x.json"}),
    (r"CamundaListener:task_file=C:\a=b\x.json:log=never", {"task_file": r"C:\a=b\x.json", "log": "never"}),
    ("CamundaListener:lock_duration=1:30:log=never", {"lock_duration": "1:30", "log": "never"}),
    ("CamundaListener:base_url=http://localhost:8080/engine-rest", {"base_url": "http://localhost:8080/engine-rest"}),
    ("CamundaListener:topic=a=b", {"topic": "a=b"}),
    ("CamundaListener:topic=", {"topic": ""}),
    ("CamundaListener:topic=a:topic=b", {"topic": "b"}),
    ("CamundaListener:onskip=fail", {"onskip": "fail"}),
    ("CamundaListener:log=never:onskip=fail", {"log": "never", "onskip": "fail"}),
    ("CamundaListener:nonsense", {"nonsense": "nonsense"}),
    ("CamundaListener:task_id", {"task_id without '='": "task_id"}),
    ("CamundaListener:on skip=fail", {"on skip": "fail"}),
    ("CamundaListener:=fail", {"": "fail"}),
]


@pytest.mark.parametrize(("text", "expected"), ARGUMENTS)
def test_arguments_of_the_command_line(text, expected):
    _, arguments = split_args_from_name_or_path(text)
    assert read_arguments(arguments) == expected


def test_arguments_of_python_code_may_be_other_than_text():
    assert read_arguments(["retries=3", 7]) == {"retries": "3:7"}


def test_every_spelling_reaches_the_run(robots):
    run = robots.run(
        "*** Tasks ***\nWork\n    Skip\n",
        listener=f"CamundaListener;task_file={robots.folder / 'task.json'};on_skip=complete",
    )
    assert (run.rc, run.outcome["outcome"]) == (0, "completed")
