"""Listener that tells the audience which scene begins."""

from typing import Any

ROBOT_LISTENER_API_VERSION = 3


def start_test(data: Any, result: Any) -> None:
    print(f"\n{data.name}")
