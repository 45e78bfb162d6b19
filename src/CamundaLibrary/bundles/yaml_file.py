"""YAML files that people write: every scalar is text, and everything has a line.

Scalars stay text because YAML 1.1 would read the topic `on` as true, `12` as a number and `1:30` as 90.
"""

from collections.abc import Iterator
from pathlib import Path

import yaml

from CamundaLibrary.bundles.source_file import Keys, SourceFile
from CamundaLibrary.errors import BundleError


class YamlFile(SourceFile):
    """One YAML document. Raises BundleError where it cannot be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._built: dict[int, object] = {}
        self._building: set[int] = set()
        self._root = self._parse()

    @property
    def content(self) -> object:
        """The document as dictionaries, lists, texts and None; merge keys are merged, aliases are the same object."""
        try:
            return self._build(self._root) if self._root else None
        except RecursionError:
            raise BundleError(f"'{self.path}' cannot be read: it is nested too deeply.") from None

    def line(self, keys: Keys) -> int:
        """Returns the line of what `keys` lead to, or of the innermost of them that exists."""
        node, line = self._root, 1
        for key in keys:
            found = self._find(node, key)
            if found is None:
                break
            line, node = found
        return line

    def _parse(self) -> yaml.Node | None:
        try:
            return yaml.compose(self.path.read_text("utf-8-sig"), Loader=yaml.SafeLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            raise BundleError(f"'{self.path}', line {line}: this is not YAML: {error.problem}.") from None
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
            raise BundleError(f"Reading '{self.path}' failed: {error}.") from None
        except RecursionError:
            raise BundleError(f"'{self.path}' cannot be read: it is nested too deeply.") from None

    def _build(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.ScalarNode):
            return _text(node)
        if id(node) not in self._built:
            self._check_no_cycle(node)
            self._building.add(id(node))
            self._built[id(node)] = self._build_collection(node)
            self._building.discard(id(node))
        return self._built[id(node)]

    def _build_collection(self, node: yaml.Node) -> object:
        if isinstance(node, yaml.SequenceNode):
            return [self._build(item) for item in node.value]
        self._check_keys(node)
        content: dict[str, object] = {}
        for key, value in _pairs(node):
            content.setdefault(str(key.value), self._build(value))
        return content

    def _check_no_cycle(self, node: yaml.Node) -> None:
        if id(node) in self._building:
            raise BundleError(f"'{self.path}', line {_line(node)}: an alias refers to what it is part of.")

    def _check_keys(self, node: yaml.Node) -> None:
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise BundleError(f"'{self.path}', line {_line(key)}: a key must be text.")
            if key.value in seen and not _is_merge(key):
                raise BundleError(f"'{self.path}', line {_line(key)}: key '{key.value}' is given twice.")
            seen.add(key.value)

    def _find(self, node: yaml.Node | None, key: str | int) -> tuple[int, yaml.Node] | None:
        if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            return _line(node.value[key]), node.value[key]
        if isinstance(node, yaml.MappingNode):
            return next(((_line(name), value) for name, value in _pairs(node) if name.value == str(key)), None)
        return None


def _pairs(node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """Yields keys and values, own ones first, then those of merge keys (`<<: *anchor`)."""
    yield from (pair for pair in node.value if not _is_merge(pair[0]))
    for key, value in node.value:
        if _is_merge(key):
            merged = value.value if isinstance(value, yaml.SequenceNode) else [value]
            for mapping in merged:
                if isinstance(mapping, yaml.MappingNode) and mapping is not node:
                    yield from _pairs(mapping)


def _is_merge(key: yaml.Node) -> bool:
    return str(key.tag) == "tag:yaml.org,2002:merge"


def _text(node: yaml.ScalarNode) -> str | None:
    is_nothing = node.style is None and str(node.tag) == "tag:yaml.org,2002:null"
    return None if is_nothing else str(node.value)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
