"""A real Camunda 7 engine for development and tests: built once with Maven, run as a process of its own."""

from CamundaLibrary.development_engine.builder import build_engine
from CamundaLibrary.development_engine.database import find_jdbc_url
from CamundaLibrary.development_engine.process import DevelopmentEngine

__all__ = ["DevelopmentEngine", "build_engine", "find_jdbc_url"]
