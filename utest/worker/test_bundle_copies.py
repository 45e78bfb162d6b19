"""Copies of bundles: a run finds exactly what is in the bundle, whatever earlier runs did to theirs."""

import os
import shutil
import stat
import sys
from itertools import count
from pathlib import Path

import pytest

from CamundaLibrary.bundles.bundle import open_bundle
from CamundaLibrary.worker.state.bundle_copies import BundleCopies

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell when a file was changed last")


@pytest.fixture
def bundle(tmp_path):
    folder = tmp_path / "comics"
    (folder / "lib" / "deep").mkdir(parents=True)
    (folder / "empty").mkdir()
    (folder / "robot.yaml").write_text("tasks: {search: {robotTaskName: A}}\nartifactsDir: output\n", "utf-8")
    (folder / "tasks.robot").write_text("*** Tasks ***\nA\n    No Operation\n", "utf-8")
    (folder / "lib" / "deep" / "words.py").write_text("A = 1\n", "utf-8")
    (folder / "lib" / "run.sh").write_text("true\n", "utf-8")
    (folder / "lib" / "run.sh").chmod(0o755)
    return open_bundle(folder, tmp_path)


@pytest.fixture
def copies(tmp_path):
    copies = BundleCopies(tmp_path / "copies")
    yield copies
    copies.close()


@pytest.fixture
def lend(bundle, copies, tmp_path):
    """Lends a copy, in a folder that is new each time; `lend.back` takes it back."""
    numbers = count()
    lent = {}

    def lend(of=bundle) -> Path:
        target = tmp_path / "runs" / f"run-{next(numbers)}" / "comics"
        lent[target] = copies.lend(of, target)
        return target

    lend.back = lambda target: copies.take_back(target, lent[target])
    return lend


def describe(folder):
    """What a robot can see of a folder."""
    return {
        path.relative_to(folder).as_posix(): (
            stat.S_IFMT(path.lstat().st_mode),
            stat.S_IMODE(path.lstat().st_mode) & 0o777,
            path.read_bytes() if path.is_file() else None,
            path.lstat().st_mtime_ns if path.is_file() else None,
        )
        for path in folder.rglob("*")
    }


def file_numbers(folder):
    return {path.stat().st_ino for path in folder.rglob("*") if path.is_file()}


def test_a_copy_that_was_left_as_it_was_is_that_of_the_next_run(bundle, lend):
    first = lend()
    assert describe(first) == describe(bundle.folder)
    files = file_numbers(first)
    lend.back(first)
    assert not first.exists()
    second = lend()
    assert file_numbers(second) == files
    assert describe(second) == describe(bundle.folder)


def test_runs_at_the_same_time_have_copies_of_their_own(lend):
    first, second = lend(), lend()
    assert not file_numbers(first) & file_numbers(second)
    lend.back(first)
    lend.back(second)
    assert not file_numbers(lend()) & file_numbers(lend())


def add_files(folder):
    (folder / "output" / "pictures").mkdir(parents=True)
    (folder / "output" / "pictures" / "a.png").write_text("secret", "utf-8")
    (folder / "lib" / "deep" / "__pycache__").mkdir()
    (folder / "lib" / "deep" / "__pycache__" / "words.pyc").write_text("bad", "utf-8")
    (folder / "empty" / "link").symlink_to(folder / "lib")
    (folder / "dangling").symlink_to("nowhere")
    os.mkfifo(folder / "pipe")


def test_what_a_robot_added_is_gone_and_the_rest_is_used_again(bundle, lend):
    first = lend()
    files = file_numbers(first)
    add_files(first)
    lend.back(first)
    second = lend()
    assert describe(second) == describe(bundle.folder)
    assert file_numbers(second) == files


def change(path):
    path.write_text("A = 2\n", "utf-8")


def change_unseen(path):
    """As long as before, and with the former times."""
    former = path.stat()
    path.write_text("A = 2\n", "utf-8")
    os.utime(path, ns=(former.st_atime_ns, former.st_mtime_ns))


def replace(path):
    former = path.stat()
    other = path.with_name("other")
    other.write_text("A = 2\n", "utf-8")
    os.utime(other, ns=(former.st_atime_ns, former.st_mtime_ns))
    other.replace(path)


def link(path):
    """The file is that of the link's target, too, which could be written later."""
    path.unlink()
    path.symlink_to(path.parents[2] / "tasks.robot")


def link_hard(path):
    os.link(path, path.parents[4] / "mine.py")


def make_folder(path):
    path.unlink()
    path.mkdir()


DEEDS = [change, change_unseen, replace, link, link_hard, make_folder, Path.unlink, lambda path: path.chmod(0o600)]


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
def test_a_copy_that_was_touched_is_no_other_runs(bundle, lend, deed):
    first = lend()
    files = file_numbers(first)
    deed(first / "lib" / "deep" / "words.py")
    lend.back(first)
    assert first.exists()
    second = lend()
    assert describe(second) == describe(bundle.folder)
    assert not file_numbers(second) & files


@pytest.mark.parametrize("mode", [0o500, 0o777])
def test_a_folder_whose_permissions_were_changed_is_no_other_runs(bundle, lend, mode):
    first = lend()
    (first / "lib").chmod(mode)
    lend.back(first)
    assert describe(lend()) == describe(bundle.folder)


def test_a_bundle_that_was_changed_is_copied_anew_and_old_copies_go(bundle, lend, tmp_path):
    first = lend()
    lend.back(first)
    assert len(list((tmp_path / "copies").iterdir())) == 1
    (bundle.folder / "tasks.robot").write_text("*** Tasks ***\nA\n    Log    B\n", "utf-8")
    (bundle.folder / "new.py").write_text("", "utf-8")
    (bundle.folder / "lib" / "run.sh").unlink()
    assert describe(lend()) == describe(bundle.folder)
    assert list((tmp_path / "copies").iterdir()) == []


def test_copies_of_other_bundles_are_other_copies(bundle, lend, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "robot.yaml").write_text((bundle.folder / "robot.yaml").read_text("utf-8"), "utf-8")
    opened = open_bundle(other, tmp_path)
    lend.back(lend())
    second = lend(opened)
    assert describe(second) == describe(other)
    lend.back(second)
    assert describe(lend()) == describe(bundle.folder)


def test_a_folder_that_is_gone_is_no_copy(lend, tmp_path):
    first = lend()
    first.rename(tmp_path / "elsewhere")
    lend.back(first)
    assert not (tmp_path / "copies").exists()


def test_what_a_dead_worker_left_goes(lend, tmp_path):
    lend.back(lend())
    BundleCopies(tmp_path / "copies")
    assert not (tmp_path / "copies").exists()


@pytest.mark.parametrize("deed", [change_unseen, Path.unlink, lambda path: path.with_name("more.py").touch()])
def test_a_spare_copy_that_somebody_touches_is_not_lent(bundle, lend, tmp_path, deed):
    lend.back(lend())
    (spare,) = (tmp_path / "copies").iterdir()
    deed(spare / "lib" / "deep" / "words.py")
    assert describe(lend()) == describe(bundle.folder)
    assert not spare.exists()


def test_a_spare_copy_that_is_gone_is_made_anew(bundle, lend, tmp_path):
    lend.back(lend())
    shutil.rmtree(tmp_path / "copies")
    assert describe(lend()) == describe(bundle.folder)
