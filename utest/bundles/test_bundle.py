import stat
import zipfile
from pathlib import Path

import pytest

from CamundaLibrary.bundles import open_bundle, topics_of, unpacking
from CamundaLibrary.errors import BundleError

MANIFEST = "tasks:\n  Search:\n    robotTaskName: Search\nartifactsDir: output\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A bundle in a folder."""
    folder = tmp_path / "comics"
    folder.mkdir()
    (folder / "robot.yaml").write_text(MANIFEST, "utf-8")
    (folder / "tasks.robot").write_text("*** Tasks ***\nSearch\n    No Operation\n", "utf-8")
    return folder


@pytest.fixture
def pack(tmp_path: Path):
    """Makes a zip of names (or entries) and contents."""

    def pack(*entries: "tuple[str | zipfile.ZipInfo, str]", name: str = "comics.zip") -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w") as file:
            for entry, content in entries:
                file.writestr(entry, content)
        return path

    return pack


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    return tmp_path / "unpacked"


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_folder_is_a_bundle(folder, unpacked):
    bundle = open_bundle(folder, unpacked)
    assert (bundle.folder, bundle.title, bundle.manifest.tasks[0].topic) == (folder, "comics", "Search")
    assert not unpacked.exists()


def test_a_relative_path_stays_right_when_the_folder_changes(folder, unpacked, monkeypatch):
    monkeypatch.chdir(folder)
    bundle = open_bundle(Path(), unpacked)
    assert (bundle.folder, bundle.title) == (folder, "comics")


def test_a_zip_is_a_bundle(pack, unpacked):
    bundle = open_bundle(pack(("robot.yaml", MANIFEST), ("lib/a.py", "A = 1")), unpacked)
    assert bundle.title == "comics"
    assert bundle.folder.parent == unpacked
    assert files_in(bundle.folder) == {"robot.yaml", "lib/a.py"}


def test_a_zip_may_have_one_folder_around_it_all(pack, unpacked):
    bundle = open_bundle(pack(("comics/robot.yaml", MANIFEST), ("comics/a.py", "")), unpacked)
    assert files_in(bundle.folder) == {"robot.yaml", "a.py"}


def test_the_same_zip_is_unpacked_once_and_a_new_one_anew(pack, unpacked):
    first = open_bundle(pack(("robot.yaml", MANIFEST)), unpacked).folder
    written = first.stat().st_mtime_ns
    assert open_bundle(pack(("robot.yaml", MANIFEST), name="copy.zip"), unpacked).folder == first
    assert first.stat().st_mtime_ns == written
    assert open_bundle(pack(("robot.yaml", MANIFEST + "# new\n")), unpacked).folder != first
    assert len(list(unpacked.iterdir())) == 2


def test_scripts_in_a_zip_stay_executable(pack, unpacked):
    script = zipfile.ZipInfo("run.sh")
    script.external_attr = (stat.S_IFREG | 0o4777) << 16
    folder = open_bundle(pack(("robot.yaml", MANIFEST), (script, "")), unpacked).folder
    assert stat.S_IMODE((folder / "run.sh").stat().st_mode) == 0o755


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("../evil.py", "leads out of the bundle"),
        ("lib/../../evil.py", "leads out of the bundle"),
        ("/etc/evil.py", "leads out of the bundle"),
        ("C:/evil.py", "leads out of the bundle"),
        ("C:evil.py", "leads out of the bundle"),
        ("lib\\..\\..\\evil.py", "leads out of the bundle"),
        (link("evil.py"), "is neither a file nor a folder"),
        ("ROBOT.YAML", "is there twice"),
    ],
)
def test_zips_that_would_harm_are_refused_and_nothing_is_written(pack, unpacked, tmp_path, entry, problem):
    path = pack(("robot.yaml", MANIFEST), (entry, "/etc/passwd"))
    name = entry if isinstance(entry, str) else entry.filename
    with pytest.raises(BundleError) as caught:
        open_bundle(path, unpacked)
    assert str(caught.value) == f"Bundle '{path}' is refused: its entry '{name}' {problem}."
    assert not unpacked.exists()
    assert not list(tmp_path.rglob("evil.py"))


def test_a_zip_that_unpacks_to_too_much_is_refused(pack, unpacked, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_BYTES", 1000)
    path = pack(("robot.yaml", MANIFEST), ("zeros", "0" * 2000))
    with pytest.raises(BundleError) as caught:
        open_bundle(path, unpacked)
    assert str(caught.value) == f"Bundle '{path}' unpacks to {2000 + len(MANIFEST)} bytes: at most 1000 are unpacked."
    assert not unpacked.exists()


def test_a_zip_of_too_many_files_is_refused(pack, unpacked, monkeypatch):
    monkeypatch.setattr(unpacking, "MOST_FILES", 2)
    path = pack(("robot.yaml", MANIFEST), ("a", ""), ("b", ""))
    with pytest.raises(BundleError) as caught:
        open_bundle(path, unpacked)
    assert str(caught.value) == f"Bundle '{path}' holds 3 files: at most 2 are unpacked."


def test_an_entry_that_holds_more_than_it_claims_is_refused(pack, unpacked):
    path = pack(("robot.yaml", MANIFEST), ("zeros", "0" * 5000))
    content = path.read_bytes()
    path.write_bytes(content.replace((5000).to_bytes(4, "little"), (5).to_bytes(4, "little")))
    with pytest.raises(BundleError) as caught:
        open_bundle(path, unpacked)
    assert str(caught.value).startswith(f"Bundle '{path}' is neither a folder nor a zip that can be read: ")
    assert list(unpacked.iterdir()) == []


def test_a_file_in_place_of_a_folder_is_refused(pack, unpacked):
    path = pack(("robot.yaml", MANIFEST), ("lib", ""), ("lib/a.py", ""))
    with pytest.raises(BundleError) as caught:
        open_bundle(path, unpacked)
    assert str(caught.value).startswith(f"Unpacking bundle '{path}' failed: ")


def test_what_is_no_bundle(tmp_path, unpacked):
    text = tmp_path / "robot.yaml"
    text.write_text(MANIFEST, "utf-8")
    with pytest.raises(BundleError) as caught:
        open_bundle(text, unpacked)
    assert str(caught.value) == (
        f"Bundle '{text}' is neither a folder nor a zip that can be read: File is not a zip file."
    )
    with pytest.raises(BundleError) as caught:
        open_bundle(tmp_path / "missing", unpacked)
    assert str(caught.value) == (
        f"There is no bundle '{tmp_path / 'missing'}': a folder or zip with a robot.yaml or pyproject.toml is needed."
    )


def test_a_topic_of_two_bundles_is_an_error(folder, pack, unpacked):
    path = pack(("robot.yaml", MANIFEST.replace("Search:", "Find:\n    camunda: {topic: Search}")), name="other.zip")
    with pytest.raises(BundleError) as caught:
        topics_of([open_bundle(folder, unpacked), open_bundle(path, unpacked)])
    assert str(caught.value) == (
        f"Topic 'Search' is given twice: by task 'Search' of '{folder}' and by task 'Find' of '{path}'."
    )


def test_a_run_works_in_a_copy_without_what_earlier_runs_left(folder, unpacked, tmp_path):
    for name in ("output/log.html", ".git/HEAD", "venv/pyvenv.cfg", "venv/bin/python", "lib/output/kept.txt"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x", "utf-8")
    copy = tmp_path / "run" / "comics"
    open_bundle(folder, unpacked).stage(copy)
    assert files_in(copy) == {"robot.yaml", "tasks.robot", "lib/output/kept.txt"}
    (copy / "tasks.robot").write_text("changed", "utf-8")
    assert "Search" in (folder / "tasks.robot").read_text("utf-8")


def test_the_copy_of_a_read_only_bundle_can_be_written(folder, unpacked, tmp_path):
    (folder / "lib").mkdir(mode=0o555)
    folder.chmod(0o555)
    try:
        open_bundle(folder, unpacked).stage(tmp_path / "copy")
    finally:
        folder.chmod(0o755)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("copy", "copy/lib")]
    assert modes == [0o755, 0o755]


def test_links_in_a_folder_are_followed_and_dangling_ones_left_out(folder, unpacked, tmp_path):
    (tmp_path / "shared.py").write_text("A = 1", "utf-8")
    (folder / "shared.py").symlink_to(tmp_path / "shared.py")
    (folder / "dangling.py").symlink_to(tmp_path / "nowhere.py")
    open_bundle(folder, unpacked).stage(tmp_path / "copy")
    assert not (tmp_path / "copy" / "shared.py").is_symlink()
    assert files_in(tmp_path / "copy") == {"robot.yaml", "tasks.robot", "shared.py"}
