"""How options of several places come together, and what of them goes to the engine."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from CamundaLibrary.bundles.option_types import RetryCycle
from CamundaLibrary.bundles.options import Filter, OnFailure, TaskOptions
from CamundaLibrary.engines.records import Subscription

MINUTE = timedelta(minutes=1)


def test_what_is_not_said_is_taken_from_below():
    above = TaskOptions(timeout="10m", variables=[])
    below = TaskOptions(timeout="1h", variables=["query"], maxTasks=2, keep=["a.pdf"], engine=False)
    assert above.over(below) == TaskOptions(timeout="10m", variables=[], maxTasks=2, keep=["a.pdf"], engine=False)


@pytest.mark.parametrize("nothing", [{}, {"keep": [], "secrets": [], "environment": []}])
def test_an_empty_list_says_nothing_but_of_variables(nothing):
    below = TaskOptions(keep=["a.pdf"], secrets=["shop"], environment=["LANG_X"])
    assert TaskOptions(**nothing).over(below) == below


def test_false_is_said():
    assert TaskOptions(engine=False).over(TaskOptions(engine=True)).engine is False


def test_options_over_nothing_are_the_same_object():
    options = TaskOptions(retries=3)
    assert options.over(TaskOptions()) is options


@pytest.mark.parametrize(
    ("above", "tries", "pauses"),
    [
        ({"retries": 2}, 2, None),
        ({"retryTimeout": "1m"}, None, (MINUTE,)),
        ({"retryTimeCycle": "R7/PT1M"}, 7, (MINUTE,)),
        ({"timeout": "1m"}, 5, (timedelta(minutes=5),)),
    ],
)
@pytest.mark.parametrize("below", [{"retries": 5, "retryTimeout": "5m"}, {"retryTimeCycle": "R5/PT5M"}])
def test_who_says_something_of_retries_says_it_all(above, below, tries, pauses):
    options = TaskOptions(**above).over(TaskOptions(**below))
    assert (options.tries, options.pauses) == (tries, pauses)


def test_three_layers():
    manifest, model, worker = TaskOptions(timeout="1m"), TaskOptions(timeout="2m", retries=2), TaskOptions(retries=3)
    options = manifest.over(model.over(worker))
    assert (options.timeout, options.tries) == (MINUTE, 2)


def test_typed_values_are_taken_as_texts_are():
    typed = TaskOptions(retries=3, timeout=90, retryTimeout=[10, "1m"], engine=True)
    texts = TaskOptions(retries="3", timeout="90", retryTimeout="10s, 1m", engine="true")
    assert typed == texts
    assert TaskOptions(retryTimeCycle="PT1M").retry_time_cycle == RetryCycle(2, (MINUTE,))
    assert TaskOptions(onFailure={"bpmnError": "x"}).on_failure == OnFailure(bpmnError="x")


@pytest.mark.parametrize("wrong", [{"retries": True}, {"engine": 1}, {"timeout": True}, {"topic": 12}, {"maxTasks": 0}])
def test_values_of_another_type_are_refused(wrong):
    with pytest.raises(ValidationError):
        TaskOptions(**wrong)


def test_a_subscription_has_all_filters():
    options = TaskOptions(
        lockDuration="5m",
        variables=["query"],
        filter={
            "businessKey": "A-17",
            "processDefinitionKeys": ["comics"],
            "processDefinitionVersionTag": "v1",
            "tenantIds": ["one"],
            "processVariables": {"site": "xkcd", "count": {"type": "Integer", "value": "3"}, "new": True},
            "localVariables": True,
        },
    )
    assert options.subscription("Search", MINUTE) == Subscription(
        "Search",
        timedelta(minutes=5),
        ("query",),
        local_variables=True,
        business_key="A-17",
        process_definition_keys=("comics",),
        process_definition_version_tag="v1",
        process_variables={"site": "xkcd", "count": 3, "new": True},
        tenant_ids=("one",),
    )


def test_a_subscription_without_options_fetches_everything():
    assert TaskOptions().subscription("Search", MINUTE) == Subscription("Search", MINUTE)
    assert TaskOptions(filter={"withoutTenant": True}).subscription("x", MINUTE).without_tenant is True


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"type": "Integer", "value": "three"}, "three"),
        ({"type": "Json", "value": []}, "must be text, a number, true or false, or like {type: Integer, value: 3}"),
        (None, "must be text, a number, true or false"),
    ],
)
def test_what_the_engine_could_not_compare_is_refused(value, problem):
    with pytest.raises(ValidationError) as caught:
        Filter(processVariables={"count": value})
    assert problem in str(caught.value)
