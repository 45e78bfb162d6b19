import tempfile

import pytest
from engine_of_run import FAMILY

from CamundaLibrary.development_engine import build_engine


@pytest.fixture(scope="session")
def jar():
    return build_engine(print, family=FAMILY)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder that temporary files go to, here and in processes started from here."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
