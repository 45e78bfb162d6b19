"""Filters of queries: names and values of the contract as the engine's."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from CamundaLibrary.engines.camunda7.wire import write_time
from CamundaLibrary.errors import ValueRefused

Filters = Mapping[str, Any]

_PAGE = ("first_result", "max_results")
_OPPOSITES = {
    "active": "suspended",
    "finished": "unfinished",
    "unassigned": "assigned",
    "with_candidate_groups": "without_candidate_groups",
    "with_candidate_users": "without_candidate_users",
}
"""The engine knows only `true`: the opposite of a filter is another filter, or there is none."""

_NAMES = {"tenant_ids": "tenantIdIn", "without_tenant": "withoutTenantId"}
_OPERATORS = {"=": "eq", "!=": "neq", ">": "gt", ">=": "gteq", "<": "lt", "<=": "lteq", "like": "like"}


def write_filters(filters: Filters, known: type, names: Mapping[str, str] | None = None) -> dict[str, object]:
    """Returns the body of a query. Filters that are None, or empty, are left out; so are those of `write_page`.

    `known` is the TypedDict of the filters there are (another one: TypeError), `names` are those of the engine where
    they are not the same in camelCase.
    """
    names = {**_NAMES, **(names or {})}
    query: dict[str, object] = {}
    for name, value in filters.items():
        if name not in known.__annotations__:
            raise TypeError(f"There is no filter '{name}'.")
        if value is False:
            name, value = _OPPOSITES.get(name, ""), True
        if name and name not in _PAGE and value is not None and value not in ("", (), [], {}):
            query[names.get(name) or to_camel_case(name)] = _write(value)
    return query


def write_page(filters: Filters) -> dict[str, object]:
    """Returns the parameters of a query that name its page."""
    return {to_camel_case(name): filters.get(name) for name in _PAGE}


def write_conditions(variables: Mapping[str, object]) -> list[dict[str, object]]:
    """Returns what a query asks of variables: values, or pairs of operator and value. Raises ValueRefused."""
    return [_condition(name, expected) for name, expected in variables.items()]


def to_camel_case(name: str) -> str:
    """Returns `processInstanceId` for `process_instance_id`."""
    return re.sub(r"_([a-z])", lambda match: match[1].upper(), name)


def _write(value: object) -> object:
    if isinstance(value, datetime):
        return write_time(value)
    if isinstance(value, Mapping):
        return write_conditions(value)
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _condition(name: str, expected: object) -> dict[str, object]:
    """Returns the condition on one variable: its value, or a pair of operator and value."""
    operator, value = expected if isinstance(expected, tuple) and len(expected) == 2 else ("=", expected)
    if operator not in _OPERATORS:
        raise ValueRefused(f"There is no operator '{operator}' for variables. The operators are {_KNOWN_OPERATORS}.")
    if isinstance(value, Mapping | Sequence) and not isinstance(value, str):
        raise ValueRefused(f"Variable '{name}' cannot be looked for by {value!r}: only simple values can be compared.")
    return {"name": name, "operator": _OPERATORS[operator], "value": _write(value)}


_KNOWN_OPERATORS = ", ".join(_OPERATORS)
