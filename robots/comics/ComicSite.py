"""Keywords that read the comic site."""

from html import escape
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import urljoin, urlsplit

import requests
from robot.api import logger
from robot.libraries.BuiltIn import BuiltIn

TIMEOUT = 30  # seconds


def find_comics(query: str, site: str) -> list[str]:
    """Searches the site and returns the addresses of the comics it found, in the order of the page."""
    page = _open(urljoin(site, "/search"), q=query)
    return [urljoin(page.url, link["href"]) for link in _elements(page, "a")]


def read_comic(url: str) -> dict[str, str] | None:
    """Returns ``imageUrl``, ``alt`` and ``title`` of the comic on that page, or None where there is no picture."""
    page = _open(url)
    for image in _elements(page, "img"):
        return {"imageUrl": urljoin(page.url, image["src"]), "alt": image["alt"], "title": image["title"]}
    return None


def download_picture(url: str) -> Path:
    """Downloads a picture to the output folder, shows it in the log and returns its path."""
    name = PurePosixPath(urlsplit(url).path).name
    path = Path(BuiltIn().get_variable_value("${OUTPUT_DIR}"), name)
    path.write_bytes(_open(url).content)
    logger.info(f'<img src="{escape(name)}" alt="{escape(url)}">', html=True)
    return path


def _open(url: str, **query: str) -> requests.Response:
    reply = requests.get(url, params=query, timeout=TIMEOUT)
    reply.raise_for_status()
    return reply


def _elements(page: requests.Response, tag: str) -> list[dict[str, str]]:
    parser = _ComicElements()
    parser.feed(page.text)
    return [attributes for name, attributes in parser.found if name == tag]


class _ComicElements(HTMLParser):
    """Collects the elements of class ``comic`` with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if attributes.get("class") == "comic":
            self.found.append((tag, attributes))
