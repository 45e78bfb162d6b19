"""BPMN files as XML elements: parsed without document types, searched by the names that the engines know."""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser, fromstring

from CamundaLibrary.errors import CamundaLibraryError

NAMES = {
    "bpmn": "http://www.omg.org/spec/BPMN/20100524/MODEL",
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "operaton": "http://operaton.org/schema/1.0/bpmn",
}
_ENGINES = ("camunda", "operaton")


class ModelUnreadable(CamundaLibraryError):
    """A text is no BPMN model, or a model lacks what it was asked for."""


def read_definitions(xml: str) -> Element:
    """Returns the `definitions` element of a BPMN file.

    Raises ModelUnreadable. A document type is refused: no model needs one, and entities could read files or grow
    without end.
    """
    try:
        root = fromstring(xml, parser=XMLParser(target=_TreeWithoutDoctype()))  # noqa: S314 - it refuses doctypes
    except (ParseError, UnicodeError) as error:
        raise ModelUnreadable(f"The BPMN model is not well-formed XML: {error}.") from error
    if root.tag != f"{{{NAMES['bpmn']}}}definitions":
        raise ModelUnreadable(f"The BPMN model starts with '{root.tag}' instead of 'definitions' of BPMN 2.0.")
    return root


def find_extensions(element: Element, path: str) -> Iterator[Element]:
    """Yields extension elements of any engine; `path` is `inputOutput/inputParameter`, say."""
    for engine in _ENGINES:
        steps = "/".join(f"{engine}:{step}" for step in path.split("/"))
        yield from element.iterfind(f"bpmn:extensionElements/{steps}", NAMES)


def extension_attribute(element: Element, name: str) -> str | None:
    """Returns an extension attribute of any engine."""
    values = (element.get(f"{{{NAMES[engine]}}}{name}") for engine in _ENGINES)
    return next((value for value in values if value is not None), None)


class _TreeWithoutDoctype(TreeBuilder):
    def doctype(self, name: str, public_id: str | None, system_id: str | None) -> None:
        raise ModelUnreadable("The BPMN model has a document type (DOCTYPE), which is refused.")
