"""conda.yaml of RCC and package.yaml of its successor, as far as pip can install what they name."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from CamundaLibrary.bundles.yaml_file import YamlFile
from CamundaLibrary.errors import BundleError, EnvironmentNotBuilt

PACKAGE_YAML = "package.yaml"
_TOOLS = ("pip", "uv")
_NAME = re.compile(r"(?:[\w.-]+::)?(?P<name>[\w.-]+)\s*(?P<version>.*)")


class CondaFile(NamedTuple):
    """`python` is the version asked for, `only_rcc` what nothing but RCC can do."""

    lines: tuple[str, ...]
    python: str | None
    only_rcc: tuple[str, ...]


def read_conda(path: Path) -> CondaFile:
    """Returns what the file asks for. Raises EnvironmentNotBuilt."""
    try:
        content = YamlFile(path).content
    except BundleError as error:
        raise EnvironmentNotBuilt(str(error)) from None
    if not isinstance(content, dict):
        raise EnvironmentNotBuilt(f"'{path}' must hold keys and values, among them 'dependencies'.")
    if path.name == PACKAGE_YAML:
        return _read_package(content)
    return _read_dependencies(_texts(content.get("dependencies")), _pip(content), content.get("rccPostInstall"))


def _read_package(content: Mapping[str, object]) -> CondaFile:
    dependencies = content.get("dependencies")
    groups = dependencies if isinstance(dependencies, dict) else {}
    lines = [re.sub(r"(?<![=<>!~])=(?!=)", "==", line) for line in _texts(groups.get("pypi"))]
    return _read_dependencies(_texts(groups.get("conda-forge")), lines, content.get("post-install"))


def _read_dependencies(dependencies: list[str], lines: list[str], afterwards: object) -> CondaFile:
    python, only_rcc = None, ["rccPostInstall"] if afterwards else []
    for dependency in dependencies:
        found = _NAME.fullmatch(dependency.strip())
        name = found["name"].lower() if found else dependency
        if found and name == "python":
            python = found["version"].strip() or None
        elif name not in _TOOLS:
            only_rcc.append(name)
    return CondaFile(tuple(lines), python, tuple(only_rcc))


def _pip(content: Mapping[str, object]) -> list[str]:
    dependencies = content.get("dependencies")
    groups = [each for each in dependencies if isinstance(each, dict)] if isinstance(dependencies, list) else []
    return [line for group in groups for line in _texts(group.get("pip"))]


def _texts(values: object) -> list[str]:
    return list(_texts_in(values)) if isinstance(values, list) else []


def _texts_in(values: list[object]) -> Iterator[str]:
    return (value for value in values if isinstance(value, str))
