import json
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest

from CamundaLibrary.logs import References, publish

PNG = b"\x89PNG\r\n\x1a\n"
LOG = "<!DOCTYPE html><html><body>robots were here</body></html>\n"


class Output:
    """An output folder with a log; each file that is written to it is referred to by the log."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log.html"
        self.log.write_text(LOG)
        self.references = References()

    def write(self, name: str, content: bytes) -> None:
        (self.folder / name).write_bytes(content)
        self.references.collect(f'<a href="{name}">x</a>')

    def publish(self, max_size: int = 10_000_000, pack_from: int = 1_000_000, secrets: tuple[str, ...] = ()) -> bytes:
        target = self.folder.parent / "kept.html"
        assert target == publish(
            self.log,
            target,
            output_folder=self.folder,
            references=self.references,
            max_size=max_size,
            pack_from=pack_from,
            secrets=secrets,
        )
        return target.read_bytes()


@pytest.fixture
def output(tmp_path: Path) -> Output:
    (tmp_path / "output").mkdir()
    return Output(tmp_path / "output")


def names_in(page: bytes) -> list[bytes]:
    return re.findall(rb'class="kept-file" data-type="[^"]*" data-name="([^"]*)"', page)


def index_of(page: bytes) -> dict[str, dict[str, object]]:
    index = re.search(rb'id="kept-index">(.*?)</script>', page)
    assert index
    found: dict[str, dict[str, object]] = json.loads(index[1])
    return found


def test_a_log_that_refers_to_nothing_is_published_as_it_is_with_the_script_behind_it(output: Output) -> None:
    page = output.publish()
    assert page.startswith(LOG.encode())
    assert len(page) - len(LOG) < 8000
    assert names_in(page) == []
    assert output.log.read_text() == LOG


def test_a_packed_log_cannot_be_read_as_text_but_its_title_can(output: Output) -> None:
    page = output.publish(pack_from=len(LOG) - 1)
    assert b"robots were here" not in page
    assert b"<title>log.html</title>" in page


def test_a_log_is_packed_only_above_the_limit(output: Output) -> None:
    assert output.publish(pack_from=len(LOG)).startswith(LOG.encode())


def test_pictures_do_not_count_for_packing_as_they_do_not_shrink(output: Output) -> None:
    output.write("shot.png", PNG + random.randbytes(10_000))
    assert output.publish(pack_from=5_000).startswith(LOG.encode())
    output.write("table.csv", b"1;2\n" * 2_000)
    packed = output.publish(pack_from=5_000)
    assert not packed.startswith(LOG.encode())
    assert len(packed) < 10_000 * 4 / 3 + 10_000


def test_a_log_is_packed_where_that_makes_room_for_its_pictures(output: Output) -> None:
    output.log.write_text(LOG * 1_000)
    output.write("shot.png", PNG + random.randbytes(30_000))
    page = output.publish(max_size=60_000)
    assert names_in(page) == [b"shot.png"]
    assert len(page) <= 60_000


def test_the_largest_files_are_left_out_and_the_page_stays_within_its_size(output: Output) -> None:
    for size in (40_000, 10_000, 20_000, 30_000):
        output.write(f"{size}.png", PNG + random.randbytes(size))
    page = output.publish(max_size=75_000)
    assert names_in(page) == [b"10000.png", b"20000.png"]
    assert 40_000 < len(page) <= 75_000
    assert index_of(page) == {
        "kept": {"10000.png": 0, "20000.png": 1},
        "reasons": {
            "30000.png": "30000.png (31 kB) did not fit into this log of at most 75 kB.",
            "40000.png": "40000.png (41 kB) did not fit into this log of at most 75 kB.",
        },
    }


@pytest.mark.parametrize("max_size", range(9_000, 12_000, 170))
def test_the_page_is_never_larger_than_allowed(output: Output, max_size: int) -> None:
    for number in range(30):
        output.write(f"{number}.png", PNG + random.randbytes(number * 10))
    assert len(output.publish(max_size=max_size)) <= max_size


def test_a_log_too_large_even_when_packed_is_replaced_by_a_note(output: Output) -> None:
    output.log.write_bytes(random.randbytes(20_000))
    page = output.publish(max_size=15_000).decode()
    assert "It is larger than the 15 kB that are allowed." in page
    assert str(output.log.resolve()) in page
    assert "20 kB" in page


def test_a_log_of_more_text_than_a_browser_likes_is_not_even_read(output: Output) -> None:
    os.truncate(output.log, 100_000_001)
    assert b"It is larger than the 100.0 MB that are allowed." in output.publish(max_size=10**9)


def test_a_log_that_cannot_be_cleaned_of_secrets_is_replaced_by_a_note(output: Output) -> None:
    page = output.publish(secrets=("hunter2",)).decode()
    assert "robots were here" not in page
    assert "It holds secrets that could not be taken out, because it is not written the way it was expected." in page


def test_names_of_files_are_cleaned_of_secrets_as_the_log_is(output: Output) -> None:
    output.log.write_text('window.output["strings"] = [];\nwindow.output["strings"] = ["*<a href=hunter2.csv>"];\n')
    output.write("hunter2.csv", b"x")
    output.write("hunter2.exe", b"x")
    page = output.publish(secrets=("hunter2",))
    assert b"hunter2" not in page
    assert index_of(page) == {
        "kept": {"<secret>.csv": 0},
        "reasons": {"<secret>.exe": "<secret>.exe is not of a type that is kept with a log."},
    }


def test_the_log_itself_is_not_kept_within_it(output: Output) -> None:
    output.references.collect('<a href="log.html#s1-t1">above</a>')
    assert names_in(output.publish()) == []


def test_names_cannot_break_out_of_the_page(output: Output) -> None:
    name = '"><script>alert(1)<.csv'
    (output.folder / name).write_bytes(b"x")
    output.references.collect("<a href='\"><script>alert(1)<.csv'>x</a>")
    page = output.publish()
    assert names_in(page) == [b"&quot;&gt;&lt;script&gt;alert(1)&lt;.csv"]
    assert b"<script>alert" not in page


def test_the_parts_of_a_split_log_are_kept_until_the_first_that_is_missing_or_old(output: Output) -> None:
    for number in (1, 2, 4):
        (output.folder / f"log-{number}.js").write_bytes(b"x")
    assert names_in(output.publish()) == [b"log-1.js", b"log-2.js"]
    os.utime(output.folder / "log-2.js", (1, 1))
    assert names_in(output.publish()) == [b"log-1.js"]


def test_texts_are_marked_as_utf_8_only_if_they_are(output: Output) -> None:
    output.write("a.txt", "ä".encode())
    output.write("b.txt", "ä".encode("latin-1"))
    page = output.publish()
    assert b'data-type="text/plain; charset=utf-8" data-name="a.txt"' in page
    assert b'data-type="text/plain" data-name="b.txt"' in page


def test_a_log_that_is_not_there_is_an_error_of_the_system(output: Output) -> None:
    output.log.unlink()
    with pytest.raises(FileNotFoundError):
        output.publish()


def test_importing_the_package_loads_none_of_its_modules() -> None:
    program = (
        "import re, sys, CamundaLibrary.logs as logs; before = set(sys.modules); logs.References;"
        "print(sorted(name for name in set(sys.modules) if name.startswith('CamundaLibrary.logs')),"
        " sorted(name for name in set(sys.modules) - before if not name.startswith('CamundaLibrary')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['CamundaLibrary.logs', 'CamundaLibrary.logs.references'] []\n"


def test_names_that_the_package_does_not_have_are_refused_as_usual() -> None:
    import CamundaLibrary.logs

    with pytest.raises(AttributeError, match=r"^module 'CamundaLibrary\.logs' has no attribute 'nothing'$"):
        _ = CamundaLibrary.logs.nothing  # type: ignore[attr-defined]  # that is the point
