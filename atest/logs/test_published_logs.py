"""Logs of real robots, published, opened in a real browser, alone in an empty folder."""

import base64
import json
import random
import re
import shutil
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from browser import Browser, chromium_options

from CamundaLibrary.logs import References, publish
from CamundaLibrary.logs.kept_files import format_size

ROBOTS = Path(__file__).parent / "robots"


@dataclass(frozen=True)
class Run:
    """A finished robot run: its log, and what was collected while it ran."""

    log: Path
    output_folder: Path
    references: References

    def publish(self, target: Path, **settings: object) -> Path:
        settings = {"max_size": 10_000_000, **settings}
        return publish(
            self.log,
            target,
            output_folder=self.output_folder,
            references=self.references,
            **settings,  # type: ignore[arg-type]  # max_size, pack_from and secrets, as each test wants them
        )


def run_robot(folder: Path, robot: str, *options: str) -> Run:
    record = folder / "record.json"
    output = folder / "output"
    listener = f"{ROBOTS / 'Collecting.py'};{record}"
    fixed = ("--listener", listener, "--console", "none", "--outputdir", str(output))
    subprocess.run(
        [sys.executable, "-m", "robot", *fixed, *options, str(ROBOTS / robot)],
        stdin=subprocess.DEVNULL,
        check=False,
        timeout=60,
    )
    seen = json.loads(record.read_text(encoding="utf-8"))
    references = References()
    for html in seen["collect"]:
        references.collect(html)
    for text in seen["collect_doc"]:
        references.collect_doc(text)
    return Run(Path(seen["log"]), output, references)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run_robot(tmp_path_factory.mktemp("everything"), "everything.robot")


@pytest.fixture
def open_alone(tmp_path: Path, browser: Browser) -> Callable[..., None]:
    """Publishes a run, moves the file into an empty folder and opens it there, expanded."""

    def open_alone(run: Run, **settings: object) -> None:
        alone = tmp_path / "alone"
        alone.mkdir()
        browser.open_log(run.publish(alone / "kept.html", **settings))

    return open_alone


PACKED = pytest.mark.parametrize("pack_from", [1_000_000, 0], ids=["plain", "packed"])
PICTURES_OF_EVERYTHING = 22


@PACKED
def test_every_picture_of_a_log_is_visible_and_nothing_is_asked_for_outside(
    everything: Run, open_alone: Callable[..., None], browser: Browser, pack_from: int
) -> None:
    open_alone(everything, pack_from=pack_from)
    pictures = browser.pictures()
    assert [picture["src"] for picture in pictures if not picture["isVisible"]] == []
    assert len(pictures) == PICTURES_OF_EVERYTHING
    assert browser.console() == []


@PACKED
def test_every_link_leads_to_what_was_linked(
    everything: Run, open_alone: Callable[..., None], browser: Browser, pack_from: int
) -> None:
    open_alone(everything, pack_from=pack_from)
    links = {
        link["text"]: link
        for link in browser.run(
            "return Array.from(document.querySelectorAll('.message a[href]'), (link) => ({"
            " text: link.innerText, href: link.getAttribute('href'), download: link.download, target: link.target}))"
        )
    }
    assert browser.content(links["csv"]["href"]) == (everything.output_folder / "report.csv").read_bytes()
    assert browser.content(links["notes"]["href"]).decode() == "Grüße"
    assert browser.content(links["book"]["href"]) == (everything.output_folder / "book.xlsx").read_bytes()
    assert links["csv"]["download"] == "report.csv"
    assert links["book"]["download"] == "book.xlsx"
    assert links["page"]["download"] == "page.html"
    assert links["notes"]["target"] == "_blank"
    assert links["web"]["href"] == "https://example.com/"
    assert links["top"]["href"] == "#s1"
    elsewhere = [link for link in browser.links() if not link.startswith(("blob:", "https://"))]
    assert elsewhere == []


@PACKED
def test_what_is_not_kept_is_said_where_the_log_shows_it(
    everything: Run, open_alone: Callable[..., None], browser: Browser, pack_from: int
) -> None:
    open_alone(everything, pack_from=pack_from)
    assert sorted(browser.texts(".not-kept")) == [
        "[../outside.png is outside the output folder and not kept with this log.]",
        "[linked-outside.png is outside the output folder and not kept with this log.]",
        "[missing.png did not exist when this log was kept.]",
        "[pretender.png is not kept with this log: its content is not image/png.]",
        "[program.exe is not of a type that is kept with a log.]",
    ]


def test_robots_own_links_to_files_that_are_not_kept_are_dead_and_say_so(
    everything: Run, open_alone: Callable[..., None], browser: Browser
) -> None:
    open_alone(everything)
    report = browser.run("const link = document.querySelector('#report-or-log-link a'); return [link.href, link.title]")
    assert report == ["", "report.html is not kept with this log."]


def test_text_that_looks_like_a_picture_stays_text(
    everything: Run, open_alone: Callable[..., None], browser: Browser
) -> None:
    open_alone(everything)
    say = 'the page had <img src="selenium-screenshot-1.png"> in its source'
    assert browser.texts(".arg").count(say) == 1
    assert browser.texts(".message").count(say) == 1
    assert '<img src="selenium-screenshot-1.png"> as text' in browser.texts(".message pre")


def test_a_video_plays_and_its_poster_comes_from_inside(
    everything: Run, open_alone: Callable[..., None], browser: Browser
) -> None:
    open_alone(everything)
    browser.wait_until(lambda: browser.run("return document.querySelector('video').videoWidth") == 16)
    assert (
        browser.content(browser.run("return document.querySelector('video').poster"))
        == (everything.output_folder / "poster.png").read_bytes()
    )


def test_a_page_in_the_log_is_shown_without_running_its_scripts(
    everything: Run, open_alone: Callable[..., None], browser: Browser
) -> None:
    open_alone(everything)
    browser.driver.switch_to.frame(browser.driver.find_element("tag name", "iframe"))
    assert browser.text() == "A page"
    browser.driver.switch_to.default_content()


@PACKED
def test_a_log_asks_the_server_that_it_came_from_for_nothing_more(
    everything: Run, tmp_path: Path, browser: Browser, pack_from: int
) -> None:
    page = everything.publish(tmp_path / "kept.html", pack_from=pack_from).read_bytes()
    asked: list[str] = []

    class Engine(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("localhost", 0), Engine) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser.open_log(f"http://localhost:{server.server_port}/history/variable-instance/1/data")
        pictures = browser.pictures()
        browser.driver.switch_to.frame(browser.driver.find_element("tag name", "iframe"))
        text_of_the_frame = browser.text()
        browser.driver.switch_to.default_content()
        server.shutdown()
    assert asked == ["/history/variable-instance/1/data"]
    assert [picture["isVisible"] for picture in pictures] == [True] * PICTURES_OF_EVERYTHING
    assert text_of_the_frame == "A page"  # its script would be of the same origin as the engine's API


def test_a_linked_picture_opens_in_a_tab_of_its_own(
    everything: Run, open_alone: Callable[..., None], browser: Browser
) -> None:
    open_alone(everything)
    log = browser.driver.current_window_handle
    browser.driver.find_element("css selector", "td > a > img").click()
    browser.wait_until(lambda: len(browser.driver.window_handles) == 2)
    browser.driver.switch_to.window(next(tab for tab in browser.driver.window_handles if tab != log))
    try:
        browser.wait_until(lambda: browser.run("return document.images.length"))
        assert browser.run("return document.images[0].naturalWidth") == 8
    finally:
        browser.driver.close()
        browser.driver.switch_to.window(log)


@PACKED
def test_pictures_are_visible_in_a_sandboxed_frame(
    everything: Run, tmp_path: Path, browser: Browser, pack_from: int
) -> None:
    everything.publish(tmp_path / "kept.html", pack_from=pack_from)
    frame = tmp_path / "frame.html"
    frame.write_text('<iframe sandbox="allow-scripts" src="kept.html" width="1200" height="1800"></iframe>')
    browser.open(frame)
    browser.driver.switch_to.frame(0)
    browser.expand_log()
    pictures = browser.pictures()
    browser.driver.switch_to.default_content()
    assert [picture["isVisible"] for picture in pictures] == [True] * PICTURES_OF_EVERYTHING


def test_a_packed_log_opens_at_the_place_that_its_address_names(
    everything: Run, tmp_path: Path, browser: Browser
) -> None:
    page = everything.publish(tmp_path / "kept.html", pack_from=0)
    browser.open(f"{page.as_uri()}#s1-t6")
    browser.wait_until(lambda: browser.run("return document.querySelector('#s1-t6 .doc img')?.naturalWidth"))
    assert browser.run("return document.querySelector('#s1-t6 .doc img').title") == "the task"


def test_a_browser_that_cannot_unpack_says_so(everything: Run, tmp_path: Path, browser: Browser) -> None:
    page = everything.publish(tmp_path / "kept.html", pack_from=0)
    devtools = browser.driver.execute_cdp_cmd
    script = devtools("Page.addScriptToEvaluateOnNewDocument", {"source": "delete window.DecompressionStream"})
    browser.open(page)
    browser.wait_until(lambda: "Unpacking" not in browser.text())
    text = browser.text()
    devtools("Page.removeScriptToEvaluateOnNewDocument", script)
    assert text == (
        "This log is packed, and this browser cannot unpack it. "
        "Chrome and Edge 80, Firefox 113, Safari 16.4 and later ones can."
    )


@PACKED
def test_the_parts_of_a_split_log_are_inside_whatever_its_name(
    tmp_path: Path, open_alone: Callable[..., None], browser: Browser, pack_from: int
) -> None:
    run = run_robot(tmp_path, "everything.robot", "--splitlog", "--log", "logs of today/läuft & läuft.html")
    assert (run.log.parent / "läuft & läuft-9.js").exists()
    open_alone(run, pack_from=pack_from)
    pictures = browser.pictures()
    assert [picture["isVisible"] for picture in pictures] == [True] * PICTURES_OF_EVERYTHING
    assert browser.console() == []


def test_parts_of_an_earlier_split_log_are_not_kept(tmp_path: Path) -> None:
    run_robot(tmp_path, "outcomes.robot", "--splitlog")
    part = tmp_path / "output" / "log-1.js"
    shutil.copystat(ROBOTS / "outcomes.robot", part)  # as old as this file
    run = run_robot(tmp_path, "outcomes.robot")
    assert b'data-name="log-1.js"' not in run.publish(tmp_path / "kept.html").read_bytes()


def test_pictures_of_passed_skipped_and_failed_tasks_are_visible(
    tmp_path: Path, open_alone: Callable[..., None], browser: Browser
) -> None:
    open_alone(run_robot(tmp_path, "outcomes.robot"))
    assert [picture["isVisible"] for picture in browser.pictures()] == [True] * 5
    assert browser.texts(".test > .children > .metadata td > .label") == ["PASS", "SKIP", "FAIL"]


def test_screenshots_of_selenium_library_are_visible(
    tmp_path: Path, open_alone: Callable[..., None], browser: Browser
) -> None:
    chromium = chromium_options(tmp_path / "profile")
    options = ";".join(f"add_argument({flag!r})" for flag in chromium.arguments)
    run = run_robot(
        tmp_path,
        "screenshots.robot",
        *("--variable", f"OPTIONS:binary_location={chromium.binary_location!r};{options}"),
        *("--variable", f"CHROMEDRIVER:{shutil.which('chromedriver')}"),
    )
    open_alone(run)
    pictures = browser.pictures()
    assert [picture["isVisible"] for picture in pictures] == [True] * 5
    assert sorted(path.name for path in run.output_folder.rglob("*.png")) == [
        "selenium-screenshot-1.png",
        "selenium-screenshot-2.png",
        "selenium-screenshot-3.png",
        "the shape.png",
    ]
    assert browser.console() == []


def test_files_that_do_not_fit_are_left_out_the_largest_first(
    tmp_path: Path, open_alone: Callable[..., None], browser: Browser
) -> None:
    run = run_robot(tmp_path, "outcomes.robot")
    with (run.output_folder / "fail.png").open("ab") as picture:
        picture.write(random.randbytes(1_000_000))
    open_alone(run, max_size=700_000)
    assert (tmp_path / "alone" / "kept.html").stat().st_size < 700_000
    assert browser.texts(".not-kept") == ["[fail.png (1.0 MB) did not fit into this log of at most 700 kB.]"]
    assert [picture["isVisible"] for picture in browser.pictures()] == [True] * 4


def test_a_log_that_is_too_large_is_replaced_by_a_page_that_says_where_it_is(
    everything: Run, tmp_path: Path, browser: Browser
) -> None:
    page = everything.publish(tmp_path / "kept.html", max_size=50_000)
    browser.open(page)
    assert browser.text("h1") == "The log is not in here"
    assert browser.text("p") == (
        "It is larger than the 50 kB that are allowed. "
        "It is still where the robot ran, unless it has been cleaned up there:"
    )
    assert browser.text("#path") == str(everything.log.resolve())
    assert browser.text("#machine") == socket.gethostname()
    assert browser.text("#size") == format_size(everything.log.stat().st_size)


@PACKED
def test_secrets_are_nowhere_in_a_published_log(
    tmp_path: Path, open_alone: Callable[..., None], browser: Browser, pack_from: int
) -> None:
    run = run_robot(tmp_path, "secrets.robot")
    open_alone(run, pack_from=pack_from, secrets=["hunter2&co", "12"])
    shown = browser.text()
    assert "hunter2" not in browser.run("return document.documentElement.outerHTML")
    assert "Log In With <secret>" in shown
    assert "pin <secret>, number 4123, twelve 12x" in shown
    assert '{"password": "<secret>"}' in shown
    file, settings = browser.links()
    assert browser.content(file).decode() == "user;<secret>"
    assert browser.content(settings).decode() == "<password>&lt;secret&gt;</password>"
    assert browser.console() == []
    assert list(_hidden_texts((tmp_path / "alone" / "kept.html").read_bytes(), "hunter2")) == []
    assert len(list(_hidden_texts(run.publish(tmp_path / "with secrets.html").read_bytes(), "hunter2"))) > 3


def _hidden_texts(content: bytes, wanted: str) -> Iterator[str]:
    """Returns where `wanted` is found in a page, in base64 and compressed text within it, and so on."""
    if wanted.encode() in content:
        yield str(content[:80])
    for encoded in re.findall(rb"[A-Za-z0-9+/]{16,}={0,2}", content):
        with suppress(ValueError):
            decoded = base64.b64decode(encoded)
            with suppress(zlib.error):
                decoded = zlib.decompress(decoded)
            yield from _hidden_texts(decoded, wanted)
