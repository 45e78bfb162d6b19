from pathlib import Path

import pytest

from CamundaLibrary.development_engine import find_jdbc_url
from CamundaLibrary.errors import SettingsError


@pytest.mark.parametrize(
    ("database", "url"),
    [
        ("memory", "jdbc:h2:mem:engine;DB_CLOSE_DELAY=-1"),
        ("jdbc:postgresql://localhost/engine", "jdbc:postgresql://localhost/engine"),
        ("engine", f"jdbc:h2:file:{Path.cwd() / 'engine'};DB_CLOSE_ON_EXIT=FALSE"),
        ("engine.mv.db", f"jdbc:h2:file:{Path.cwd() / 'engine'};DB_CLOSE_ON_EXIT=FALSE"),
        ("~/engine", f"jdbc:h2:file:{Path.home() / 'engine'};DB_CLOSE_ON_EXIT=FALSE"),
    ],
)
def test_names_where_the_data_are(database, url):
    assert find_jdbc_url(database) == url


def test_refuses_a_path_that_h2_would_cut():
    with pytest.raises(SettingsError) as refusal:
        find_jdbc_url("a;b")
    assert str(refusal.value) == "The database file 'a;b' has a semicolon in its path, which the engine cannot read."
