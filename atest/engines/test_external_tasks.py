"""External tasks of Camunda 7, by our client."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone

import pytest
from small_models import (
    BROKEN_CONDITION,
    CAUGHT,
    ONE_TASK,
    PARALLEL_TASKS,
    TASK_WITH_INPUT,
    TASK_WITH_PROPERTIES,
)

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.engines.records import Subscription
from CamundaLibrary.errors import (
    EngineConflict,
    EngineFailed,
    LockedByAnother,
    LockExpired,
    NotFound,
    RequestRefused,
    Suspended,
)
from CamundaLibrary.variables import StringValue, encode, encode_all

WORKER = "worker of this test"
MINUTE = timedelta(minutes=1)
MOMENT = timedelta(milliseconds=50)
Model = Callable[..., object]


class TestFetching:
    def test_a_locked_task_is_complete(self, engine: Engine, model: Model) -> None:
        process = model(TASK_WITH_PROPERTIES)
        before = datetime.now(timezone.utc) - timedelta(seconds=5)
        instance = process.start(business_key="A-17", variables=encode_all({"query": "robots", "count": 3}))
        (locked,) = process.fetch()
        task = locked.task
        assert task.topic == task.process_definition_key == process.key
        assert (task.worker_id, task.business_key, task.process_instance_id) == (WORKER, "A-17", instance)
        assert (task.activity_id, task.priority, task.retries) == ("task", 7, None)
        assert task.process_definition_version_tag == "1.2"
        assert task.process_definition_id.startswith(process.key)
        assert task.activity_instance_id.startswith("task:")
        assert task.execution_id not in (None, instance)
        assert task.extension_properties == {"robot.suite": "tasks.robot", "ä": ""}
        assert task.tenant_id is task.error_message is task.error_details is None
        assert before < task.create_time <= task.lock_expiration - MINUTE + timedelta(seconds=5)
        assert locked.variables == encode_all({"query": "robots", "count": 3})

    def test_a_task_is_given_to_one_worker(self, model: Model) -> None:
        process = model(ONE_TASK)
        process.start()
        assert len(process.fetch(worker="first")) == 1
        assert process.fetch(worker="second") == []

    def test_the_oldest_come_first_and_at_most_as_many_as_asked_for(self, model: Model) -> None:
        process = model(ONE_TASK)
        instances = []
        for _ in range(4):
            instances.append(process.start())
            time.sleep(0.005)
        assert [locked.task.process_instance_id for locked in process.fetch(3)] == instances[:3]

    def test_urgent_tasks_come_before_older_ones(self, engine: Engine, model: Model) -> None:
        normal, urgent = model(ONE_TASK), model(TASK_WITH_PROPERTIES)
        normal.start()
        urgent.start()
        subscriptions = [Subscription(process.key, MINUTE) for process in (normal, urgent)]
        (locked,) = engine.external_tasks.fetch_and_lock(WORKER, subscriptions, 1)
        assert locked.task.topic == urgent.key
        engine.external_tasks.unlock(locked.task.id)
        (locked,) = engine.external_tasks.fetch_and_lock(WORKER, subscriptions, 1, use_priority=False)
        assert locked.task.topic == normal.key

    @pytest.mark.parametrize(
        ("subscription", "names"),
        [
            ({}, {"query", "count"}),
            ({"variables": ("query", "nothing")}, {"query"}),
            ({"variables": ()}, set()),
            ({"local_variables": True}, {"query"}),
        ],
    )
    def test_only_the_variables_that_were_asked_for_come(
        self, model: Model, subscription: dict[str, object], names: set[str]
    ) -> None:
        process = model(TASK_WITH_INPUT)
        process.start(variables=encode_all({"query": "robots", "count": 3}))
        (locked,) = process.fetch(**subscription)
        assert locked.variables.keys() == names

    @pytest.mark.parametrize(
        "matching",
        [
            {"business_key": "A"},
            {"process_variables": {"color": "red"}},
            {"process_variables": {"size": 3}},
            {"process_variables": {"big": True, "color": "blue"}},
            {"process_definition_keys": ("{key}", "other")},
            {"process_definition_version_tag": "1.2"},
            {"without_tenant": True},
        ],
        ids=str,
    )
    def test_filters_let_what_matches_through(self, model: Model, matching: dict[str, object]) -> None:
        process = model(TASK_WITH_PROPERTIES)
        process.start(business_key="A", variables=encode_all({"color": "red", "size": 3, "big": True}))
        if keys := matching.get("process_definition_keys"):
            matching = {"process_definition_keys": tuple(key.format(key=process.key) for key in keys)}
        assert len(process.fetch(**matching)) == 1

    @pytest.mark.parametrize(
        "excluding",
        [
            {"business_key": "B"},
            {"process_variables": {"color": "blue"}},
            {"process_variables": {"size": 4}},
            {"process_definition_keys": ("other",)},
            {"process_definition_ids": ("other",)},
            {"process_definition_version_tag": "1.3"},
            {"tenant_ids": ("other",)},
        ],
        ids=str,
    )
    def test_filters_keep_what_does_not_match(self, model: Model, excluding: dict[str, object]) -> None:
        process = model(TASK_WITH_PROPERTIES)
        process.start(business_key="A", variables=encode_all({"color": "red", "size": 3}))
        assert process.fetch(**excluding) == []

    def test_tasks_of_tenants(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK, tenant_id="north")
        engine.processes.start(process.key, tenant_id="north")
        assert process.fetch(without_tenant=True) == []
        (locked,) = process.fetch(tenant_ids=("north", "south"))
        assert locked.task.tenant_id == "north"

    def test_tasks_of_one_version(self, model: Model) -> None:
        process = model(ONE_TASK)
        definition = process.lock_one().process_definition_id
        process.start()
        assert len(process.fetch(process_definition_ids=(definition,))) == 1

    def test_a_topic_cannot_be_fetched_twice_at_once(self, engine: Engine) -> None:
        subscriptions = [Subscription("a", MINUTE), Subscription("b", MINUTE), Subscription("a", MINUTE)]
        with pytest.raises(ValueError, match=r"^A topic can be fetched once at a time, these were given: a, b, a\.$"):
            engine.external_tasks.fetch_and_lock(WORKER, subscriptions)

    def test_no_topics_no_tasks(self, engine: Engine) -> None:
        assert engine.external_tasks.fetch_and_lock(WORKER, [], 5) == []

    def test_an_empty_poll_lasts_as_long_as_it_was_asked_to(self, engine: Engine, unique: Callable[[str], str]) -> None:
        start = time.monotonic()
        subscriptions = [Subscription(unique("topic"), MINUTE)]
        assert engine.external_tasks.fetch_and_lock(WORKER, subscriptions, poll=timedelta(seconds=1)) == []
        assert 1 <= time.monotonic() - start < 5

    def test_a_poll_ends_when_a_task_comes(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        with ThreadPoolExecutor() as threads:
            poll = threads.submit(
                engine.external_tasks.fetch_and_lock,
                WORKER,
                [Subscription(process.key, MINUTE)],
                poll=timedelta(seconds=20),
            )
            time.sleep(0.5)
            start = time.monotonic()
            instance = process.start()
            (locked,) = poll.result(20)
        assert locked.task.process_instance_id == instance
        assert time.monotonic() - start < 5

    def test_a_poll_longer_than_the_engine_allows_is_shortened(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        process.start()
        subscriptions = [Subscription(process.key, MINUTE)]
        assert len(engine.external_tasks.fetch_and_lock(WORKER, subscriptions, poll=timedelta(hours=1))) == 1

    def test_a_wrong_duration_is_the_engines_to_refuse(self, engine: Engine, unique: Callable[[str], str]) -> None:
        topic = unique("topic")
        with pytest.raises(EngineFailed) as caught:
            engine.external_tasks.fetch_and_lock(WORKER, [Subscription(topic, timedelta())])
        assert str(caught.value) == f"Fetching tasks of topic '{topic}' failed: lockTime is not greater than 0."


class TestReports:
    def test_completed_with_variables_of_process_and_task(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        task = process.lock_one()
        engine.external_tasks.complete(task.id, WORKER, encode_all({"results": ["a"]}), encode_all({"pages": 2}))
        assert engine.history.process_instance(task.process_instance_id).state == "COMPLETED"
        kept = {found.name: found for found in engine.history.variables(task.process_instance_id)}
        assert {name: found.value for name, found in kept.items()} == encode_all({"results": ["a"], "pages": 2})
        assert kept["results"].activity_instance_id == task.process_instance_id
        assert kept["pages"].activity_instance_id == task.activity_instance_id

    def test_variable_names_that_urls_and_json_could_trip_over(self, engine: Engine, model: Model) -> None:
        names = ["a/b", "a b", '"', "%", "ä", "😀", "..", "self", "\\n", "${x}"]
        task = model(ONE_TASK).lock_one()
        engine.external_tasks.complete(task.id, WORKER, encode_all(dict.fromkeys(names, "x")), {})
        assert {found.name for found in engine.history.variables(task.process_instance_id)} == set(names)

    def test_a_bpmn_error_is_caught(self, engine: Engine, model: Model) -> None:
        task = model(CAUGHT).lock_one()
        engine.external_tasks.bpmn_error(task.id, WORKER, "not_found", "No comic", encode_all({"query": "x"}))
        ends = engine.history.activities(task.process_instance_id, activity_type="noneEndEvent")
        assert [end.activity_id for end in ends] == ["not_found"]
        kept = {found.name: found.value.value for found in engine.history.variables(task.process_instance_id)}
        assert kept == {"code": "not_found", "message": "No comic", "query": "x"}

    def test_a_bpmn_error_needs_no_message(self, engine: Engine, model: Model) -> None:
        task = model(CAUGHT).lock_one()
        engine.external_tasks.bpmn_error(task.id, WORKER, "not_found", None, {})
        assert engine.history.process_instance(task.process_instance_id).state == "COMPLETED"

    def test_a_failure_with_tries_left_waits(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        task = process.lock_one()
        engine.external_tasks.failure(
            task.id, WORKER, "No browser", "Line 1\nLine ä", 2, MINUTE, encode_all({"a": 1}), encode_all({"b": 2})
        )
        waiting = engine.external_tasks.get(task.id)
        assert (waiting.retries, waiting.error_message) == (2, "No browser")
        assert waiting.lock_expiration - datetime.now(timezone.utc) > timedelta(seconds=30)
        assert engine.external_tasks.error_details(task.id) == "Line 1\nLine ä"
        assert engine.variables.visible_from(task.execution_id).all() == encode_all({"a": 1, "b": 2})
        assert engine.variables.of_execution(task.execution_id).all() == encode_all({"b": 2})
        assert engine.incidents.list(process_instance_id=task.process_instance_id) == []

    def test_the_next_try_knows_why_the_last_failed(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        task = process.lock_one()
        engine.external_tasks.failure(task.id, WORKER, "No browser", "Details", 2, timedelta(), {}, {})
        (again,) = process.fetch()
        assert (again.task.id, again.task.retries) == (task.id, 2)
        assert (again.task.error_message, again.task.error_details) == ("No browser", "Details")

    def test_a_failure_without_tries_left_is_an_incident(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        task = process.lock_one()
        engine.external_tasks.failure(task.id, WORKER, "No browser", None, 0, timedelta(), {}, {})
        (incident,) = engine.incidents.list(process_instance_id=task.process_instance_id)
        assert (incident.type, incident.configuration, incident.message) == (
            "failedExternalTask",
            task.id,
            "No browser",
        )
        assert (incident.activity_id, incident.process_instance_id) == ("task", task.process_instance_id)
        assert process.fetch() == []
        assert engine.external_tasks.error_details(task.id) is None
        engine.external_tasks.set_retries(task.id, 1)
        assert engine.incidents.list(process_definition_key=process.key) == []

    def test_a_long_message_is_cut_by_the_engine_and_details_are_not(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        engine.external_tasks.failure(task.id, WORKER, "ä" * 5000, "ö" * 100_000, 1, MINUTE, {}, {})
        assert engine.external_tasks.get(task.id).error_message == "ä" * 666
        assert engine.external_tasks.error_details(task.id) == "ö" * 100_000

    def test_the_lock_of_another_worker(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        tasks = engine.external_tasks
        for action, call in {
            f"Completing external task '{task.id}'": lambda: tasks.complete(task.id, "other", {}, {}),
            f"Throwing BPMN error 'x' for external task '{task.id}'": (
                lambda: tasks.bpmn_error(task.id, "other", "x", None, {})
            ),
            f"Reporting the failure of external task '{task.id}'": (
                lambda: tasks.failure(task.id, "other", "x", None, 1, MINUTE, {}, {})
            ),
            f"Extending the lock of external task '{task.id}'": lambda: tasks.extend_lock(task.id, "other", MINUTE),
            f"Locking external task '{task.id}'": lambda: tasks.lock(task.id, "other", MINUTE),
        }.items():
            with pytest.raises(LockedByAnother) as caught:
                call()
            assert str(caught.value).startswith(f"{action} failed: ")
            assert str(caught.value).endswith(f". It is locked by worker '{WORKER}'.")
            assert (caught.value.status, caught.value.type) == (400, "RestException")

    def test_a_task_that_nobody_holds_is_not_ours_either(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        engine.external_tasks.unlock(task.id)
        with pytest.raises(LockedByAnother, match=r"It is locked by worker 'null'\.$"):
            engine.external_tasks.complete(task.id, WORKER, {}, {})

    def test_a_task_that_is_gone(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        tasks = engine.external_tasks
        tasks.complete(task.id, WORKER, {}, {})
        for call in (
            lambda: tasks.complete(task.id, WORKER, {}, {}),
            lambda: tasks.bpmn_error(task.id, WORKER, "x", None, {}),
            lambda: tasks.failure(task.id, WORKER, "x", None, 1, MINUTE, {}, {}),
            lambda: tasks.extend_lock(task.id, WORKER, MINUTE),
            lambda: tasks.lock(task.id, WORKER, MINUTE),
            lambda: tasks.unlock(task.id),
            lambda: tasks.get(task.id),
            lambda: tasks.set_retries(task.id, 1),
        ):
            with pytest.raises(NotFound, match=rf"failed: External task with id {task.id} does not exist\.$"):
                call()
        with pytest.raises(NotFound) as caught:
            tasks.error_details(task.id)
        assert str(caught.value) == (
            f"Reading the error details of external task '{task.id}' failed: No external task found with id {task.id}."
        )

    def test_a_suspended_instance(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        engine.processes.suspend(task.process_instance_id)
        tasks = engine.external_tasks
        for call in (
            lambda: tasks.complete(task.id, WORKER, {}, {}),
            lambda: tasks.bpmn_error(task.id, WORKER, "x", None, {}),
            lambda: tasks.failure(task.id, WORKER, "x", None, 1, MINUTE, {}, {}),
            lambda: tasks.extend_lock(task.id, WORKER, MINUTE),
        ):
            with pytest.raises(Suspended, match=rf"failed: .*ExternalTask with id '{task.id}' is suspended\.$"):
                call()
        assert tasks.get(task.id).suspended
        engine.processes.activate(task.process_instance_id)
        tasks.complete(task.id, WORKER, {}, {})

    def test_a_condition_behind_the_task_that_fails_leaves_the_task_as_it_was(
        self, engine: Engine, model: Model
    ) -> None:
        task = model(BROKEN_CONDITION).lock_one()
        with pytest.raises(EngineFailed) as caught:
            engine.external_tasks.complete(task.id, WORKER, encode_all({"a": 1}), {})
        assert type(caught.value) is EngineFailed
        assert str(caught.value) == (
            f"Completing external task '{task.id}' failed: Unknown property used in expression: ${{acepted}}. "
            "Cause: Cannot resolve identifier 'acepted'."
        )
        assert engine.external_tasks.get(task.id).worker_id == WORKER
        assert engine.variables.visible_from(task.execution_id).all() == {}

    def test_a_value_that_the_engine_cannot_store(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        with pytest.raises(EngineFailed) as caught:
            engine.external_tasks.complete(task.id, WORKER, {"text": StringValue("x" * 4001)}, {})
        assert type(caught.value) is EngineFailed

    def test_a_negative_number_of_tries_is_the_engines_to_refuse(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        with pytest.raises(RequestRefused) as caught:
            engine.external_tasks.set_retries(task.id, -1)
        assert str(caught.value) == (
            f"Setting the retries of external task '{task.id}' to -1 failed: The number of retries cannot be negative: "
            "retries is not greater than or equal to 0."
        )

    def test_reports_at_the_same_time_conflict_and_succeed_when_repeated(self, engine: Engine, model: Model) -> None:
        process = model(PARALLEL_TASKS)
        conflicts: list[EngineConflict] = []

        def complete(task_id: str) -> None:
            while True:
                try:
                    return engine.external_tasks.complete(task_id, WORKER, {}, {})
                except EngineConflict as error:
                    conflicts.append(error)

        for _ in range(10):  # one round gives some conflicts, as a rule
            instance = process.start()
            with ThreadPoolExecutor(10) as threads:
                list(threads.map(complete, [locked.task.id for locked in process.fetch()]))
            assert engine.history.process_instance(instance).state == "COMPLETED"
            if conflicts:
                break
        assert {(error.status, error.type, error.code) for error in conflicts} == {
            (500, "OptimisticLockingException", 1)
        }


class TestLocks:
    def test_a_lock_is_extended_from_now(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        engine.external_tasks.extend_lock(task.id, WORKER, timedelta(hours=1))
        assert engine.external_tasks.get(task.id).lock_expiration - task.lock_expiration > timedelta(minutes=58)

    def test_a_lock_that_ran_out_is_not_extended_but_may_be_taken_again(self, engine: Engine, model: Model) -> None:
        task = model(ONE_TASK).lock_one()
        engine.external_tasks.extend_lock(task.id, WORKER, MOMENT)
        time.sleep(0.1)
        with pytest.raises(LockExpired, match="failed: Cannot extend a lock that expired"):
            engine.external_tasks.extend_lock(task.id, WORKER, MINUTE)
        engine.external_tasks.lock(task.id, WORKER, MINUTE)
        engine.external_tasks.extend_lock(task.id, WORKER, MINUTE)

    def test_a_free_task_is_locked_by_its_id(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        process.start()
        (task,) = engine.external_tasks.list(topic=process.key)
        assert task.worker_id is task.lock_expiration is None
        engine.external_tasks.lock(task.id, WORKER, MINUTE)
        assert engine.external_tasks.get(task.id).worker_id == WORKER
        engine.external_tasks.unlock(task.id)
        assert engine.external_tasks.get(task.id).worker_id is None


class TestQueries:
    def test_tasks_are_listed_oldest_first(self, engine: Engine, model: Model) -> None:
        process = model(ONE_TASK)
        instances = []
        for _ in range(3):
            instances.append(process.start())
            time.sleep(0.005)
        tasks = engine.external_tasks
        assert [task.process_instance_id for task in tasks.list(topic=process.key)] == instances
        assert [task.process_instance_id for task in tasks.list(topic=process.key, max_results=2)] == instances[:2]
        assert tasks.count(topic=process.key) == 3

    def test_every_filter(self, engine: Engine, model: Model, unique: Callable[[str], str]) -> None:
        process, worker = model(ONE_TASK), unique("worker")
        process.start()
        (held,) = process.fetch(worker=worker)
        failed = process.lock_one()
        engine.external_tasks.failure(failed.id, WORKER, "x", None, 0, timedelta(), {}, {})
        process.start()
        for filters, count in (
            ({}, 3),
            ({"locked": True}, 1),
            ({"locked": False}, 2),
            ({"has_retries_left": True}, 2),
            ({"has_retries_left": False}, 1),
            ({"worker_id": worker}, 1),
            ({"process_instance_id": failed.process_instance_id}, 1),
            ({"activity_id": "task"}, 3),
            ({"activity_id": "other"}, 0),
            ({"process_definition_key": process.key}, 3),
            ({"process_definition_key": "other"}, 0),
        ):
            assert engine.external_tasks.count(topic=process.key, **filters) == count, filters
            assert len(engine.external_tasks.list(topic=process.key, **filters)) == count, filters
        assert [task.id for task in engine.external_tasks.list(worker_id=worker)] == [held.task.id]

    def test_a_listed_task_knows_nothing_of_extension_properties(self, engine: Engine, model: Model) -> None:
        process = model(TASK_WITH_PROPERTIES)
        process.start()
        (task,) = engine.external_tasks.list(topic=process.key)
        assert task.extension_properties is None
        assert task == engine.external_tasks.get(task.id)

    @pytest.mark.parametrize("task_id", ["nothing", "a b", "ä?#%", "..", ""])
    def test_an_unknown_id(self, engine: Engine, task_id: str) -> None:
        with pytest.raises(NotFound):
            engine.external_tasks.get(task_id)

    def test_an_id_with_a_slash_is_refused(self, engine: Engine) -> None:
        with pytest.raises(RequestRefused, match=r"^Reading external task '\.\./version' failed: "):
            engine.external_tasks.get("../version")


def test_encoded_values_are_decoded_as_they_were(model: Model) -> None:
    values = encode_all({"text": "ä", "number": 2**40, "nothing": None, "deep": {"a": [1, None]}, "raw": b"\x00"})
    process = model(ONE_TASK)
    process.start(variables={**values, "xml": encode("<a/>", "Xml")})
    (locked,) = process.fetch()
    assert locked.variables == {**values, "xml": encode("<a/>", "Xml")}
