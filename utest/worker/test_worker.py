"""What a worker says and refuses before it asks an engine for anything."""

import logging
from pathlib import Path

import pytest

from CamundaLibrary import connect
from CamundaLibrary.errors import BundleError, SettingsError
from CamundaLibrary.worker import Worker


@pytest.fixture
def make_worker(tmp_path: Path):
    """Makes a worker for a bundle with the given manifest; no engine answers."""

    def make(manifest: str, **options: object) -> Worker:
        (tmp_path / "bundle").mkdir()
        (tmp_path / "bundle" / "robot.yaml").write_text(manifest, "utf-8")
        engine = connect("http://localhost:9/engine-rest")
        return Worker(engine, [tmp_path / "bundle"], state=tmp_path / "state", **options)

    return make


@pytest.mark.parametrize("name", ["CAMUNDA_API_PASSWORD", "camunda_api_base_url", "CAMUNDA_ROBOT_SLOTS"])
def test_variables_of_the_worker_are_not_passed(make_worker, name):
    with pytest.raises(SettingsError) as caught:
        make_worker("", pass_environment=[name])
    assert str(caught.value) == f"The variable '{name}' is not passed to robots: it is the worker's own."


def test_a_wrong_bundle_ends_the_worker_before_it_begins(make_worker):
    with pytest.raises(BundleError, match="holds no task"):
        make_worker("tasks: {}\nartifactsDir: output\n").run()


def test_a_stop_before_the_start_is_heeded_and_the_engine_is_not_waited_for(make_worker, caplog):
    caplog.set_level(logging.INFO, "CamundaLibrary")
    manifest = """
tasks:
  Search: {robotTaskName: A}
artifactsDir: output
"""
    worker = make_worker(manifest, slots=3)
    worker.stop()
    assert worker.run() == 0
    lines = [record.getMessage() for record in caplog.records]
    assert "Engine: http://localhost:9/engine-rest" in lines
    assert "Slots: 3, lock duration 1 minute" in lines
    assert any(line.startswith("The engine cannot be reached yet: ") for line in lines)
    assert lines[-1] == "Stopped."
