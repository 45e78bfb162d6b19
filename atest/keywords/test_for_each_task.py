"""`For Each Task`: every waiting task is the current one in its turn, and has an outcome of its own."""

import re
import signal
import time
from ast import literal_eval
from datetime import timedelta

import pytest
from listener.robots import model

from CamundaLibrary.variables import encode_all


def suite(queue, keyword: str, arguments: str = "", head: str = "", after: str = "No Operation") -> str:
    """A robot that calls `Do It`, made of the lines of `keyword`, for every task and logs the numbers."""
    lines = "\n".join(f"    {line}" for line in keyword.strip().splitlines())
    return f"""*** Settings ***
Library    CamundaLibrary
{head}

*** Tasks ***
Work off the queue
    ${{numbers}}    For Each Task    {queue.key}    Do It    {arguments}
    Log To Console    numbers ${{numbers}}
    {after}

*** Keywords ***
Do It
{lines}
"""


def numbers(run) -> dict[str, int]:
    """What was done, without what there was none of."""
    (shown,) = re.findall(r"numbers (\{.*\})", run.stdout)
    return {name: number for name, number in literal_eval(shown).items() if number}


class TestOutcomes:
    def test_each_task_has_its_own(self, make_queue, run_robot) -> None:
        queue = make_queue({"way": "well"}, {"way": "badly"}, {"way": "unknown"}, {"way": "later"}, {"way": "well"})
        robot = """
    ${way}    Get Task Variable    way
    Set Task Variable    went    ${way}
    IF    $way == 'badly'      Fail    The shop is closed.
    IF    $way == 'unknown'    Throw BPMN Error    not_found    No comic matches.
    IF    $way == 'later'      Give Back Task    after=1 hour
    Set Task Variable    finished    ${True}"""
        run = run_robot(suite(queue, robot))
        first, failed, error, later, last = queue.tasks
        assert numbers(run) == {"done": 5, "completed": 2, "bpmn_errors": 1, "failures": 1, "given_back": 1}
        assert (run.returncode, run.stderr) == (0, "")
        assert first.variables == last.variables == {"way": "well", "went": "well", "finished": True}
        assert error.ends == ["ended-by-error"]
        assert error.variables["went"] == "unknown"
        assert (failed.retries, failed.variables) == (2, {"way": "badly"})
        assert failed.failures[0].error_message == "Do It: The shop is closed."
        assert (later.retries, later.variables) == (None, {"way": "later"})

    def test_the_details_of_a_failure_say_where_it_failed(self, make_queue, run_robot, tmp_path) -> None:
        (tmp_path / "Shop.py").write_text("def buy():\n    raise RuntimeError('no money')\n")
        queue = make_queue({})
        run = run_robot(suite(queue, "Go Shopping", head="Library    Shop.py") + "\nGo Shopping\n    Buy\n")
        (task,) = queue.tasks
        assert numbers(run) == {"done": 1, "failures": 1}
        assert task.failures[0].error_message == "Do It: no money"
        assert "Where it failed:\nDo It\n  Go Shopping\n    Shop.Buy" in task.details
        assert 'Shop.py", line 2, in buy' in task.details

    def test_an_outcome_that_was_decided_cannot_be_caught_and_holds_whatever_fails_in_the_teardown(
        self, make_queue, run_robot
    ) -> None:
        queue = make_queue({}, {})
        robot = """
    TRY
        Throw BPMN Error    not_found
    EXCEPT
        Log    never
    END
    [Teardown]    Fail    Cannot close the window."""
        run = run_robot(suite(queue, robot))
        assert numbers(run) == {"done": 2, "bpmn_errors": 2}
        assert [task.ends for task in queue.tasks] == [["ended-by-error"]] * 2

    def test_complete_task_does_not_end_the_keyword_and_a_failure_after_it_counts(self, make_queue, run_robot) -> None:
        queue = make_queue({"fails": True}, {"fails": False})
        robot = """
    ${fails}    Get Task Variable    fails
    Complete Task    early=${True}
    Set Task Variable    late    ${True}
    IF    $fails    Fail    Afterwards."""
        run = run_robot(suite(queue, robot))
        failed, completed = queue.tasks
        assert numbers(run) == {"done": 2, "completed": 1, "failures": 1}
        assert completed.variables == {"fails": False, "early": True, "late": True}
        assert failed.failures[0].error_message == "Do It: Afterwards."

    @pytest.mark.parametrize(
        ("on_skip", "expected"),
        [("fail", {"done": 1, "failures": 1}), ("complete", {"done": 1, "completed": 1})],
    )
    def test_a_keyword_that_skips_is_what_settings_say(self, make_queue, run_robot, on_skip, expected) -> None:
        queue = make_queue({})
        run = run_robot(suite(queue, "Skip    Nothing to do."), on_skip=on_skip)
        assert (run.returncode, numbers(run)) == (0, expected)

    def test_errors_of_python_keywords_are_outcomes_of_the_task(self, make_queue, start_task, run_robot, tmp_path):
        (tmp_path / "Shop.py").write_text(
            "from CamundaLibrary import ReportFailure, ThrowBpmnError, current_task\n\n"
            "def buy():\n    task = current_task()\n    task.set('seen', task.business_key)\n"
            "    raise ThrowBpmnError('sold_out') if task.variable('way') == 'error' else ReportFailure('Closed.')\n"
        )
        own, queue = start_task(), make_queue({"way": "error"}, {"way": "failure"})
        run = run_robot(suite(queue, "Buy", head="Library    Shop.py"), task_id=own.id)
        error, failure = queue.tasks
        assert numbers(run) == {"done": 2, "bpmn_errors": 1, "failures": 1}
        assert error.variables["seen"] == "B-1"
        assert failure.failures[0].error_message == "Closed."
        assert own.state == "COMPLETED"

    def test_a_task_that_fails_is_tried_again_while_it_waits_for_others(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(suite(queue, "Fail    Again.", "wait=1s"), retry_timeout="0s")
        assert numbers(run) == {"done": 3, "failures": 3}
        assert queue.tasks[0].retries == 0

    def test_what_is_given_back_at_once_comes_not_again_and_again(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {})
        run = run_robot(suite(queue, "Give Back Task    after=0s"))
        assert numbers(run)["done"] < 6
        assert len(queue.open) == 2

    def test_a_lock_that_was_lost_is_a_warning_and_the_next_task_follows(
        self, make_queue, start_robot, await_start, engine
    ) -> None:
        queue = make_queue({"wait": 2}, {"wait": 0})
        robot = """
    ${seconds}    Get Task Variable    wait
    IF    ${seconds}    Log To Console    started
    Sleep    ${seconds}"""
        process = start_robot(suite(queue, robot))
        await_start(process)
        first, second = queue.tasks
        engine.external_tasks.unlock(first.id)
        engine.external_tasks.lock(first.id, "another", timedelta(minutes=1))
        stdout, stderr = process.communicate(timeout=30)
        assert f"Nothing was reported for task '{first.id}': its lock is lost." in stderr
        assert "'done': 2, 'completed': 1, " in stdout
        assert "'unreported': 1" in stdout
        assert (first.state, second.state) == ("ACTIVE", "COMPLETED")


class TestWrappedRuns:
    def test_the_task_of_the_run_is_current_before_and_after(self, make_queue, start_task, run_robot) -> None:
        own, queue = start_task(), make_queue({}, {})
        run = run_robot(
            suite(queue, "Set Task Variable    inside    1", after="Set Task Variable    number    ${numbers.done}"),
            task_id=own.id,
        )
        assert run.returncode == 0
        assert own.state == "COMPLETED"
        assert own.variables["number"] == 2
        assert "inside" not in own.variables
        assert [task.variables for task in queue.tasks] == [{"inside": "1"}] * 2

    def test_one_inside_the_other(self, make_queue, run_robot) -> None:
        outer, inner = make_queue({"name": "outer"}), make_queue({"name": "inner"}, {"name": "inner"})
        robot = f"""
    ${{numbers}}    For Each Task    {inner.key}    Do The Other
    Fetch And Lock    {inner.key}
    Set Task Variable    inner    ${{numbers.completed}}"""
        run = run_robot(suite(outer, robot) + "\nDo The Other\n    Set Task Variable    seen    ${True}\n")
        assert numbers(run) == {"done": 1, "completed": 1}
        assert outer.tasks[0].variables == {"name": "outer", "inner": 2}
        assert [task.variables["seen"] for task in inner.tasks] == [True, True]

    def test_a_task_that_was_fetched_in_a_turn_and_left_is_given_back_when_the_turn_ends(
        self, make_queue, run_robot
    ) -> None:
        outer, inner = make_queue({}), make_queue({})
        run = run_robot(suite(outer, f"Fetch And Lock    {inner.key}"))
        assert numbers(run) == {"done": 1, "completed": 1}
        assert f"Task '{inner.tasks[0].id}' of topic '{inner.key}' was left without an outcome" in run.stderr
        assert (outer.tasks[0].state, inner.tasks[0].state) == ("COMPLETED", "ACTIVE")

    def test_arguments_are_not_evaluated_again(self, make_queue, run_robot) -> None:
        queue = make_queue({"text": "${{1 + 1}} ${secret}"})
        robot = "[Arguments]    ${text}    @{more}\nSet Task Variable    result    ${text}"
        lines = suite(queue, robot).replace("Do It    \n", "Do It    ${text}    a=b\n")
        lines = lines.replace(
            "    ${numbers}", "    ${text}    Set Variable    \\${{1 + 1}} \\${secret}\n    ${numbers}"
        )
        run = run_robot(lines)
        assert numbers(run) == {"done": 1, "completed": 1}, run.stdout
        assert queue.tasks[0].variables["result"] == "${{1 + 1}} ${secret}"


class TestEnds:
    def test_it_stops_at_its_limit(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {}, {})
        run = run_robot(suite(queue, "No Operation", "limit=2"))
        assert numbers(run) == {"done": 2, "completed": 2}
        assert queue.waiting == 1

    def test_it_begins_nothing_after_its_time(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {}, {})
        run = run_robot(suite(queue, "Sleep    1.5", "max_time=1s"))
        assert numbers(run) == {"done": 1, "completed": 1}
        assert queue.waiting == 2

    def test_it_waits_for_the_next_one_no_longer_than_its_time(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        started = time.monotonic()
        run = run_robot(suite(queue, "No Operation", "wait=1 hour    max_time=2s"))
        assert numbers(run) == {"done": 1, "completed": 1}
        assert time.monotonic() - started < 20

    def test_a_keyword_that_does_not_exist_is_said_before_anything_is_fetched(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(f"For Each Task    {queue.key}    Do Something")
        assert "No keyword with name 'Do Something' found." in run.stdout
        assert (run.returncode, queue.waiting) == (1, 1)

    def test_a_keyword_that_cannot_work_fails_one_task_and_not_the_whole_queue(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {})
        run = run_robot(suite(queue, "IF    True\n    No Operation"))
        assert run.returncode == 1
        assert "IF must have closing END." in run.stdout
        assert [len(task.failures) for task in queue.tasks] == [1, 0]

    def test_a_fatal_error_is_the_failure_of_its_task_and_ends_the_run(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {})
        run = run_robot(suite(queue, "Fatal Error    The machine burns."))
        assert run.returncode == 1
        assert [len(task.failures) for task in queue.tasks] == [1, 0]
        assert queue.tasks[0].failures[0].error_message == "Do It: The machine burns."

    @pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
    def test_a_signal_stops_it_and_the_task_under_way_is_given_back(
        self, make_queue, start_robot, await_start, signum
    ) -> None:
        queue = make_queue({}, {})
        process = start_robot(suite(queue, "Log To Console    started\nSleep    30"))
        await_start(process)
        process.send_signal(signum)
        stdout, stderr = process.communicate(timeout=20)
        first, second = queue.tasks
        assert f"Task '{first.id}' was interrupted: it is given back, free again after 1 minute." in stderr
        assert "Execution terminated by signal" in stdout
        assert (first.retries, first.failures, queue.waiting) == (None, [], 1)
        assert second.state == "ACTIVE"

    def test_a_signal_stops_it_while_it_waits_for_the_next_one(self, make_queue, start_robot, await_start) -> None:
        queue = make_queue({})
        process = start_robot(suite(queue, "Log To Console    started", "wait=1 hour"))
        await_start(process)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        assert queue.tasks[0].state == "COMPLETED"

    def test_the_timeout_of_the_robot_task_stops_it_and_the_task_under_way_is_given_back(
        self, make_queue, run_robot
    ) -> None:
        queue = make_queue({}, {})
        run = run_robot(suite(queue, "Sleep    30", head="Task Timeout    2s"))
        first, _ = queue.tasks
        assert run.returncode == 1
        assert "Task timeout 2 seconds exceeded." in run.stdout
        assert f"Task '{first.id}' was interrupted: it is given back" in run.stderr
        assert (first.failures, queue.waiting) == ([], 1)

    def test_the_timeout_of_the_keyword_is_the_failure_of_its_task(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {})
        run = run_robot(suite(queue, "[Timeout]    1s\nSleep    30"))
        assert numbers(run) == {"done": 2, "failures": 2}
        assert queue.tasks[1].failures[0].error_message == "Do It: Keyword timeout 1 second exceeded."

    def test_the_timeout_of_a_keyword_around_stops_it(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {})
        robot = suite(queue, "Sleep    30").replace("${numbers}    For Each Task", "Loop")
        run = run_robot(
            robot.replace("    Log To Console    numbers ${numbers}\n", "")
            + "\nLoop\n    [Arguments]    @{arguments}\n    [Timeout]    2s\n    For Each Task    @{arguments}\n"
        )
        assert "Keyword timeout 2 seconds exceeded." in run.stdout
        assert [task.failures for task in queue.tasks] == [[], []]
        assert queue.waiting == 1

    def test_an_engine_that_goes_away_ends_it_with_a_sentence(self, make_queue, run_robot, proxy) -> None:
        from faults import answer

        queue = make_queue({}, {})
        proxy.fail("POST", "fetchAndLock", answer(503), skip=1)
        run = run_robot(suite(queue, "No Operation"), url=proxy.url)
        assert run.returncode == 1
        assert f"Fetching tasks of topic '{queue.key}' failed" in " ".join(run.stdout.split())
        assert [task.state for task in queue.tasks] == ["COMPLETED", "ACTIVE"]


def test_a_hundred_tasks_are_done_with_one_login_and_one_run(engine, deploy, unique, run_robot) -> None:
    key = unique("hundred")
    deploy(model(key, key))
    for number in range(100):
        engine.processes.start(key, business_key=str(number), variables=encode_all({"number": number}))
    run = run_robot(
        f"""
        *** Settings ***
        Library    CamundaLibrary

        *** Tasks ***
        All of them
            ${{numbers}}    For Each Task    {key}    Square
            Should Be Equal    ${{numbers.completed}}    ${{100}}

        *** Keywords ***
        Square
            ${{number}}    Get Task Variable    number
            Set Task Variable    square    ${{number ** 2}}
        """
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert engine.external_tasks.count(topic=key) == 0
