"""Every key of a TOML file has a line, however it is written."""

import os
from pathlib import Path

import pytest

from CamundaLibrary.bundles.toml_file import TomlFile
from CamundaLibrary.errors import BundleError, SettingsError

TEXT = """\
# a comment = 1
a = 1
"b c" . d = \"\"\"x
= [ y\"\"\"  # z
[t."q\\u0041".'l]l']
k = [1, # one ]
  2, {x = 3, "y" = [4,
 5]},
]
s = '\\'
[[n]]
v = 2024-01-01T00:00:00Z
[[n]]
w = 1
[n.sub]
z = true
[t]
f = '''a''''
g = "" # h = 1
"""


@pytest.fixture
def make(tmp_path: Path):
    def make(text: str) -> TomlFile:
        (tmp_path / "some.toml").write_bytes(text.encode())
        return TomlFile(tmp_path / "some.toml")

    return make


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        (("a",), 2),
        (("b c", "d"), 3),
        (("t", "qA", "l]l"), 5),
        (("t", "qA", "l]l", "k"), 6),
        (("t", "qA", "l]l", "k", 1), 7),
        (("t", "qA", "l]l", "k", 2, "y", 1), 8),
        (("t", "qA", "l]l", "s"), 10),
        (("n", 0, "v"), 12),
        (("n", 1), 13),
        (("n", 1, "w"), 14),
        (("n", 1, "sub", "z"), 16),
        (("t", "f"), 18),
        (("t", "g"), 19),
        (("t", "g", "missing"), 19),
        (("missing",), 1),
        ((), 1),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_keys_have_lines(make, keys, line, end):
    assert make(TEXT.replace("\n", end)).line(keys) == line


def test_errors_name_file_line_and_key_as_it_is_written(make, tmp_path):
    file = make(TEXT)
    path = f"'{tmp_path / 'some.toml'}'"
    assert str(file.error(("b c", "d"), "is wrong")) == f"{path}, line 3: key '\"b c\".d' is wrong."
    assert str(file.error((), "is empty")) == f"{path}, line 1: the file is empty."


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1\nb\n", ", line 2: this is not TOML: Expected '=' after a key in a key/value pair."),
        ("a = 1\na = 2\n", ", line 2: this is not TOML: Cannot overwrite a value."),
        ("a = [", ", line 1: this is not TOML: "),
        ("a = " + "[" * 5000, " cannot be read: it is nested too deeply."),
    ],
)
def test_what_is_not_toml_is_said_with_its_line(make, tmp_path, text, problem):
    with pytest.raises(BundleError) as caught:
        make(text)
    assert str(caught.value).startswith(f"'{tmp_path / 'some.toml'}'{problem}")


def test_a_file_that_cannot_be_read_is_an_error_of_the_type_that_is_asked_for(tmp_path):
    with pytest.raises(SettingsError) as caught:
        TomlFile(tmp_path / "missing.toml", SettingsError)
    assert str(caught.value).startswith(f"Reading '{tmp_path}{os.sep}missing.toml' failed: [Errno 2]")
