"""The page that shows coverage: every diagram with what was passed, and a list of what was not.

Diagrams are drawn by bpmn-js (bpmn.io), which is part of built packages. All is inside the one file.
"""

import json
from collections.abc import Sequence
from html import escape
from pathlib import Path

from CamundaLibrary.coverage.model_coverage import ModelCoverage, name, way

_HERE = Path(__file__).parent
_DRAWING = _HERE / "bpmn_js"


def render(coverages: Sequence[ModelCoverage]) -> str:
    """Returns the page as one HTML file."""
    parts = {
        "styles": _read("diagram-js.css") + _read("bpmn-js.css"),
        "sections": "\n".join(_section(each) for each in coverages),
        "script": _read("bpmn-viewer.js"),
        "models": _as_script(
            [{"process": each.process, "xml": each.xml, "marked": _marked(each)} for each in coverages]
        ),
    }
    head, *rest = (_HERE / "page.html").read_text("utf-8").split("{{")
    filled = (parts[key] + text for key, _, text in (each.partition("}}") for each in rest))
    return head + "".join(filled)


def _read(drawing: str) -> str:
    path = _DRAWING / drawing
    return path.read_text("utf-8") if path.is_file() else ""


def _section(coverage: ModelCoverage) -> str:
    headline, *missing = coverage.text().splitlines()
    _, _, counts = headline.partition(": ")
    names = coverage.names()
    left = [f"{name(node)} was not passed ({node.type})" for node in coverage.missed]
    left += [f"{way(flow, names)} was not taken" for flow in coverage.untaken]
    items = "".join(f"<li>{escape(each)}</li>" for each in left)
    return (
        f"<section><header><h2>{escape(coverage.process)}</h2>"
        f'<meter min="0" max="100" value="{coverage.percent:.1f}"></meter>'
        f"<p>version {coverage.version} · {escape(counts)}</p></header>"
        f'<div class="diagram" role="img" aria-label="Diagram of {escape(coverage.process)}"></div>'
        f"{f'<ul>{items}</ul>' if missing else '<p>All of it was run through.</p>'}</section>"
    )


def _marked(coverage: ModelCoverage) -> dict[str, list[str]]:
    return {
        "passed": [node.id for node in coverage.passed] + [flow.id for flow in coverage.taken],
        "missed": [node.id for node in coverage.missed] + [flow.id for flow in coverage.untaken],
    }


def _as_script(value: object) -> str:
    """Returns JSON that cannot end the script element around it."""
    return json.dumps(value).replace("<", "\\u003c")
