"""Pages that were published with secrets in them, because those were not known then."""

import base64
import re
import zlib
from pathlib import Path

import pytest
import robot

from CamundaLibrary.logs import References, publish
from CamundaLibrary.logs.published_page import clean_page
from CamundaLibrary.logs.scrubbing import Scrubber

SECRET = "hunter2-is-secret"
PNG = b"\x89PNG\r\n\x1a\n" + SECRET.encode()


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """The output of a real run that shows the secret, in short and long messages."""
    (tmp_path / "a.robot").write_text(
        f"*** Tasks ***\nWork\n    Log    {SECRET}\n    Log    ${{'much of {SECRET} ' * 100}}\n", "utf-8"
    )
    robot.run(tmp_path / "a.robot", rpa=True, outputdir=tmp_path, report="NONE", stdout=None, console="none")
    (tmp_path / "page.html").write_text(f"<p>{SECRET}</p>", "utf-8")
    (tmp_path / "shot.png").write_bytes(PNG)
    return tmp_path


def published(output: Path, pack_from: int) -> bytes:
    references = References()
    references.collect('<a href="page.html"><img src="shot.png"><img src="hunter2-is-secret.png">')
    target = output / "published.html"
    return publish(
        output / "log.html", target, output_folder=output, references=references, max_size=10**7, pack_from=pack_from
    ).read_bytes()


def all_texts(page: bytes) -> list[bytes]:
    """Returns the page and all that is packed in it, however deeply."""
    texts = [page]
    for packed in re.findall(rb'[>"]((?:[A-Za-z0-9+/]{4}){3,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?)[<"]', page):
        content = base64.b64decode(packed)
        texts += all_texts(zlib.decompress(content) if content[:1] == b"\x78" else content)
    return texts


@pytest.mark.parametrize("pack_from", [1, 10**9])
def test_a_page_that_was_published_with_secrets_loses_them_all(output: Path, pack_from: int) -> None:
    page = published(output, pack_from)
    assert sum(SECRET.encode() in text for text in all_texts(page)) > 2
    clean = clean_page(page, Scrubber([SECRET]))
    with_secret = [text for text in all_texts(clean) if SECRET.encode() in text]
    assert with_secret == [PNG]  # pictures are not looked into
    assert b"&lt;secret&gt;" in b"".join(all_texts(clean))


@pytest.mark.parametrize("pack_from", [1, 10**9])
def test_a_page_without_secrets_stays_as_it_is(output: Path, pack_from: int) -> None:
    page = published(output, pack_from)
    assert clean_page(page, Scrubber(["another"])) == page


def test_a_log_that_was_not_published_is_cleaned(output: Path) -> None:
    log = (output / "log.html").read_bytes()
    clean = clean_page(log, Scrubber([SECRET]))
    assert not [text for text in all_texts(clean) if SECRET.encode() in text]


def test_another_page_is_cleaned_as_html() -> None:
    assert clean_page(b"<p>hunter2-is-secret</p>", Scrubber([SECRET])) == b"<p>&lt;secret&gt;</p>"


def script(text: str) -> bytes:
    return b'<script>\nwindow.output["strings"] = window.output["strings"].concat(["*","*%b"]);\n' % text.encode()


def test_a_block_that_was_tampered_with_does_not_stop_the_rest() -> None:
    page = b'<script type="text/plain" class="kept-file" data-type="text/html" data-name="a" data-packed>AAAA</script>'
    assert clean_page(page + script(SECRET), Scrubber([SECRET])) == page + script("&lt;secret&gt;")
