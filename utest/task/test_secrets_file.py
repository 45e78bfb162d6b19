import stat
from pathlib import Path

import pytest

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.task.secrets_file import known_secrets, read_secrets, write_secrets

SHOP = {"username": "robot", "password": "hunter2-ünï"}


def test_what_is_written_is_read_once_from_the_file_and_then_remembered(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    write_secrets(path, {"shop": SHOP, "token": "t0k3n"})
    assert read_secrets(path) == {"shop": SHOP, "token": "t0k3n"}
    assert not path.exists()
    assert read_secrets(path) == {"shop": SHOP, "token": "t0k3n"}


def test_what_was_read_is_known_for_scrubbing(tmp_path: Path) -> None:
    write_secrets(tmp_path / "secrets.json", {"shop": {"password": "known-one"}, "token": "known-two"})
    assert not {"known-one", "known-two"} & set(known_secrets())
    read_secrets(tmp_path / "secrets.json")
    assert {"known-one", "known-two"} <= set(known_secrets())


def test_nobody_else_may_read_the_file(tmp_path: Path) -> None:
    write_secrets(tmp_path / "secrets.json", {"token": "t"})
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_a_file_or_link_that_somebody_laid_there_is_never_written_to(tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.touch()
    (tmp_path / "secrets.json").symlink_to(trap)
    with pytest.raises(FileExistsError):
        write_secrets(tmp_path / "secrets.json", {"token": "t"})
    assert trap.read_bytes() == b""


def test_no_value_is_shown_by_repr_or_str(tmp_path: Path) -> None:
    write_secrets(tmp_path / "secrets.json", {"shop": SHOP, "token": "t0k3n"})
    secrets = read_secrets(tmp_path / "secrets.json")
    assert repr(secrets) == str(secrets) == "HiddenMapping(shop=***, token=***)"
    assert repr(secrets["shop"]) == "HiddenMapping(username=***, password=***)"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TaskFileError) as error:
        read_secrets(tmp_path / "none.json")
    assert str(error.value) == (
        f"There is no secrets file '{tmp_path / 'none.json'}': another process has read it, or none was given."
    )


def test_the_error_for_a_broken_file_does_not_tell_its_content(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{'token': t0k3n")
    with pytest.raises(TaskFileError) as error:
        read_secrets(tmp_path / "secrets.json")
    assert str(error.value) == f"Reading the secrets file '{tmp_path / 'secrets.json'}' failed: JSONDecodeError."
