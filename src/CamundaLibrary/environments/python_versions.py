"""What bundles say of the Python version. Only major and minor count: RCC's bundles pin patches that no system has."""

import operator
import re
import sys
from collections.abc import Callable, Mapping

_PART = re.compile(r"\s*(?P<operator>[<>=!~]*)\s*v?(?P<major>\d+)(?:\.(?P<minor>\d+))?[\w.*]*\s*")

_OPERATORS: Mapping[str, Callable[[tuple[int, int], tuple[int, int]], bool]] = {
    "": operator.eq,
    "=": operator.eq,
    "==": operator.eq,
    "===": operator.eq,
    "!=": operator.ne,
    ">=": operator.ge,
    "~=": operator.ge,
    ">": operator.ge,
    "<=": operator.le,
    "<": operator.lt,
}


def worker_fits(asked: str | None) -> bool:
    """Returns whether the worker's own Python is what is asked for, like `3.11`, `=3.11.4` or `>=3.10,<3.13`."""
    return asked is None or all(_holds(part) for part in asked.split(","))


def for_uv(asked: str) -> str:
    """Returns the same as uv understands it, without patch numbers."""
    parts = [_PART.fullmatch(part) for part in asked.split(",")]
    if len(parts) == 1 and parts[0] and parts[0]["operator"] in ("", "=", "==", "==="):
        return ".".join(number for number in (parts[0]["major"], parts[0]["minor"]) if number)
    return asked


def worker_version() -> str:
    """Returns major and minor version of the worker's Python."""
    return ".".join(map(str, sys.version_info[:2]))


def _holds(part: str) -> bool:
    found = _PART.fullmatch(part)
    if found is None or found["operator"] not in _OPERATORS:
        return False
    ours = sys.version_info[:2]
    minor = ours[1] if found["minor"] is None else int(found["minor"])
    if found["operator"] == "!=" and part.count(".") > 1 and not part.rstrip().endswith("*"):
        return True  # one patch is excluded
    return _OPERATORS[found["operator"]](ours, (int(found["major"]), minor))
