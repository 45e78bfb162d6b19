"""Facts of the packaging that code relies on."""

import configparser
import re
from importlib.metadata import entry_points, version
from pathlib import Path

import pytest

from CamundaLibrary.version import __version__

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "CamundaLibrary"


@pytest.fixture(scope="module")
def setup():
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", "utf-8")
    return parser


def requirements(text):
    return {re.match(r"[\w-]+", line)[0].lower() for line in text.split("\n") if line}


def packages_of(folder):
    """The top-level names that the sources import, but for their own."""
    found = set()
    for path in folder.rglob("*.py"):
        found |= set(re.findall(r"^\s*(?:from|import) (\w+)", path.read_text("utf-8"), re.MULTILINE))
    return found


def test_the_installed_distribution_has_the_version_of_the_package():
    assert version("robotframework-camundalibrary") == __version__
    assert re.fullmatch(r"\d+\.\d+\.\d+", __version__)


def test_the_command_is_installed():
    (command,) = [each for each in entry_points(group="console_scripts") if each.name == "camunda-robot"]
    assert command.value == "CamundaLibrary.cli:main"


@pytest.mark.parametrize("suffix", [".js", ".html", ".java", ".yaml", ".xml"])
def test_every_file_that_is_not_python_is_package_data(setup, suffix):
    patterns = setup["options.package_data"]["CamundaLibrary"].split()
    packed = {path for pattern in patterns for path in SOURCES.glob(pattern)}
    files = {path for path in SOURCES.rglob(f"*{suffix}") if "__pycache__" not in path.parts}

    assert files
    assert files <= packed


def test_a_robot_s_environment_needs_no_more_than_three_packages_and_theirs(setup):
    assert requirements(setup["options"]["install_requires"]) == {
        "robotframework",
        "robotframework-pythonlibcore",
        "requests",
        "urllib3",  # part of requests; named since its Retry is used
    }


@pytest.mark.parametrize("layer", ["task", "keywords", "libraries", "listener", "engines", "http", "variables", "logs"])
def test_what_robots_use_imports_nothing_of_the_extra_for_the_worker(setup, layer):
    extra = requirements(setup["options.extras_require"]["worker"])
    modules = {"PyYAML": "yaml", "pyyaml": "yaml", "prometheus-client": "prometheus_client"}

    assert packages_of(SOURCES / layer).isdisjoint(modules.get(name, name) for name in extra)
