"""What a robot's process does beside the robot: ends cheaply, notices the end of its worker, is a fork of a server.

Runs with the robot's interpreter, which needs no more than the base install, and loads nothing that a run without it
would not load.
"""
