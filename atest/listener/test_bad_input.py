"""What a user does wrong, or what is wrong around the robot: one clear sentence, no robot code, nothing lost."""

import socket
import subprocess

import pytest
from faults import answer, cut

TRACEBACK = "Traceback (most recent call last)"


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("localhost", 0))
        return int(listening.getsockname()[1])


def refused(run_robot, sentence: str, **settings: str) -> None:
    run = run_robot("    Log To Console    It ran.", **settings)
    said = " ".join((run.stdout + run.stderr).split())
    assert sentence in said, run.stdout + run.stderr
    assert "It ran." not in run.stdout
    assert TRACEBACK not in said
    assert run.returncode == 1


def test_an_engine_that_is_down(run_robot, free_port) -> None:
    url = f"http://localhost:{free_port}/engine-rest"
    refused(run_robot, f"nothing listens at 'localhost:{free_port}' (connection refused).", task_id="x", url=url)


def test_a_host_that_does_not_exist(run_robot) -> None:
    refused(run_robot, "no-such-host.invalid", task_id="x", url="http://no-such-host.invalid/engine-rest")


def test_a_url_that_leads_elsewhere(run_robot, engine_url) -> None:
    url = engine_url.replace("/engine-rest", "/engine-rst")
    refused(run_robot, f"no engine answers at '{url}' (404 Not Found).", task_id="x", url=url)


def test_a_url_that_is_none(run_robot) -> None:
    sentence = "'localhost:8080' is no URL. Write it like 'http://localhost:8080/engine-rest'."
    refused(run_robot, sentence, task_id="x", url="localhost:8080")


def test_a_task_id_that_nothing_has(run_robot, engine_url) -> None:
    refused(
        run_robot, f"There is no external task 'nothing' at {engine_url}: it is done, or never was.", task_id="nothing"
    )


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (answer(401), "failed: "),
        (answer(403, {"type": "AuthorizationException", "message": "No permission.", "code": 0}), "No permission."),
        (answer(502, "<html><h1>Bad Gateway</h1></html>"), "502"),
        (answer(200, "<html><h1>Please log in</h1></html>"), "Please log in"),
        (cut(), "failed: "),
    ],
    ids=["401", "403", "502", "HTML", "cut"],
)
def test_an_engine_that_answers_otherwise(run_robot, start_task, proxy, fault, sentence) -> None:
    proxy.fail("GET", "/external-task/", fault)
    refused(run_robot, sentence, task_id=start_task().id, url=proxy.url)


def test_two_kinds_of_credentials(run_robot) -> None:
    refused(
        run_robot,
        "More than one kind of credentials is given: CAMUNDA_API_AUTHORIZATION and CAMUNDA_API_USERNAME.",
        task_id="x",
        api_authorization="Bearer x",
        api_username="me",
        api_password="secret",
    )


def test_a_java_object_is_unreadable_only_where_it_is_asked_for(start_task, run_robot, engine) -> None:
    import requests

    task = start_task({"other": "readable"})
    url = f"{engine.url}/process-instance/{task.instance}/variables/object"
    form = {"data": (None, '{"a": 1}', "application/json"), "type": (None, "java.util.LinkedHashMap")}
    assert requests.post(f"{url}/data", files=form, timeout=10).status_code == 204
    run = run_robot(
        """
            ${other}    Get Task Variable    other
            ${all}    Get Task Variables
            Should Be Equal    ${all}    ${{{'other': 'readable'}}}
            Get Task Variable    object
        """,
        task_id=task.id,
    )
    message = task.failures[0].error_message
    assert message is not None
    assert message.startswith("Do it: A Java object of type 'java.util.LinkedHashMap' cannot be read:")
    assert "Variable 'object' is left out" in run.stderr


@pytest.mark.parametrize(
    "name", ["a/b", "with space", 'quo"te', "100%", "🦊", "self", "${EMPTY}", "%{PATH}", "@{x}", "\\n"]
)
def test_any_name_goes_both_ways(start_task, run_robot, engine, name) -> None:
    from CamundaLibrary.variables import encode_all

    task = start_task()
    engine.variables.of_process_instance(task.instance).set(encode_all({name: "${{1/0}}"}))
    escaped = name.replace("\\", "\\\\").replace("$", "\\$").replace("%{", "\\%{").replace("@", "\\@")
    run = run_robot(
        f"""
            ${{value}}    Get Task Variable    {escaped}
            Set Task Variable    {escaped}    ${{value}}!
            ${{seen}}    Get Task Variables
            Complete Task    seen=${{seen}}
        """,
        task_id=task.id,
    )
    assert task.ends == ["done"], run.stdout + run.stderr
    assert task.variables[name] == "${{1/0}}!"
    assert task.variables["seen"] == {name: "${{1/0}}!"}


def test_credentials_appear_nowhere(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot(
        "    Log    %{CAMUNDA_API_PASSWORD}\n    Log    password is %{CAMUNDA_API_PASSWORD} " + "x" * 200,
        "--loglevel",
        "TRACE",
        task_id=task.id,
        api_username="demo",
        api_password="correct-horse-battery",
    )
    assert task.ends == ["done"], run.stdout + run.stderr
    log = task.log()
    assert "correct-horse-battery" not in log
    assert "&lt;secret&gt;" in log


@pytest.fixture
def small_disk(tmp_path):
    """A file system of one megabyte, where the system lets us have one."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True)
    if mount.returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_disk_that_fills_up_loses_no_outcome(start_task, run_robot, small_disk, monkeypatch, tmp_path) -> None:
    (tmp_path / "large.bin").write_bytes(b"x" * 2_000_000)
    monkeypatch.setenv("TMPDIR", str(small_disk))
    task = start_task()
    run = run_robot(
        f"""
            Set Task Variable    a    1
            Set Task File    large    {tmp_path}/large.bin
        """,
        "--outputdir",
        str(small_disk / "output"),
        task_id=task.id,
    )
    assert run.returncode == 1
    message = task.failures[0].error_message
    assert message is not None
    assert message.startswith(f"Do it: Copying '{tmp_path}/large.bin' for file variable 'large' failed: ")
    assert "No space left on device" in message


def test_a_full_disk_at_the_end_costs_the_log_and_not_the_outcome(
    start_task, run_robot, small_disk, monkeypatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(small_disk))
    task = start_task()
    run = run_robot(
        f"""
            Set Task Variable    a    1
            Evaluate    pathlib.Path('{small_disk}/rest').write_bytes(b'x' * 800_000)    modules=pathlib
        """,
        "--outputdir",
        str(small_disk / "output"),
        task_id=task.id,
    )
    assert task.ends == ["done"], run.stdout + run.stderr
    assert task.variables["a"] == "1"
    assert "No log is kept with the task" in run.stderr
