import tempfile

import pytest

from CamundaLibrary.development_engine import build_engine


@pytest.fixture(scope="session")
def jar():
    return build_engine(print)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder that temporary files go to, here and in processes started from here."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder
