"""Functions and the topics that they are for, which together are to the worker what a bundle is."""

import sys
from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError
from pydantic.alias_generators import to_camel, to_snake

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.bundles.options import TaskOptions
from CamundaLibrary.bundles.problems import describe
from CamundaLibrary.bundles.records import Manifest, ManifestTask
from CamundaLibrary.errors import BundleError
from CamundaLibrary.handlers.handler import Handler


class Functions:
    """By topic, each with its options."""

    def __init__(self) -> None:
        self.by_topic: dict[str, Handler] = {}
        self._tasks: list[ManifestTask] = []

    def add(self, topic: str, function: Handler, options: Mapping[str, object]) -> None:
        """`options` are those of a manifest, None where not said. Raises BundleError."""
        name = name_function(function)
        if topic in self.by_topic:
            raise BundleError(
                f"Topic '{topic}' of '{name}' is already that of '{name_function(self.by_topic[topic])}'."
            )
        read = _read_options(topic, options)
        self.by_topic[topic] = function
        self._tasks.append(ManifestTask(topic, topic, 0, None, None, read, handler=name))

    def as_bundle(self) -> Bundle:
        """Returns what the worker takes them for."""
        source = Path(getattr(sys.modules.get("__main__"), "__file__", None) or "python")
        manifest = Manifest(source, tuple(self._tasks), "output", (), ())
        return Bundle(source.absolute(), source.absolute().parent, manifest)


def name_function(function: Handler) -> str:
    """Returns the function as manifests would name it."""
    return f"{function.__module__}:{getattr(function, '__qualname__', type(function).__qualname__)}"


def _read_options(topic: str, options: Mapping[str, object]) -> TaskOptions:
    given = {to_camel(name): value for name, value in options.items() if value is not None}
    try:
        return TaskOptions.model_validate({"topic": topic, **given})
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        keys = ".".join(to_snake(str(key)) for key in problem["loc"])
        raise BundleError(f"Topic '{topic}': {keys} {describe(problem, TaskOptions)}.".replace("  ", " ")) from None
