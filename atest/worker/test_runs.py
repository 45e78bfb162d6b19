"""Robots under a worker: what they get, what they give, and what becomes of their task when they fail."""

import json
import shutil

import pytest
from worker_stage import is_alive, wait_until

from CamundaLibrary.settings import Settings
from CamundaLibrary.variables import FileValue


def test_a_robot_gets_variables_and_files_and_gives_them(bundle, start, start_worker, tmp_path):
    folder = bundle(
        """
        ${task}=    Get Task
        ${number}=    Get Task Variable    number
        ${photo}=    Get Task File    photo
        ${content}=    Get Binary File    ${photo}
        Create Binary File    ${OUTPUT_DIR}/answer.bin    ${content}!
        Set Task File    answer    ${OUTPUT_DIR}/answer.bin
        Set Task Variable    told    ${task.business_key} ${{$number + 1}} ${{os.path.basename($photo)}}
        """
    )
    photo = FileValue("../../köln.png", content=b"\x00\xff picture")
    instance = start({"number": 2**40}, photo=photo)
    worker = start_worker(folder)

    instance.await_end()

    assert instance.ends == ["done"]
    assert instance.variables["told"] == f"A-17 {2**40 + 1} köln.png"
    assert instance.file("answer") == b"\x00\xff picture!"
    assert b"Get Task Variable" in instance.file("log")
    assert worker.stop() == 0
    assert list((tmp_path / "state/worker-1/runs").iterdir()) == []
    assert not (folder / "output").exists()


def test_a_robot_sees_nothing_of_the_worker(bundle, start, start_worker, monkeypatch, tmp_path):
    monkeypatch.setenv("CAMUNDA_API_PASSWORD", "demo")
    monkeypatch.setenv("CAMUNDA_ROBOT_SLOTS", "7")
    monkeypatch.setenv("VAULT_TOKEN", "s3cret")
    (tmp_path / "worker-only.txt").write_text("held open by the worker", "utf-8")
    folder = bundle(
        """
        ${environment}=    Evaluate    dict(os.environ)
        ${open}=    Evaluate    [each.path for each in psutil.Process().open_files()]    psutil
        ${sockets}=    Evaluate    psutil.Process().net_connections('all')    psutil
        ${session}=    Evaluate    os.getsid(0) == os.getpid()
        ${input}=    Evaluate    sys.stdin.read()
        ${folder}=    Evaluate    os.getcwd()
        ${seen}=    Create Dictionary    environment=${environment}    open=${open}    sockets=${sockets}
        ...    session=${session}    input=${input}    folder=${folder}
        Set Task Variable    seen    ${seen}
        """
    )
    instance = start()
    with (tmp_path / "worker-only.txt").open():
        start_worker(folder, settings=Settings(base_url="http://localhost:9", password="demo", log="always"))
        instance.await_end()

    seen = instance.variables["seen"]
    environment = seen["environment"]
    ours = {name for name in environment if name.startswith("CAMUNDA_")}
    assert ours == {"CAMUNDA_TASK_FILE"}
    assert "s3cret" not in environment.values()
    assert (seen["session"], seen["input"]) == (True, "")
    runs = str(tmp_path / "state/worker-1/runs")
    assert [path for path in seen["open"] if not path.startswith(runs)] == []
    assert seen["sockets"] == []
    assert seen["folder"].startswith(runs)
    assert environment["ROBOT_ROOT"] == seen["folder"]


def test_a_bpmn_error_is_thrown_with_its_variables_and_its_log(bundle, start, start_worker):
    folder = bundle("Throw BPMN Error    not_found    No comic matches.    query=x")
    instance = start()
    start_worker(folder)
    instance.await_end()
    assert instance.ends == ["ended-by-error"]
    assert instance.variables["query"] == "x"
    assert b"No comic matches." in instance.file("log")


def test_a_failed_robot_is_a_failure_with_log_console_and_tries(bundle, start, start_worker, tmp_path):
    folder = bundle("Log To Console    half way\nFail    Page is gone.", retries="5", retryTimeout="[1h, 2h]")
    instance = start()
    worker = start_worker(folder)

    failed = instance.await_failure()

    assert failed.error_message == "Do it: Page is gone."
    assert instance.task.retries == 4
    assert "Last lines of the console:" in instance.details
    assert "half way" in instance.details
    assert b"Page is gone." in instance.file("log")
    assert worker.stop() == 0
    (kept,) = (tmp_path / "state/worker-1/runs").iterdir()
    assert json.loads((kept / "task.json").read_text("utf-8"))["task"]["id"] == instance.task.id
    assert (kept / "output" / "log.html").is_file()
    assert "half way" in (kept / "console.txt").read_text("utf-8")


def test_a_try_is_not_shown_the_log_of_the_one_before(bundle, start, start_worker):
    folder = bundle(
        """
        ${task}=    Get Task
        ${variables}=    Get Task Variables
        ${names}=    Evaluate    sorted($variables)
        IF    ${task.retries} == ${2}    Set Task Variable    names    ${names}
        ...    ELSE    Report Failure    First try.    retries=2    retry_timeout=0s
        """
    )
    instance = start({"query": "x"})
    start_worker(folder)
    instance.await_end()
    assert instance.variables["names"] == ["query"]


@pytest.mark.parametrize(
    ("body", "form", "message"),
    [
        (
            "Evaluate    os.kill(os.getpid(), 9)",
            "robotTaskName: Do it",
            "The robot was killed by signal 9 (SIGKILL), as systems do when memory runs out.",
        ),
        ("Evaluate    os._exit(0)", "robotTaskName: Do it", "The robot ended without an outcome (exit code 0)."),
        (
            "No Operation",
            "robotTaskName: Do something else",
            "Robot Framework could not run 'Do something else' (exit code 252): "
            "Suite 'Comics' contains no tests or tasks matching name 'Do something else'.",
        ),
        (
            "No Operation",
            "shell: no-such-program",
            "Preparing the run failed: There is no program 'no-such-program', which task 'Task' of the manifest names.",
        ),
        (
            "No Operation",
            "command: [python, -c, raise SystemExit(3)]",
            "The command of task 'Task' failed (exit code 3).",
        ),
    ],
    ids=["killed", "left by os._exit", "no such robot task", "no such program", "failing command"],
)
def test_a_robot_without_an_outcome_is_a_failure_that_says_why(bundle, start, start_worker, body, form, message):
    instance = start()
    start_worker(bundle(body, form))
    failed = instance.await_failure()
    assert (failed.error_message, instance.task.retries) == (message, 2)


def test_a_robot_whose_listener_was_not_loaded_is_a_failure(bundle, start, start_worker):
    folder = bundle()
    worker = start_worker(folder)
    wait_until(lambda: worker.is_fetching)
    (folder / "CamundaListener.py").write_text("this is no Python", "utf-8")
    (folder / "tasks.robot").write_text("*** Tasks ***\nDo it\n    No Operation\n", "utf-8")
    failed = start().await_failure()
    assert failed.error_message == (
        "The listener was not loaded, so that nothing is known of the robot's run (exit code 0)."
    )


@pytest.mark.parametrize(
    ("form", "expected"),
    [("command: [python, -c, pass]", set()), ('shell: python -m robot --task "Do it" .', {"log", "said"})],
    ids=["without robot", "with robot"],
)
def test_a_command_that_ends_well_completes_its_task(bundle, start, start_worker, form, expected):
    instance = start()
    start_worker(bundle("Set Task Variable    said    hello", form))
    instance.await_end()
    assert set(instance.variables) == expected


def test_a_robot_over_its_time_limit_is_stopped_in_order_and_fails(bundle, start, start_worker):
    instance = start()
    start_worker(bundle("Sleep    60s\n[Teardown]    Log To Console    cleaned up", timeout="1s"))
    failed = instance.await_failure()
    assert failed.error_message == "The robot was stopped after its time limit of 1 second."
    assert instance.task.retries == 2
    assert "Execution terminated by signal" in instance.details
    assert "cleaned up" in instance.details
    assert b"Execution terminated by signal" in instance.file("log")


def test_trouble_of_the_worker_itself_costs_no_try(bundle, start, start_worker):
    folder = bundle()
    worker = start_worker(folder)
    wait_until(lambda: worker.is_fetching)
    shutil.rmtree(folder)
    instance = start()
    failed = instance.await_failure()
    assert failed.error_message.startswith("Preparing the run failed: [Errno 2] No such file or directory: ")
    assert instance.task.retries == 3


def test_processes_that_a_killed_robot_left_are_ended(bundle, start, start_worker, tmp_path):
    folder = bundle(
        """
        ${left}=    Evaluate    subprocess.Popen(['sleep', '60'], start_new_session=True).pid    subprocess
        Create File    ${OUT}/left    ${left}
        Evaluate    os.kill(os.getpid(), 9)
        """
    )
    instance = start()
    start_worker(folder)
    instance.await_failure()
    assert not is_alive(int((tmp_path / "left").read_text()))
