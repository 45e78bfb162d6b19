"""Names that come with a task are data: none of them chooses where something is written, or what is run."""

from pathlib import Path

import pytest

from CamundaLibrary.variables import FileValue

NAMES = ["../../x", "self", "a/b", "C:\\x", "${EMPTY}", "%{PATH}", "${{1/0}}", "x" * 255, "OUTPUT DIR", "OUTPUT_DIR"]
FILENAMES = ["/etc/passwd", "../../../evil.txt", "C:\\Windows\\evil.txt", "CON", f"{'x' * 300}.txt", "log.html", "a\nb"]


def everything(folder: Path) -> set[Path]:
    """All that lies there but what the worker keeps, and removes at its own time."""
    found = {path for path in folder.iterdir() if path.name != "state"}
    return found | {below for path in found for below in path.rglob("*")}


def test_variables_of_any_name_come_and_go(bundle, start, start_worker) -> None:
    instance = start({name: f"value of {number}" for number, name in enumerate(NAMES)})
    start_worker(
        bundle(
            """
            ${variables} =    Get Task Variables
            ${changed} =    Evaluate    {name: value + ", seen" for name, value in $variables.items()}
            Set Task Variables    ${changed}
            """
        )
    )
    instance.await_end()
    seen = {name: instance.variables[name] for name in NAMES}
    assert seen == {name: f"value of {number}, seen" for number, name in enumerate(NAMES)}


@pytest.mark.parametrize("filename", FILENAMES)
def test_a_file_of_any_name_is_written_inside_of_the_run_only(
    bundle, start, start_worker, tmp_path: Path, filename: str
) -> None:
    folder = bundle(
        """
        ${path} =    Get Task File    ../../photo
        ${path} =    Evaluate    os.path.relpath($path, $OUTPUT_DIR)
        Set Task Variable    path    ${path}
        Set Task File    copy    ${OUTPUT DIR}/${path}
        """
    )
    before = everything(tmp_path)
    instance = start(None, **{"../../photo": FileValue(filename, content=b"a photo")})
    start_worker(folder)
    instance.await_end()
    path = str(instance.variables["path"])
    assert ".." not in Path(path).parts
    assert not Path(path).is_absolute()
    assert instance.file("copy") == b"a photo"
    assert everything(tmp_path) == before
