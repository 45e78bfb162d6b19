"""What a decision gave, in the shape that was asked for."""

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from CamundaLibrary.errors import NoSingleMatch
from CamundaLibrary.keywords.choices import hint, listed

Row = Mapping[str, Any]

_MOST_SHOWN = 5


class DecisionResult(Enum):
    """TABLE: a list of dictionaries. ROW: the only one. COLUMN: a list of values. VALUE: the only one."""

    TABLE = "table"
    ROW = "row"
    COLUMN = "column"
    VALUE = "value"


def shape(key: str, table: Sequence[Row], result: DecisionResult, output: str | None, inputs: Row) -> Any:
    """Returns the rows in a shape. NoSingleMatch where there is not one row, or one output, and one is needed."""
    if result is DecisionResult.TABLE:
        return table
    if result is DecisionResult.COLUMN:
        return [_value(key, row, output) for row in table]
    row = _only(key, table, inputs)
    return row if result is DecisionResult.ROW else _value(key, row, output)


def _only(key: str, table: Sequence[Row], inputs: Row) -> Row:
    if len(table) == 1:
        return table[0]
    given = ", ".join(f"{name}={value!r}" for name, value in inputs.items()) or "no variables"
    if not table:
        raise NoSingleMatch(f"Decision '{key}' gave no row where one was asked for: no rule matched {given}.")
    shown = "; ".join(str(dict(row)) for row in table[:_MOST_SHOWN])
    more = f" and {len(table) - _MOST_SHOWN} more" if len(table) > _MOST_SHOWN else ""
    raise NoSingleMatch(f"Decision '{key}' gave {len(table)} rows where one was asked for ({given}): {shown}{more}.")


def _value(key: str, row: Row, output: str | None) -> Any:
    if output is not None:
        if output not in row:
            raise NoSingleMatch(f"Decision '{key}' gave no output '{output}'.{hint(output, row)}")
        return row[output]
    if len(row) != 1:
        raise NoSingleMatch(f"Decision '{key}' has several outputs: say output= with one of {listed(sorted(row))}.")
    return next(iter(row.values()))
