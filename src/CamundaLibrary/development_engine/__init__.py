"""A real engine for development and tests, Camunda 7 or Operaton: built once with Maven, run as its own process."""

from CamundaLibrary.development_engine.builder import build_engine
from CamundaLibrary.development_engine.database import find_jdbc_url
from CamundaLibrary.development_engine.families import CAMUNDA, OPERATON, Family, find_family
from CamundaLibrary.development_engine.process import DevelopmentEngine

__all__ = ["CAMUNDA", "OPERATON", "DevelopmentEngine", "Family", "build_engine", "find_family", "find_jdbc_url"]
