"""A real browser for tests: headless Chromium, one for all tests of a run.

`conftest.py` of a folder that needs it: `from browser import browser`.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

__all__ = ["Browser", "browser", "chromium_options"]

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--window-size=1400,2000",
)
_PICTURES = """
return Array.from(document.images, (image) => ({
  src: image.getAttribute('src'), isVisible: image.checkVisibility() && image.complete && image.naturalWidth > 0
}))"""
_LINKS = """
return Array.from(document.querySelectorAll('a[href]'), (link) => link.getAttribute('href'))
  .filter((href) => !/^(#|javascript:)/.test(href))"""
_CONTENT = """
const done = arguments[arguments.length - 1];
fetch(arguments[0]).then((reply) => reply.arrayBuffer())
  .then((bytes) => done(Array.from(new Uint8Array(bytes))), (error) => done(String(error)));"""


class Browser:
    """Opens published logs and tells what a person would see in them."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path | str) -> None:
        """Opens a file, or a URL, and forgets what the console said before."""
        self.driver.get(page.as_uri() if isinstance(page, Path) else page)
        self.console()

    def open_log(self, page: Path | str) -> None:
        """Opens a log and waits until Robot Framework's scripts have drawn it, then expands all of it."""
        self.driver.get("about:blank")
        self.console()
        self.driver.get(page.as_uri() if isinstance(page, Path) else page)
        self.expand_log()

    def expand_log(self) -> None:
        """Expands all of the log in the current frame and waits until nothing moves and every picture is done."""
        self.wait_until(lambda: self.run("return Boolean(window.testdata && document.getElementById('s1'))"))
        self.run("expandAll('s1')")
        self.wait_until(
            lambda: self.run(
                "return elementsToExpand.length === 0 && !document.querySelector('#s1 .element-header.closed')"
                " && Array.from(document.images).every((image) => image.complete)"
            )
        )
        self.wait_until(self._is_still)

    def pictures(self) -> list[dict[str, Any]]:
        """Returns `src` and `isVisible` of every picture: drawn, on the page, and its content was understood."""
        return list(self.run(_PICTURES))

    def links(self) -> list[str]:
        """Returns where the links of the page lead, without those to places within the page."""
        return list(self.run(_LINKS))

    def content(self, url: str) -> bytes:
        """Returns what is behind a URL that the page itself may read, such as `blob:`."""
        found = self.driver.execute_async_script(_CONTENT, url)
        assert isinstance(found, list), f"{url}: {found}"
        return bytes(found)

    def text(self, selector: str = "body") -> str:
        """Returns the visible text of an element."""
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def texts(self, selector: str) -> list[str]:
        """Returns the visible text of all such elements."""
        return list(
            self.run("return Array.from(document.querySelectorAll(arguments[0]), (e) => e.innerText.trim())", selector)
        )

    def run(self, script: str, *arguments: object) -> Any:
        """Runs a piece of JavaScript in the page."""
        return self.driver.execute_script(script, *arguments)

    def console(self) -> list[str]:
        """Returns the errors and warnings of the console since the last call, those of failed requests included."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def wait_until(self, is_true: Callable[[], object], seconds: float = 15) -> None:
        """Waits for something to become true in the page."""
        end = time.monotonic() + seconds
        while not is_true():
            assert time.monotonic() < end, f"Not true after {seconds} s: {self.driver.page_source[:300]}"
            time.sleep(0.05)

    def _is_still(self) -> bool:
        before = self.run("return document.documentElement.outerHTML.length")
        time.sleep(0.2)
        return bool(before == self.run("return document.documentElement.outerHTML.length"))


def chromium_options(profile: Path) -> webdriver.ChromeOptions:
    """Returns options for a headless Chromium with a profile of its own."""
    options = webdriver.ChromeOptions()
    for flag in (*_FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    binary = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if binary:
        options.binary_location = binary
    return options


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium for the whole run."""
    driver = webdriver.Chrome(
        options=chromium_options(tmp_path_factory.mktemp("chromium")),
        service=Service(shutil.which("chromedriver")),
    )
    driver.set_script_timeout(15)
    yield Browser(driver)
    driver.quit()
