"""What bundles ask for, and when that is the same environment."""

import sys

import pytest

from CamundaLibrary.environments import systems
from CamundaLibrary.environments.python_versions import for_uv, worker_fits
from CamundaLibrary.environments.specification import Specification, declared_specification, read_specification
from CamundaLibrary.environments.systems import fits, fits_environment
from CamundaLibrary.errors import EnvironmentNotBuilt

CONDA = """\
channels:
  - conda-forge
dependencies:
  - python=3.11.4
  - pip=23
  - pip:
    - rpaframework==28.6.0
    - robotframework-camundalibrary
rccPostInstall:
"""


def test_of_conda_yaml_the_python_and_the_part_of_pip_count(manifest):
    found = read_specification(manifest({"conda.yaml": CONDA}, "condaConfigFile: conda.yaml"))
    assert found.lines == ("rpaframework==28.6.0", "robotframework-camundalibrary")
    assert (found.source.name, found.python, found.only_rcc) == ("conda.yaml", "=3.11.4", ())
    assert found.names_library


def test_what_only_conda_has_is_named(manifest):
    conda = (
        "dependencies: [python=3.11, 'conda-forge::nodejs=20', uv, {pip: [requests]}]\nrccPostInstall: [playwright]\n"
    )
    found = read_specification(manifest({"conda.yaml": conda}, "condaConfigFile: conda.yaml"))
    assert found.only_rcc == ("rccPostInstall", "nodejs")


def test_package_yaml_is_read_as_rcc_reads_it(manifest):
    package = "dependencies:\n  conda-forge: [python=3.11]\n  pypi: [requests=2.32.0, 'robotframework>=7.4']\n"
    found = read_specification(manifest({"package.yaml": package}, "environmentConfigs: [package.yaml]"))
    assert (found.lines, found.python) == (("requests==2.32.0", "robotframework>=7.4"), "=3.11")


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["a_windows.yaml", "b_linux.yaml", "c.yaml"], "b_linux.yaml"),
        (["a_darwin_arm64.yaml", "c.yaml"], "c.yaml"),
        (["environment_linux_amd64_freeze.yaml", "c.yaml"], "environment_linux_amd64_freeze.yaml"),
        (["environment_linux_arm64_freeze.yaml", "my_frozen_little_one.yaml", "freeze.yaml", "c.yaml"], "c.yaml"),
        (["missing.yaml", "c.yaml"], "c.yaml"),
    ],
)
def test_the_first_file_that_fits_this_system_is_taken(manifest, monkeypatch, names, chosen):
    monkeypatch.setattr(systems, "this_system", lambda: ("linux", "amd64"))
    files = {name: "dependencies: [{pip: [requests]}]\n" for name in names if name != "missing.yaml"}
    found = read_specification(manifest(files, f"environmentConfigs: [{', '.join(names)}]"))
    assert found.source.name == chosen


def test_words_of_systems_are_found_anywhere_in_a_name(monkeypatch):
    monkeypatch.setattr(systems, "this_system", lambda: ("darwin", "arm64"))
    assert [fits(name) for name in ("prepare.sh", "prepare_Darwin.sh", "linux.sh", "a-darwin-amd64.sh")] == [
        True,
        True,
        False,
        False,
    ]
    assert not fits_environment("darwin_freeze.yaml")


def test_files_that_are_named_and_not_there_are_an_error(manifest):
    made = manifest(more="condaConfigFile: conda.yaml")
    with pytest.raises(EnvironmentNotBuilt) as caught:
        read_specification(made)
    assert str(caught.value) == (
        f"No file that '{made.file}' names for the environment is there and fits this system: conda.yaml."
    )


def test_dependencies_of_pyproject_are_taken_before_requirements(manifest):
    project = '[project]\nname = "x"\nrequires-python = ">=3.10"\ndependencies = ["requests>=2"]\n'
    found = read_specification(manifest({"pyproject.toml": project, "requirements.txt": "rich"}))
    assert (found.lines, found.python, found.source.name) == (("requests>=2",), ">=3.10", "pyproject.toml")


def test_a_lock_beside_pyproject_is_what_counts(manifest):
    project = '[project]\nname = "x"\ndependencies = ["requests>=2"]\n'
    made = manifest({"pyproject.toml": project, "uv.lock": "version = 1\n"})
    first = read_specification(made)
    assert first.lock == made.file.parent / "uv.lock"
    first.lock.write_text("version = 2\n")
    assert first.key("uv", "library") != Specification(*first[:4]).key("uv", "library")


def test_requirements_that_lie_there_are_used_but_declare_nothing(manifest):
    made = manifest({"requirements.txt": "requests  # why\n\n# nothing\n"})
    assert read_specification(made).lines == ("requests",)
    assert declared_specification(made) is None


def test_a_bundle_without_wishes_gets_an_environment_all_the_same(manifest):
    made = manifest()
    assert read_specification(made) == Specification(made.file)


def test_included_requirements_are_part_of_the_lines(manifest):
    made = manifest({"requirements.txt": "-r more/base.txt\nrich", "more/base.txt": "requests \\\n  >=2\n"})
    assert read_specification(made).lines == ("requests    >=2", "rich")


@pytest.mark.parametrize("line", ["-e .", "./library", "-e git+https://localhost/x", "../other", "file:///x"])
def test_what_runs_cannot_share_is_refused(manifest, line):
    made = manifest({"requirements.txt": line})
    with pytest.raises(EnvironmentNotBuilt) as caught:
        read_specification(made)
    assert str(caught.value) == (
        f"'{line}' in '{made.file.with_name('requirements.txt')}' cannot be installed into an environment that runs "
        "share: name a release or a wheel."
    )


def test_requirements_outside_of_the_bundle_are_refused(manifest, tmp_path):
    made = manifest({"requirements.txt": "-r ../secret.txt"})
    with pytest.raises(EnvironmentNotBuilt, match="lie outside of their bundle"):
        read_specification(made)


def test_requirements_that_include_themselves_are_refused(manifest):
    made = manifest({"requirements.txt": "-r requirements.txt"})
    with pytest.raises(EnvironmentNotBuilt, match="includes itself"):
        read_specification(made)


def test_the_key_changes_with_everything_that_makes_the_environment(specify):
    keys = {
        specify("requests").key("uv", "1"),
        specify("requests==2").key("uv", "1"),
        specify("requests").key("pip", "1"),
        specify("requests").key("uv", "2"),
        specify("requests")._replace(python="3.11").key("uv", "1"),
    }
    assert len(keys) == 5
    assert specify("requests").key("uv", "1") in keys


def test_the_key_owes_nothing_to_credentials(specify):
    keys = {specify(f"--index-url https://me:{word}@localhost/simple").key("uv", "1") for word in ("one", "two")}
    assert len(keys) == 1


def test_the_key_changes_with_the_content_of_a_wheel(manifest):
    made = manifest({"requirements.txt": "./wheels/x-1-py3-none-any.whl", "wheels/x-1-py3-none-any.whl": "one"})
    first = read_specification(made).key("uv", "1")
    (made.file.parent / "wheels/x-1-py3-none-any.whl").write_text("two")
    assert read_specification(made).key("uv", "1") != first


OURS = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.mark.parametrize(
    ("asked", "is_ours"),
    [
        (None, True),
        (OURS, True),
        (f"={OURS}.99", True),
        (f"=={OURS}.*", True),
        (">=3.8", True),
        (">=3.8,<3.99", True),
        (f"<{OURS}", False),
        (f"!={OURS}.1", True),
        ("3.8", False),
        (">=3.8,<3.9", False),
        ("pypy", False),
    ],
)
def test_a_python_is_the_workers_by_major_and_minor(asked, is_ours):
    assert worker_fits(asked) is is_ours


def test_uv_is_asked_for_minor_versions_and_ranges():
    assert [for_uv(text) for text in ("=3.11.4", "3.12", "==3.10.1", ">=3.10,<3.13", "3")] == [
        "3.11",
        "3.12",
        "3.10",
        ">=3.10,<3.13",
        "3",
    ]
