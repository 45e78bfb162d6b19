"""Robots and tasks as in the tests of the listener."""

from listener.robots import run_robot, start_robot, start_task

__all__ = ["run_robot", "start_robot", "start_task"]
