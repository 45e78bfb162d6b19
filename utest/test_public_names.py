"""What `CamundaLibrary` exports, and that nothing is loaded before it is asked for."""

import subprocess
import sys

import pytest

import CamundaLibrary
import CamundaListener


def in_a_new_process(code):
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stderr) == (0, "")
    return result.stdout.strip()


def test_public_names_are_sorted_and_all_that_dir_shows():
    assert CamundaLibrary.__all__ == sorted(CamundaLibrary.__all__) == dir(CamundaLibrary)


@pytest.mark.parametrize("name", CamundaLibrary.__all__)
def test_every_public_name_is_there(name):
    namespace = {}
    exec(f"from CamundaLibrary import {name}", namespace)
    assert namespace[name] is getattr(CamundaLibrary, name)


def test_robot_framework_finds_the_libraries_under_the_names_that_users_type():
    from CamundaLibrary.libraries.camunda_library import CamundaLibrary as TaskLibrary
    from CamundaLibrary.libraries.engine import Engine

    assert (CamundaLibrary.CamundaLibrary, CamundaLibrary.Engine) == (TaskLibrary, Engine)


def test_the_listener_is_a_module_of_its_own_with_the_class_of_the_package():
    from CamundaLibrary.listener import CamundaListener as Listener

    assert CamundaListener.CamundaListener is Listener
    assert CamundaListener.__all__ == ["CamundaListener"]


def test_an_unknown_name_is_an_attribute_error_as_of_any_module():
    with pytest.raises(AttributeError, match=r"^module 'CamundaLibrary' has no attribute 'Camunda'$"):
        _ = CamundaLibrary.Camunda
    assert not hasattr(CamundaLibrary, "Camunda")


def test_importing_the_package_loads_nothing_but_its_version():
    loaded = in_a_new_process(
        "import sys; before = set(sys.modules); import CamundaLibrary; "
        "print(sorted(name for name in set(sys.modules) - before if name.startswith(('CamundaLibrary', 'robot'))))"
    )
    assert loaded == "['CamundaLibrary', 'CamundaLibrary.version']"


def test_connect_loads_neither_robot_framework_nor_what_only_the_worker_needs():
    loaded = in_a_new_process(
        "import sys; from CamundaLibrary import connect; connect('http://localhost:1/engine-rest').close(); "
        "print(sorted({'robot', 'robotlibcore', 'pydantic', 'click', 'rich', 'psutil', 'yaml'} & set(sys.modules)))"
    )
    assert loaded == "[]"
