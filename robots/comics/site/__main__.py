"""A small comic site for robots to search, with made-up drawings: `python robots/comics/site --port 8090`.

Prints its address, `Comic site: http://localhost:8090`, once it answers. Port 0 takes any free port. Ends with Ctrl-C.
"""

import argparse
import contextlib
import sys
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import catalogue
import pages


class Visit(BaseHTTPRequestHandler):
    """One request of one visitor."""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        folder, _, name = url.path.strip("/").partition("/")
        if folder == "pictures":
            self._send_picture(name)
        else:
            self._send_page(folder, name, parse_qs(url.query).get("q", [""])[0])

    def _send_page(self, folder: str, name: str, query: str) -> None:
        if folder == "search":
            self._send_html(pages.show_results(query, catalogue.search(query)))
        elif folder == "comics" and (comic := catalogue.find(name)):
            self._send_html(pages.show_comic(comic))
        elif folder == "":
            self._send_html(pages.show_start(catalogue.COMICS))
        else:
            self._send_html(pages.show_missing(), HTTPStatus.NOT_FOUND)

    def _send_picture(self, name: str) -> None:
        picture = catalogue.read_picture(name)
        if picture is None:
            self._send_html(pages.show_missing(), HTTPStatus.NOT_FOUND)
        else:
            self._send(picture, "image/png")

    def _send_html(self, html: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self._send(html.encode(), "text/html; charset=utf-8", status)

    def _send(self, content: bytes, content_type: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the robots' logs tell what they visited."""


def main() -> None:
    parser = argparse.ArgumentParser(description="A small comic site for robots to search.")
    parser.add_argument("--port", type=int, default=8090, help="0 takes any free port (default: 8090)")
    port = parser.parse_args().port
    try:
        server = ThreadingHTTPServer(("localhost", port), Visit)
    except OSError as error:
        sys.exit(f"The comic site cannot use port {port}: {error.strerror}.")
    with server, contextlib.suppress(KeyboardInterrupt):
        print(f"Comic site: http://localhost:{server.server_port}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
