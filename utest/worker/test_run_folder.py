import json
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

import pytest

from CamundaLibrary.bundles import Topic, open_bundle
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import ValueRefused
from CamundaLibrary.variables import FileValue, encode_all
from CamundaLibrary.worker.state.bundle_copies import BundleCopies
from CamundaLibrary.worker.state.run_folder import NewRunFolder

TASK = ExternalTask("id-1", "search", business_key="A-1")


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[NewRunFolder]:
    bundle = tmp_path / "comics"
    bundle.mkdir()
    (bundle / "robot.yaml").write_text("tasks: {search: {robotTaskName: A}}\nartifactsDir: out/put\n", "utf-8")
    opened = open_bundle(bundle, tmp_path)
    folder = NewRunFolder(
        tmp_path / f"20261121-100000-{token_hex(8)}",
        Topic(opened, opened.manifest.tasks[0]),
        BundleCopies(tmp_path / "copies"),
    )
    folder.make()
    yield folder
    folder.remove()


def nothing(name: str) -> bytes:
    raise AssertionError(f"{name} was downloaded")


def test_a_robot_gets_task_copy_of_the_bundle_and_temporary_folder(folder):
    folder.lay_out(TASK, encode_all({"query": "x"}), nothing)
    order = folder.order({"A": "b"})
    assert order.root.name == "comics"
    assert (order.root / "robot.yaml").is_file()
    assert order.artifacts.is_dir()
    assert order.temporary.is_dir()
    assert len(str(order.temporary)) < 40
    assert folder.handover.read_task().variables == encode_all({"query": "x"})


@pytest.mark.parametrize("filename", ["../../x", "C:\\x", "/etc/passwd", "", "x" * 300, "köln.pdf", "con"])
def test_files_of_the_task_lie_where_no_name_chooses(folder, filename):
    variables = {"../../evil": FileValue.from_wire(None, {"filename": filename}), "b": FileValue("same.pdf")}
    folder.lay_out(TASK, variables, lambda name: f"content of {name}".encode())
    written = {path.relative_to(folder.path / "files").parts[0] for path in folder.path.rglob("files/*/*")}
    assert written == {"1", "2"}
    read = folder.handover.read_task().variables["../../evil"]
    assert read.read() == b"content of ../../evil"
    assert read.filename == variables["../../evil"].filename


def test_files_of_the_same_name_do_not_meet(folder):
    folder.lay_out(TASK, {"a": FileValue("x.pdf"), "b": FileValue("x.pdf")}, str.encode)
    read = folder.handover.read_task().variables
    assert (read["a"].read(), read["b"].read()) == (b"a", b"b")


def test_a_variable_that_a_task_file_cannot_hold_is_refused(folder, monkeypatch):
    monkeypatch.setattr(FileValue, "has_content", True)
    with pytest.raises(ValueRefused):
        folder.lay_out(TASK, {"a": FileValue("x.pdf")}, nothing)


def test_the_tail_of_the_console_is_its_last_whole_lines(folder):
    console = folder.order({}).console
    assert folder.console_tail() == ""
    console.write_bytes(b"only\r\n\xff line\n")
    assert folder.console_tail() == "only\n� line"
    console.write_text("".join(f"line {number}\n" for number in range(100_000)), "utf-8")
    lines = folder.console_tail().splitlines()
    assert lines[-1] == "line 99999"
    assert lines[0] == f"line {100_000 - len(lines)}"
    assert 500 < len(lines) < 1000


def test_of_a_flood_on_the_console_beginning_and_end_are_kept(folder):
    console = folder.order({}).console
    console.write_bytes(b"begin\n" + b"x" * 1_000_000 + b"\nend")
    folder.limit_console(1000)
    kept = console.read_bytes()
    assert kept.startswith(b"begin\nxxx")
    assert b"\n[ 999010 bytes are left out here ]\n" in kept
    assert kept.endswith(b"xxx\nend")
    assert len(kept) < 1100


def test_a_console_that_is_short_stays_as_it_is(folder):
    folder.limit_console()
    console = folder.order({}).console
    console.write_bytes(b"x" * 1000)
    folder.limit_console(1000)
    assert console.read_bytes() == b"x" * 1000


def test_a_file_of_the_run_is_found_before_and_after_keeping(folder):
    folder.lay_out(TASK, {}, nothing)
    file = folder.order({}).artifacts / "sub" / "invoice.pdf"
    file.parent.mkdir()
    file.write_text("pdf", "utf-8")
    path = file.relative_to(folder.path).as_posix()
    assert folder.find(path) == file
    folder.keep()
    assert folder.find(path).read_text("utf-8") == "pdf"
    assert folder.find("task.json") == folder.path / "task.json"


def test_keeping_keeps_what_tells_of_the_run_alone(folder):
    folder.lay_out(TASK, {}, nothing)
    order = folder.order({})
    (order.artifacts / "log.html").write_text("log", "utf-8")
    order.console.write_text("console", "utf-8")
    folder.keep()
    assert {path.name for path in folder.path.iterdir()} == {"task.json", "console.txt", "output"}
    assert (folder.path / "output" / "log.html").read_text("utf-8") == "log"
    assert json.loads((folder.path / "task.json").read_text("utf-8"))["task"]["businessKey"] == "A-1"
    assert not order.temporary.exists()
    folder.keep()
    assert (folder.path / "output" / "log.html").exists()


def test_removing_leaves_nothing(folder):
    folder.lay_out(TASK, {}, nothing)
    temporary = folder.order({}).temporary
    folder.remove()
    assert not folder.path.exists()
    assert not temporary.exists()
