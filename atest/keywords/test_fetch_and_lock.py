"""Tasks that a robot takes by itself: `Fetch And Lock`, `Extend Lock`, and the outcome keywords between them."""

import re
import time
from datetime import datetime, timedelta, timezone

import pytest
from faults import FaultProxy, answer
from listener.robots import model

from CamundaLibrary.variables import encode_all

LOCK = timedelta(minutes=1)


def left_of_lock(task) -> timedelta:
    expiration = task.engine.external_tasks.get(task.id).lock_expiration
    return expiration - datetime.now(timezone.utc)


class TestOutcomes:
    def test_the_fetched_task_is_the_current_one_and_is_completed_at_once(self, make_queue, run_robot) -> None:
        queue = make_queue({"query": "robots"})
        run = run_robot(
            f"""
            ${{task}}    Fetch And Lock    {queue.key}
            ${{same}}    Get Task
            Should Be Equal    ${{same}}    ${{task}}
            Should Be Equal    ${{task.topic}}/${{task.business_key}}    {queue.key}/B-1
            ${{query}}    Get Task Variable    query
            Set Task Variable    seen    ${{True}}
            Complete Task    results=${{query}}!
            ${{none}}    Fetch And Lock    {queue.key}
            Should Be Equal    ${{none}}    ${{None}}
            Log To Console    the robot went on
            """
        )
        assert (run.returncode, run.stderr) == (0, "")
        assert "the robot went on" in run.stdout
        (task,) = queue.tasks
        assert task.ends == ["done"]
        assert task.variables == {"query": "robots", "results": "robots!", "seen": True}

    def test_the_outcome_is_in_the_engine_when_the_keyword_returns(self, make_queue, start_robot, await_start) -> None:
        queue = make_queue({})
        robot = start_robot(
            f"""
            Fetch And Lock    {queue.key}
            Complete Task
            Log To Console    started
            Sleep    10
            """
        )
        await_start(robot)
        assert queue.tasks[0].state == "COMPLETED"
        robot.terminate()
        robot.communicate()

    def test_a_bpmn_error_ends_neither_robot_task_nor_run(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}
            Throw BPMN Error    not_found    No comic matches.    tried=${{3}}
            Log To Console    the robot went on
            *** Tasks ***
            Next one
                Log To Console    and the next robot task
            """
        )
        assert run.returncode == 0
        assert "the robot went on" in run.stdout
        assert "and the next robot task" in run.stdout
        (task,) = queue.tasks
        assert task.ends == ["ended-by-error"]
        assert task.variables == {"errorCode": "not_found", "errorMessage": "No comic matches.", "tried": 3}

    def test_a_failure_ends_neither_robot_task_nor_run(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}
            Report Failure    The shop is closed.    details=Monday    retry_timeout=1 hour
            Log To Console    the robot went on
            """
        )
        assert run.returncode == 0
        assert "the robot went on" in run.stdout
        (task,) = queue.tasks
        assert (task.retries, task.failures[0].error_message, task.details) == (2, "The shop is closed.", "Monday")

    def test_a_task_that_is_given_back_at_once_is_free_while_the_robot_goes_on(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(
            f"""
            ${{first}}    Fetch And Lock    {queue.key}
            Give Back Task    after=0s
            ${{second}}    Fetch And Lock    {queue.key}
            Should Be Equal    ${{first.id}}    ${{second.id}}
            Give Back Task    after=0s
            """
        )
        assert (run.returncode, run.stderr) == (0, "")
        assert queue.waiting == 1

    def test_what_is_left_undecided_is_given_back_when_the_run_ends_with_a_warning(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(f"Fetch And Lock    {queue.key}    lock_duration=10 minutes\nFail    Sorry.")
        (task,) = queue.tasks
        assert run.stderr == (
            f"Task '{task.id}' of topic '{queue.key}' was left without an outcome: "
            "it is given back, free again after 1 minute.\n"
        )
        assert run.returncode == 1
        assert (task.retries, task.failures) == (None, [])
        assert timedelta() < left_of_lock(task) < LOCK + timedelta(seconds=5)

    def test_what_is_left_undecided_is_given_back_when_the_next_one_is_fetched(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {})
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}
            Fetch And Lock    {queue.key}
            Complete Task
            """
        )
        first, second = queue.tasks
        assert run.returncode == 0
        assert f"Task '{first.id}' of topic '{queue.key}' was left without an outcome: it is given back" in run.stderr
        assert (first.state, second.state) == ("ACTIVE", "COMPLETED")

    def test_a_second_different_outcome_fails(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}
            Complete Task
            Complete Task
            Report Failure    Too late.
            """
        )
        assert run.returncode == 1
        assert "The outcome of the task is already decided: completed." in run.stdout
        assert queue.tasks[0].failures == []

    @pytest.mark.parametrize("line", ["Set Task Variable    late    1", "Complete Task    late=1"])
    def test_variables_that_come_after_the_outcome_are_refused(self, make_queue, run_robot, line) -> None:
        queue = make_queue({})
        run = run_robot(f"Fetch And Lock    {queue.key}\nComplete Task\n{line}")
        (task,) = queue.tasks
        assert run.returncode == 1
        said = f"Variable 'late' comes too late: the outcome of task '{task.id}' is reported, completed."
        assert said in " ".join(run.stdout.split())

    def test_an_outcome_that_the_engine_refuses_fails_the_keyword_and_is_an_incident(
        self, make_queue, run_robot
    ) -> None:
        broken = (
            '<sequenceFlow id="broken" sourceRef="task" targetRef="done"><conditionExpression '
            'xsi:type="tFormalExpression">${acepted}</conditionExpression></sequenceFlow><endEvent id="done"/>'
        )
        queue = make_queue({}, around=broken, boundary=False)
        run = run_robot(f"Fetch And Lock    {queue.key}\nComplete Task    accepted=${{True}}")
        (task,) = queue.tasks
        assert run.returncode == 1
        said = f"The outcome of task '{task.id}' was refused, and reported as a failure without tries left."
        assert said in " ".join(run.stdout.split())
        assert task.retries == 0
        assert list(run.folder.glob("*.outcome.json")) != []

    def test_a_bpmn_error_that_nothing_catches_is_a_failure_without_tries(self, make_queue, run_robot) -> None:
        queue = make_queue({}, boundary=False)
        run = run_robot(f"Fetch And Lock    {queue.key}\nThrow BPMN Error    not_found")
        (task,) = queue.tasks
        assert run.returncode == 1
        assert "BPMN error 'not_found' is not caught by the model." in " ".join(run.stdout.split())
        assert (task.retries, task.state) == (0, "ACTIVE")

    def test_files_come_and_go(self, make_queue, run_robot, engine) -> None:
        queue = make_queue({"note": b"from the engine"})
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}
            ${{path}}    Get Task File    note
            Set Task File    copy    ${{path}}
            Complete Task    log=a name like any other, where no log is kept
            """
        )
        assert (run.returncode, run.stderr) == (0, "")
        (copy,) = engine.history.variables(queue.tasks[0].instance, name="copy")
        assert engine.history.variable_file(copy.id) == b"from the engine"

    def test_an_error_that_a_python_keyword_raises_is_the_outcome_of_the_fetched_task(
        self, make_queue, run_robot, tmp_path
    ) -> None:
        (tmp_path / "Shop.py").write_text(
            "from CamundaLibrary import ThrowBpmnError\n\ndef buy():\n    raise ThrowBpmnError('sold_out')\n"
        )
        queue = make_queue({})
        run = run_robot(
            f"""
            *** Settings ***
            Library    CamundaLibrary
            Library    Shop.py

            *** Tasks ***
            Buy one
                Fetch And Lock    {queue.key}
                Buy
            """
        )
        assert run.returncode == 0
        assert queue.tasks[0].ends == ["ended-by-error"]


class TestWrappedRuns:
    def test_the_task_of_the_run_is_current_again_once_there_is_none_to_fetch(
        self, make_queue, start_task, run_robot
    ) -> None:
        own, queue = start_task({"name": "own"}), make_queue({"name": "fetched"})
        run = run_robot(
            f"""
            Set Task Variable    first    ${{1}}
            Fetch And Lock    {queue.key}
            ${{name}}    Get Task Variable    name
            Complete Task    name=${{name}} and done
            ${{none}}    Fetch And Lock    {queue.key}
            ${{name}}    Get Task Variable    name
            Set Task Variable    second    ${{name}}
            """,
            task_id=own.id,
        )
        assert run.returncode == 0, run.stdout
        assert queue.tasks[0].variables == {"name": "fetched and done"}
        assert own.state == "COMPLETED"
        assert {"first": 1, "second": "own"}.items() <= own.variables.items()

    def test_the_outcome_of_a_fetched_task_leaves_that_of_the_run_alone(
        self, make_queue, start_task, run_robot
    ) -> None:
        own, queue = start_task(), make_queue({})
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}
            Report Failure    Not this one.
            *** Tasks ***
            Next one
                Log To Console    the next robot task runs
            """,
            task_id=own.id,
        )
        assert "the next robot task runs" in run.stdout
        assert own.state == "COMPLETED"
        assert queue.tasks[0].retries == 2

    def test_a_robot_without_a_listener_works_off_its_queue_too(self, make_queue, run_robot) -> None:
        queue = make_queue({}, {})
        run = run_robot(
            f"Fetch And Lock    {queue.key}\nComplete Task\nFetch And Lock    {queue.key}",
            listener="robot.api.interfaces.ListenerV3",
        )
        first, second = queue.tasks
        assert run.returncode == 0, run.stderr
        assert (first.state, second.state) == ("COMPLETED", "ACTIVE")
        assert f"Task '{second.id}' of topic '{queue.key}' was left without an outcome" in run.stderr

    def test_it_needs_an_engine_and_says_so(self, run_robot) -> None:
        run = run_robot("Fetch And Lock    invoices", url="http://localhost:9/engine-rest")
        assert run.returncode == 1
        said = "Fetching tasks of topic 'invoices' failed: nothing listens at 'localhost:9' (connection refused)."
        assert said in " ".join(run.stdout.split())

    def test_settings_of_the_library_import_hold(self, make_queue, run_robot, engine_url) -> None:
        queue = make_queue({})
        run = run_robot(
            f"""
            *** Settings ***
            Library    CamundaLibrary    base_url={engine_url}    worker_id=robot of this test    lock_duration=10 min

            *** Tasks ***
            Take one
                Fetch And Lock    {queue.key}
                Set Task Variable    late    1
                Report Failure    Later.    retry_timeout=1h
            """,
            url="http://localhost:9/engine-rest",
        )
        (task,) = queue.tasks
        assert (run.returncode, run.stderr) == (0, "")
        assert task.engine.external_tasks.get(task.id).worker_id == "robot of this test"

    def test_settings_of_a_library_that_is_imported_on_the_way_hold_too(
        self, make_queue, run_robot, engine_url
    ) -> None:
        queue = make_queue({})
        run = run_robot(
            f"""
            *** Tasks ***
            Take one
                Import Library    CamundaLibrary    base_url={engine_url}
                Fetch And Lock    {queue.key}
                Complete Task
            """,
            url="http://localhost:9/engine-rest",
        )
        assert (run.returncode, run.stderr) == (0, "")
        assert queue.tasks[0].state == "COMPLETED"

    def test_a_dry_run_fetches_nothing(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(f"Fetch And Lock    {queue.key}", "--dryrun")
        assert run.returncode == 0
        assert queue.waiting == 1


class TestLocks:
    def test_the_lock_is_kept_while_the_robot_works(self, make_queue, run_robot, proxy: FaultProxy) -> None:
        queue = make_queue({})
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}    lock_duration=2s
            Sleep    4
            Task Should Still Be Locked
            Complete Task
            """,
            url=proxy.url,
        )
        assert run.returncode == 0, run.stdout
        assert queue.tasks[0].state == "COMPLETED"
        assert sum("extendLock" in request.path for request in proxy.requests) >= 5

    def test_an_extended_lock_lasts_longer_and_stays_so(self, make_queue, start_robot, await_start) -> None:
        queue = make_queue({})
        robot = start_robot(
            f"""
            Fetch And Lock    {queue.key}    lock_duration=3s
            Extend Lock    10 minutes
            Sleep    2
            Log To Console    started
            Sleep    10
            """
        )
        await_start(robot)
        left = left_of_lock(queue.tasks[0])
        robot.kill()
        robot.communicate()
        assert timedelta(minutes=9) < left < timedelta(minutes=10)

    def test_the_lock_of_a_task_that_somebody_else_holds_is_extended_in_his_name(
        self, start_task, run_robot, engine
    ) -> None:
        task = start_task()
        engine.external_tasks.lock(task.id, "its holder", LOCK)
        run_robot("Extend Lock    10 minutes\nGive Back Task    after=1 hour", task_id=task.id, worker_id="its holder")
        assert timedelta(minutes=59) < left_of_lock(task) < timedelta(minutes=60)

    def test_a_lock_that_is_lost_fails_the_keywords(self, make_queue, start_robot, await_start, engine) -> None:
        queue = make_queue({})
        robot = start_robot(
            f"""
            Fetch And Lock    {queue.key}    lock_duration=1 minute
            Log To Console    started
            Sleep    2
            Run Keyword And Expect Error    The lock of task * is lost: *another*    Extend Lock    1 minute
            Complete Task
            """
        )
        await_start(robot)
        (task,) = queue.tasks
        engine.external_tasks.unlock(task.id)
        engine.external_tasks.lock(task.id, "another", LOCK)
        stdout, _ = robot.communicate(timeout=30)
        assert robot.returncode == 1
        assert f"Nothing was reported for task '{task.id}': its lock is lost." in " ".join(stdout.split())
        assert engine.external_tasks.get(task.id).worker_id == "another"

    def test_a_lock_that_cannot_be_extended_just_now_is_kept_all_the_same(
        self, make_queue, run_robot, proxy: FaultProxy
    ) -> None:
        queue = make_queue({})
        proxy.fail_once("POST", "extendLock", answer(503))
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}    lock_duration=3s
            Run Keyword And Expect Error    Extending the lock of external task * failed: *    Extend Lock    1 hour
            Sleep    4
            Task Should Still Be Locked
            Complete Task
            """,
            url=proxy.url,
        )
        assert run.returncode == 0, run.stdout
        assert queue.tasks[0].state == "COMPLETED"

    def test_no_time_is_no_duration_of_a_lock(self, make_queue, run_robot) -> None:
        queue = make_queue({})
        run = run_robot(f"Fetch And Lock    {queue.key}\nExtend Lock    0s")
        assert "A lock needs a duration that is longer than nothing." in run.stdout

    def test_offline_there_is_no_lock_to_extend(self, run_robot, tmp_path) -> None:
        (tmp_path / "task.json").write_text('{"version": 1, "task": {"topic": "x"}}')
        run = run_robot("Extend Lock    10 minutes", task_file=str(tmp_path / "task.json"))
        assert (run.returncode, run.stderr) == (0, "")


class TestWaiting:
    def test_a_task_that_comes_while_it_waits_is_fetched(self, make_queue, start_robot, await_start) -> None:
        queue = make_queue()
        robot = start_robot(
            f"""
            Log To Console    started
            ${{task}}    Fetch And Lock    {queue.key}    wait=30s
            Complete Task    number=${{task.business_key}}
            """
        )
        await_start(robot)
        time.sleep(1)
        task = queue.add(business_key="A-17")
        robot.communicate(timeout=20)
        assert task.variables == {"number": "A-17"}

    def test_without_any_it_returns_none_when_the_time_is_over(self, unique, run_robot) -> None:
        run = run_robot(
            f"${{task}}    Fetch And Lock    {unique()}    wait=2s\nShould Be Equal    ${{task}}    ${{None}}"
        )
        assert run.returncode == 0


FILTERS = {
    "business_key=B": {"businessKey": "B"},
    "process_variables=${{ {'country': 'NO'} }}": {"processVariables": {"country": "NO"}},
    "process=reviews": {"processDefinitionKeyIn": ["reviews"]},
    "process=${{ ['a', 'b'] }}": {"processDefinitionKeyIn": ["a", "b"]},
    "definition=a:1:2": {"processDefinitionIdIn": ["a:1:2"]},
    "version_tag=1.%": {"processDefinitionVersionTag": "1.%"},
    "tenant=north": {"tenantIdIn": ["north"]},
    "tenant=${{ ['north', 'south'] }}": {"tenantIdIn": ["north", "south"]},
    "without_tenant=True": {"withoutTenantId": True},
    "variables=name": {"variables": ["name"]},
    "variables=${{ [] }}": {"variables": []},
    "local_variables=True": {"localVariables": True},
    "lock_duration=2 minutes": {"lockDuration": 120_000},
}


class TestFilters:
    @pytest.mark.parametrize("keyword", ["Fetch And Lock    {topic}", "For Each Task    {topic}    No Operation"])
    def test_each_of_them_is_one_of_the_engine(self, proxy: FaultProxy, unique, run_robot, keyword) -> None:
        lines = [f"{keyword.format(topic=unique())}    {each}" for each in FILTERS]
        run = run_robot("\n".join(lines), url=proxy.url)
        assert run.returncode == 0, run.stdout
        asked = [request.json["topics"][0] for request in proxy.find_requests("POST", "fetchAndLock")]
        usual = {"deserializeValues": False, "includeExtensionProperties": True, "localVariables": False}
        assert [{name: value for name, value in topic.items() if name != "topicName"} for topic in asked] == [
            {"lockDuration": 60_000, **usual, **sent} for sent in FILTERS.values()
        ]

    def test_only_tasks_that_match_are_fetched(self, engine, deploy, unique, run_robot) -> None:
        key = unique("filters")
        deploy(model(key, key))
        deploy(model(f"{key}-north", key), tenant_id="north")
        for name in "ABC":
            engine.processes.start(key, business_key=name, variables=encode_all({"letter": name}))
        engine.processes.start(f"{key}-north", business_key="N", tenant_id="north")
        filters = ("business_key=B", "tenant=north", "process_variables=${{ {'letter': 'C'} }}", "without_tenant=True")
        run = run_robot(
            "".join(
                f"${{task}}    Fetch And Lock    {key}    {each}\n"
                "Log To Console    got ${task.business_key}\n"
                "Complete Task\n"
                for each in filters
            )
        )
        assert re.findall("got .", run.stdout) == ["got B", "got N", "got C", "got A"]

    def test_the_highest_priority_comes_first_unless_it_does_not_count(self, engine, deploy, unique, run_robot) -> None:
        key = unique("priority")
        deploy(model(key, key).replace("camunda:type", 'camunda:taskPriority="${priority}" camunda:type'))
        for number in (1, 9, 5):
            engine.processes.start(key, variables=encode_all({"priority": number}))
        run = run_robot(
            f"""
            ${{first}}    Fetch And Lock    {key}
            Complete Task
            ${{second}}    Fetch And Lock    {key}    use_priority=False
            Complete Task
            ${{third}}    Fetch And Lock    {key}
            Complete Task
            Log To Console    ${{first.priority}} ${{second.priority}} ${{third.priority}}
            """
        )
        assert "9 1 5" in run.stdout

    @pytest.mark.parametrize(
        ("filters", "names"),
        [
            ("", ["a", "b", "c"]),
            ("variables=${{ ['a', 'c'] }}", ["a", "c"]),
            ("variables=b", ["b"]),
            ("variables=${{ [] }}", []),
            ("local_variables=True", ["c"]),
        ],
    )
    def test_only_variables_that_were_asked_for_are_fetched(self, make_queue, run_robot, filters, names) -> None:
        parameter = '<camunda:inputParameter name="c">x</camunda:inputParameter>'
        queue = make_queue({"a": 1, "b": 2}, inside=f"<camunda:inputOutput>{parameter}</camunda:inputOutput>")
        run = run_robot(
            f"""
            Fetch And Lock    {queue.key}    {filters}
            ${{variables}}    Get Task Variables
            Should Be Equal    ${{{{ sorted($variables) }}}}    ${{{{ {names} }}}}
            Complete Task
            """
        )
        assert run.returncode == 0, run.stdout
