"""How much of a model was run through: counted, told in text, and shown on a page with the diagram."""

from CamundaLibrary.coverage.model_coverage import ModelCoverage, cover
from CamundaLibrary.coverage.page import render

__all__ = ["ModelCoverage", "cover", "render"]
