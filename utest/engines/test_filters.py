"""Filters of queries, as the engine reads them."""

from datetime import datetime, timezone
from typing import TypedDict

import pytest

from CamundaLibrary.engines.camunda7.filters import write_filters, write_page
from CamundaLibrary.errors import ValueRefused


class Filters(TypedDict, total=False):
    business_key: str
    process_instance_id: str
    tenant_ids: list[str]
    active: bool
    with_incidents: bool
    due_after: datetime
    priority: int
    variables: dict[str, object]
    first_result: int
    max_results: int


@pytest.mark.parametrize(
    ("filters", "query"),
    [
        ({}, {}),
        ({"process_instance_id": "a1"}, {"processInstanceId": "a1"}),
        ({"business_key": "A-17"}, {"processInstanceBusinessKey": "A-17"}),
        ({"business_key": None, "process_instance_id": ""}, {}),
        ({"tenant_ids": ("north",)}, {"tenantIdIn": ["north"]}),
        ({"tenant_ids": []}, {}),
        ({"active": True}, {"active": True}),
        ({"active": False}, {"suspended": True}),
        ({"with_incidents": True}, {"withIncidents": True}),
        ({"with_incidents": False}, {}),
        ({"priority": 0}, {"priority": 0}),
        (
            {"due_after": datetime(2026, 1, 31, 12, tzinfo=timezone.utc)},
            {"dueAfter": "2026-01-31T12:00:00.000+0000"},
        ),
        ({"first_result": 1, "max_results": 5}, {}),
        (
            {"variables": {"a": 1, "b": (">=", 2.5), "c": None}},
            {
                "variables": [
                    {"name": "a", "operator": "eq", "value": 1},
                    {"name": "b", "operator": "gteq", "value": 2.5},
                    {"name": "c", "operator": "eq", "value": None},
                ]
            },
        ),
    ],
)
def test_filters(filters: dict[str, object], query: dict[str, object]) -> None:
    written = write_filters(filters, Filters, {"business_key": "processInstanceBusinessKey"})
    assert {name: _in_utc(value) for name, value in written.items()} == query


def _in_utc(value: object) -> object:
    """The engine is told local times."""
    if isinstance(value, str) and value[4:5] == "-":
        moment = datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%f%z").astimezone(timezone.utc)
        return f"{moment:%Y-%m-%dT%H:%M:%S.000%z}"
    return value


def test_pages_are_no_filters() -> None:
    assert write_page({"first_result": 0, "max_results": 5, "priority": 1}) == {"firstResult": 0, "maxResults": 5}


def test_a_misspelt_filter_finds_nothing_by_mistake() -> None:
    with pytest.raises(TypeError) as caught:
        write_filters({"busines_key": "A-17"}, Filters)
    assert str(caught.value) == "There is no filter 'busines_key'."


@pytest.mark.parametrize("value", [[1], {"a": 1}, b"x", ("like", [1])])
def test_only_simple_values_can_be_compared(value: object) -> None:
    with pytest.raises(ValueRefused, match=r"^Variable 'a' cannot be looked for by .*: only simple values"):
        write_filters({"variables": {"a": value}}, Filters)
