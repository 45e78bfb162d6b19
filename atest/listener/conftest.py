"""What robots.py offers, for all tests of this folder."""

from listener.robots import await_start, run_robot, start_robot, start_task

__all__ = ["await_start", "run_robot", "start_robot", "start_task"]
