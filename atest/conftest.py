"""Fixtures for tests on a real engine.

The engine may be shared with other tests, even with other people: take names from `unique`, count only what is yours.
"""

import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

# pytest's importlib mode leaves it out, and tests say `from faults import answer`
sys.path.insert(0, str(Path(__file__).parent))

from browser import browser
from engine_of_run import engine_of_run
from faults import FaultProxy

__all__ = ["browser"]

if TYPE_CHECKING:
    from CamundaLibrary.engines.contract import Engine


@pytest.fixture(scope="session")
def engine_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The REST root of the engine of this run: that of CAMUNDA_API_BASE_URL, else one that is started for it.

    `ENGINE=operaton` in the environment makes that one Operaton.
    """
    given = os.environ.get("CAMUNDA_API_BASE_URL")
    if given:
        yield given.rstrip("/")
        return
    own = tmp_path_factory.getbasetemp()
    with engine_of_run(own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) as url:
        yield url


@pytest.fixture
def engine(engine_url: str) -> "Engine":
    """The same engine as an object."""
    import CamundaLibrary

    return CamundaLibrary.connect(engine_url)


@pytest.fixture
def proxy(engine_url: str) -> Iterator[FaultProxy]:
    """A way to the same engine on which faults can be made: see faults.py."""
    with FaultProxy(engine_url) as proxy:
        yield proxy


@pytest.fixture
def unique() -> Callable[[str], str]:
    """Makes names that nothing else in the engine has, good as BPMN ids: `unique("invoice")` is `invoice-5f0c…`."""
    return lambda name="name": f"{name}-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def deploy(engine_url: str) -> Iterator[Callable[..., str]]:
    """Deploys models and deletes them, with their instances and history, after the test.

    `deploy(path)`, `deploy("<?xml …")`, `deploy(path, "<?xml …", tenant_id="a")`: each a path or the text of a model.
    Returns the id of the deployment.
    """
    deployments: list[str] = []

    def deploy(*models: Path | str, tenant_id: str | None = None) -> str:
        fields = {"deployment-name": "atest", "deployment-source": "atest"}
        if tenant_id:
            fields["tenant-id"] = tenant_id
        files = dict(_read_model(model, number) for number, model in enumerate(models))
        reply = requests.post(f"{engine_url}/deployment/create", data=fields, files=files, timeout=30)
        assert reply.ok, reply.text
        deployments.append(reply.json()["id"])
        return deployments[-1]

    yield deploy
    for deployment in deployments:
        _delete(f"{engine_url}/deployment/{deployment}?cascade=true")


def _read_model(model: Path | str, number: int) -> tuple[str, tuple[str, bytes]]:
    """Returns field name, file name and content."""
    if isinstance(model, str) and model.lstrip().startswith("<"):
        suffix = "dmn" if "omg.org/spec/DMN/" in model else "bpmn"
        return f"model{number}", (f"model{number}.{suffix}", model.encode())
    path = Path(model)
    return f"model{number}", (path.name, path.read_bytes())


def _delete(url: str) -> None:
    """Deletes what may still be moving: a job that runs at this moment makes the engine refuse (optimistic locking)."""
    for _ in range(5):
        reply = requests.delete(url, timeout=60)
        if reply.status_code < 500:
            break
        time.sleep(0.2)
    assert reply.ok or reply.status_code == 404, reply.text
