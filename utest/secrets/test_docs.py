"""The page on security names all keys of all sources."""

import re
from pathlib import Path

from CamundaLibrary.secrets import configuration

PAGE = Path(__file__).parents[2] / "docs" / "security.md"


def test_the_table_of_keys_is_that_of_the_sources() -> None:
    rows = re.findall(r"^\| `(\w+)` \| ([^|]+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    told = {key: set(re.findall(r"`(\w+)`", sources)) or set(configuration._SOURCES) for key, sources in rows}
    known: dict[str, set[str]] = {}
    for source, model in configuration._SOURCES.items():
        for key in model.model_fields:
            known.setdefault(key, set()).add(source)
    assert told == known
