"""Environments that uv and pip really build, from a folder of wheels and without a network."""

import logging
import subprocess
import sys
import zipfile
from email.parser import Parser
from importlib.metadata import version

import pytest

from CamundaLibrary.environments.builders import Plan
from CamundaLibrary.environments.library_wheel import write_library_wheel
from CamundaLibrary.environments.pip import PipBuilder
from CamundaLibrary.environments.python_versions import worker_version
from CamundaLibrary.environments.specification import Specification
from CamundaLibrary.environments.uv import UvBuilder, find_uv
from CamundaLibrary.errors import EnvironmentNotBuilt

OWN = "robotframework-camundalibrary"
ASK = "import CamundaLibrary, CamundaListener, sys; print(CamundaLibrary.__version__, CamundaLibrary.__file__)"


@pytest.fixture
def no_network(monkeypatch):
    """A builder that would use an index all the same could not reach it."""
    for name in ("PIP_INDEX_URL", "UV_INDEX_URL", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/simple")


@pytest.mark.parametrize("builder", [UvBuilder(), PipBuilder()], ids=lambda builder: builder.name)
def test_an_environment_is_built_from_wheels_alone_and_has_the_workers_own_library(
    make_store, wheels, specify, no_network, builder
):
    built = make_store(wheels=wheels).environment(specify("robotframework"), builder, "comics")
    told = subprocess.run([built.python, "-c", ASK], capture_output=True, text=True, check=True).stdout.split()
    folder = built.python.parent.parent
    assert told[0] == version(OWN)
    assert told[1].startswith(str(folder))
    compiled = list(folder.rglob("robot/running/__pycache__/model*.pyc"))
    assert len(compiled) == 1


def test_what_is_not_among_the_wheels_is_said_by_the_builder(make_store, wheels, specify, no_network):
    with pytest.raises(EnvironmentNotBuilt) as caught:
        make_store(wheels=wheels).environment(specify("surely-no-such-package==1"), UvBuilder(), "comics")
    assert str(caught.value) == (
        "The environment of bundle 'comics' was not built from 'requirements.txt': 'uv pip install' failed "
        "(exit code 1)."
    )
    assert "surely-no-such-package" in caught.value.details


def test_pip_says_what_is_missing_too(make_store, wheels, specify, no_network, stand_in):
    with pytest.raises(EnvironmentNotBuilt) as caught:
        make_store(wheels=wheels).environment(specify("surely-no-such-package==1"), PipBuilder(), "comics")
    assert str(caught.value).endswith("'pip install' failed (exit code 1).")
    assert "No matching distribution found for surely-no-such-package==1" in caught.value.details


def test_a_requirement_that_is_no_requirement_is_said_by_the_builder(make_store, wheels, specify):
    with pytest.raises(EnvironmentNotBuilt) as caught:
        make_store(wheels=wheels).environment(specify("robot framework ==="), UvBuilder(), "comics")
    assert "robot framework ===" in caught.value.details


def test_what_a_bundle_brings_as_a_wheel_is_installed(make_store, wheels, manifest, specify, tmp_path, caplog):
    caplog.set_level(logging.INFO)
    own = write_library_wheel(tmp_path)
    folder = specify(f"./{own.name}").source.parent
    own.rename(folder / own.name)
    built = make_store(wheels=wheels).environment(specify(f"./{own.name}"), UvBuilder(), "comics")
    assert subprocess.run([built.python, "-c", ASK], check=False).returncode == 0


def test_the_wheel_of_an_installed_library_is_that_of_its_checkout(make_store, wheels, specify, tmp_path):
    built = make_store(wheels=wheels).environment(specify(), UvBuilder(), "comics")
    wheel = write_library_wheel(tmp_path)
    (tmp_path / "installed").mkdir()
    code = (
        "import sys; from pathlib import Path; "
        "from CamundaLibrary.environments.library_wheel import write_library_wheel; "
        "write_library_wheel(Path(sys.argv[1]))"
    )
    subprocess.run([built.python, "-c", code, tmp_path / "installed"], check=True)
    with zipfile.ZipFile(wheel) as ours, zipfile.ZipFile(tmp_path / "installed" / wheel.name) as theirs:
        assert [name for name in ours.namelist() if ours.read(name) != theirs.read(name)] == []
        assert ours.namelist() == theirs.namelist()


def test_the_wheel_names_what_the_library_needs(tmp_path):
    with zipfile.ZipFile(write_library_wheel(tmp_path)) as wheel:
        [name] = [each for each in wheel.namelist() if each.endswith("METADATA")]
        metadata = Parser().parsestr(wheel.read(name).decode())
        assert not [each for each in wheel.namelist() if "__pycache__" in each]
    assert (metadata["Name"], metadata["Version"]) == (OWN, version(OWN))
    assert any(line.startswith("robotframework>=") for line in metadata.get_all("Requires-Dist"))


@pytest.fixture
def plan(tmp_path):
    source = tmp_path / "pyproject.toml"
    return Plan(tmp_path / "env", Specification(source), tmp_path / "lines.txt", tmp_path / "own.whl", None)


def test_pip_cannot_make_another_python(plan):
    other = plan._replace(specification=plan.specification._replace(python="=3.8.1"))
    with pytest.raises(EnvironmentNotBuilt) as caught:
        list(PipBuilder().commands(other))
    assert str(caught.value) == (
        f"It asks for Python 3.8.1, but the runner 'venv' has only the worker's own, {worker_version()}."
    )


def test_uv_is_asked_for_another_python(plan):
    other = plan._replace(specification=plan.specification._replace(python="=3.8.1"))
    make, _ = UvBuilder().commands(other)
    assert make[make.index("--python") + 1] == "3.8"


def test_a_lock_is_for_uv_alone_which_installs_the_library_by_itself(plan):
    lock = plan.specification.source.with_name("uv.lock")
    locked = plan._replace(specification=plan.specification._replace(lock=lock))
    with pytest.raises(EnvironmentNotBuilt, match=r"Only the runner 'uv' can install from 'uv\.lock'\."):
        list(PipBuilder().commands(locked))
    _, export, first, second = UvBuilder().commands(locked)
    assert export[export.index("export") :] == [
        *("export", "--frozen", "--no-emit-project", "--no-dev", "--no-header", "--quiet"),
        *("--project", str(lock.parent), "--output-file", str(plan.requirements)),
    ]
    assert (first[-2:], second[-1]) == (["-r", str(plan.requirements)], str(plan.library))


def test_an_environment_from_a_uv_lock(make_store, wheels, manifest, tmp_path, no_network):
    """The lock is made here, from the same wheels."""
    from CamundaLibrary.environments.specification import read_specification

    project = (
        '[project]\nname = "comics"\nversion = "1"\nrequires-python = ">=3.10"\ndependencies = ["robotframework"]\n'
    )
    made = manifest({"pyproject.toml": project})
    command = [*find_uv(), "lock", "--offline", "--no-index", "--find-links", str(wheels), "--python", sys.executable]
    subprocess.run(command, cwd=made.file.parent, check=True, capture_output=True)
    specification = read_specification(made)
    assert specification.lock.name == "uv.lock"
    built = make_store(wheels=wheels).environment(specification, UvBuilder(), "comics")
    assert subprocess.run([built.python, "-c", ASK], check=False).returncode == 0
