"""Every filter of open user tasks."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from small_models import END, START, flow, process

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables import encode_all

Model = Callable[..., object]

CANDIDATES = process(
    START
    + '<userTask id="review" name="Review" camunda:candidateUsers="kim" camunda:candidateGroups="sales"'
    + ' camunda:priority="70" camunda:dueDate="2030-01-31T12:00:00" camunda:followUpDate="2030-01-30T12:00:00"/>'
    + '<userTask id="sign" name="Sign"/>'
    + END
    + flow("start", "review", "end")
    + '<sequenceFlow id="start_sign" sourceRef="start" targetRef="sign"/>'
)
NEW_YEAR = datetime(2030, 1, 1, tzinfo=timezone.utc)
LATER = datetime(2030, 3, 1, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({"name_like": "%ev%"}, ["Review"]),
        ({"candidate_user": "kim"}, ["Review"]),
        ({"candidate_user": "alex"}, []),
        ({"candidate_group": "sales"}, ["Review"]),
        ({"candidate_groups": ["sales", "support"]}, ["Review"]),
        ({"involved_user": "kim"}, ["Review"]),
        ({"with_candidate_users": True}, ["Review"]),
        ({"with_candidate_users": False}, ["Sign"]),
        ({"with_candidate_groups": False}, ["Sign"]),
        ({"priority": 70}, ["Review"]),
        ({"min_priority": 60}, ["Review"]),
        ({"max_priority": 60}, ["Sign"]),
        ({"due_before": LATER}, ["Review"]),
        ({"due_before": NEW_YEAR}, []),
        ({"due_after": NEW_YEAR}, ["Review"]),
        ({"without_due_date": True}, ["Sign"]),
        ({"follow_up_after": NEW_YEAR}, ["Review"]),
        ({"follow_up_before": NEW_YEAR}, []),
        ({"active": True}, ["Review", "Sign"]),
        ({"active": False}, []),
        ({"without_tenant": True}, ["Review", "Sign"]),
        ({"tenant_ids": ["nobody"]}, []),
        ({"delegation_state": "PENDING"}, []),
        ({"business_key_like": "order-%"}, ["Review", "Sign"]),
        ({"max_results": 2}, ["Review", "Sign"]),
        ({"first_result": 2, "max_results": 5}, []),
    ],
)
def test_a_filter(engine: Engine, model: Model, filters: dict[str, object], names: list[str]) -> None:
    instance = model(CANDIDATES).start(business_key="order-1")
    found = engine.user_tasks.list(process_instance_id=instance, **filters)
    assert sorted(task.name for task in found) == names


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ({"amount": 5}, 2),
        ({"amount": 6}, 0),
        ({"amount": (">", 4)}, 2),
        ({"amount": ("<=", 4)}, 0),
        ({"rate": 2.5}, 2),
        ({"urgent": True}, 2),
        ({"customer": ("like", "A%")}, 2),
        ({"customer": ("!=", "Bob")}, 2),
        ({"ordered": NEW_YEAR}, 2),
        ({"ordered": ("<", LATER)}, 2),
        ({"amount": 5, "customer": "Bob"}, 0),
    ],
)
def test_filters_by_variables(engine: Engine, model: Model, condition: dict[str, object], count: int) -> None:
    variables = {"amount": 5, "rate": 2.5, "urgent": True, "customer": "Ann", "ordered": NEW_YEAR}
    instance = model(CANDIDATES).start(variables=encode_all(variables))
    assert engine.user_tasks.count(process_instance_id=instance, process_variables=condition) == count
    assert engine.user_tasks.count(process_instance_id=instance, task_variables=condition) == 0


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"a": ("~", 1)}, "There is no operator '~' for variables. The operators are =, !=, >, >=, <, <=, like."),
        ({"a": [1]}, "Variable 'a' cannot be looked for by [1]: only simple values can be compared."),
    ],
)
def test_conditions_that_the_engine_does_not_know(engine: Engine, condition: dict[str, object], sentence: str) -> None:
    with pytest.raises(ValueRefused) as caught:
        engine.user_tasks.count(process_variables=condition)
    assert str(caught.value) == sentence


def test_a_filter_that_does_not_exist_is_no_filter_of_nothing(engine: Engine) -> None:
    with pytest.raises(TypeError) as caught:
        engine.user_tasks.list(assigne="kim")
    assert str(caught.value) == "There is no filter 'assigne'."


def test_those_of_a_tenant(engine: Engine, model: Model) -> None:
    process = model(CANDIDATES, tenant_id="north")
    instance = process.start(tenant_id="north")
    found = engine.user_tasks.list(process_instance_id=instance, tenant_ids=["north"])
    assert [task.tenant_id for task in found] == ["north", "north"]


def test_those_of_a_time(engine: Engine, model: Model) -> None:
    instance = model(CANDIDATES).start()
    soon = datetime.now(timezone.utc) + timedelta(minutes=5)
    assert engine.user_tasks.count(process_instance_id=instance, created_before=soon) == 2
    assert engine.user_tasks.count(process_instance_id=instance, created_after=soon) == 0


def test_candidates_of_an_assigned_task_only_when_asked_for(engine: Engine, model: Model) -> None:
    instance = model(CANDIDATES).start()
    (task,) = engine.user_tasks.list(process_instance_id=instance, name="Review")
    engine.user_tasks.claim(task.id, "kim")
    by_candidate = {"process_instance_id": instance, "candidate_user": "kim"}
    assert engine.user_tasks.count(**by_candidate) == 0
    assert engine.user_tasks.count(**by_candidate, include_assigned_tasks=True) == 1
