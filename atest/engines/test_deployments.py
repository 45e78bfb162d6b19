"""Deployments of files and folders, and what is in them. How versions come about is told in test_processes.py."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from small_decisions import write_decision
from small_models import USER_TASK, write_model

from CamundaLibrary.engines.contract import Engine
from CamundaLibrary.errors import NotFound, ValueRefused


@pytest.fixture
def key(engine: Engine, unique: Callable[[str], str]) -> Iterator[str]:
    """A name whose deployments are deleted after the test."""
    key = unique("deployed")
    yield key
    for deployment in engine.deployments.list(name_like=f"{key}%"):
        engine.deployments.delete(deployment.id, cascade=True, skip_listeners=True, skip_io_mappings=True)


@pytest.fixture
def folder(key: str, tmp_path: Path) -> Path:
    """A folder with a model, a decision and a form in folders of it, and what is nobody's business."""
    folder = tmp_path / "process"
    for name, content in {
        "model.bpmn": write_model(key, USER_TASK),
        "rules/discount.dmn": write_decision(f"{key}-discount"),
        "forms/schön.html": "<form></form>",
        ".git/config": "secret",
        "forms/.hidden": "secret",
        "__pycache__/x.pyc": "compiled",
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return folder


def test_a_folder_is_deployed_as_it_is_but_for_what_is_hidden(engine: Engine, key: str, folder: Path) -> None:
    deployment = engine.deployments.create(key, [folder], source="tests")
    assert (len(deployment.process_definitions), len(deployment.decision_definitions)) == (1, 1)
    resources = engine.deployments.resources(deployment.id)
    assert [each.name for each in resources] == ["forms/schön.html", "model.bpmn", "rules/discount.dmn"]
    assert engine.deployments.content(resources[0]) == b"<form></form>"
    assert [each.key for each in engine.definitions.list(deployment_id=deployment.id)] == [key]
    (decision,) = engine.decisions.list(deployment_id=deployment.id)
    assert (decision.key, decision.resource) == (f"{key}-discount", "rules/discount.dmn")


def test_a_folder_that_did_not_change_is_not_deployed_again(engine: Engine, key: str, folder: Path) -> None:
    first = engine.deployments.create(key, [folder], if_changed=True)
    assert engine.deployments.create(key, [folder], if_changed=True).id == first.id
    (folder / "forms" / "schön.html").write_text("<form>new</form>")
    second = engine.deployments.create(key, [folder], if_changed=True)
    assert [each.id for each in engine.deployments.list(name=key)] == [first.id, second.id]
    assert len(engine.deployments.resources(second.id)) == 3


def test_a_folder_within_a_hidden_one_is_not_hidden(engine: Engine, key: str, tmp_path: Path) -> None:
    folder = tmp_path / ".cache" / "process"
    folder.mkdir(parents=True)
    (folder / "notes.txt").write_text("x")
    deployment = engine.deployments.create(key, [folder])
    assert [each.name for each in engine.deployments.resources(deployment.id)] == ["notes.txt"]


@pytest.mark.parametrize("files", [[], ["empty"]])
def test_nothing_is_no_deployment(engine: Engine, key: str, tmp_path: Path, files: list[str]) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueRefused) as caught:
        engine.deployments.create(key, [tmp_path / file for file in files])
    assert str(caught.value) == f"Deploying '{key}' failed: there is no file to deploy."


def test_a_file_and_one_of_a_folder_cannot_have_one_name(engine: Engine, key: str, folder: Path) -> None:
    with pytest.raises(ValueRefused) as caught:
        engine.deployments.create(key, [folder / "model.bpmn", folder])
    assert str(caught.value) == f"Deploying '{key}' failed: there are two files named 'model.bpmn'."


def test_deployments_by_every_filter(engine: Engine, key: str, folder: Path) -> None:
    first = engine.deployments.create(key, [folder], source="tests")
    second = engine.deployments.create(f"{key}-north", [folder], tenant_id="north")
    soon = datetime.now(timezone.utc) + timedelta(minutes=5)
    for filters, found in (
        ({"name": key}, [first.id]),
        ({}, [first.id, second.id]),
        ({"source": "tests"}, [first.id]),
        ({"tenant_id": "north"}, [second.id]),
        ({"without_tenant": True}, [first.id]),
        ({"before": soon}, [first.id, second.id]),
        ({"after": soon}, []),
        ({"max_results": 1}, [first.id]),
        ({"first_result": 1, "max_results": 1}, [second.id]),
    ):
        assert [each.id for each in engine.deployments.list(name_like=f"{key}%", **filters)] == found, filters
    read = engine.deployments.get(second.id)
    assert (read.name, read.tenant_id, read.source) == (f"{key}-north", "north", None)
    assert read.deployment_time == second.deployment_time


def test_what_does_not_exist_is_not_found(engine: Engine) -> None:
    with pytest.raises(NotFound) as caught:
        engine.deployments.get("gone")
    assert str(caught.value) == "Reading deployment 'gone' failed: Deployment with id 'gone' does not exist."
    with pytest.raises(NotFound) as caught:
        engine.deployments.resources("gone")
    assert str(caught.value) == (
        "Listing the files of deployment 'gone' failed: Deployment resources for deployment id 'gone' do not exist."
    )
