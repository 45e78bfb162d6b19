"""Writes files and the messages in which libraries show them."""

import struct
import zlib
from pathlib import Path

from robot.api import logger
from robot.libraries.BuiltIn import BuiltIn
from robot.utils import get_link_path


class Pictures:
    def show_as_selenium_library(self, name: str) -> None:
        link = self._link(name)
        logger.info(
            f'</td></tr><tr><td colspan="3"><a href="{link}"><img src="{link}" width="80px"></a>',
            html=True,
        )

    def show_as_browser_library(self, name: str) -> None:
        """A message so long that Robot Framework compresses it."""
        link = self._link(name)
        logger.info(
            f'</td></tr><tr><td colspan="3"><a href="{link}" target="_blank">'
            f'<img src="{link}" style="max-width:80px;max-height:80px;"/></a>',
            html=True,
        )

    def show(self, html: str, *pictures: str) -> None:
        for name in pictures:
            self.paint(name)
        logger.info(html, html=True)

    def show_then_paint(self, html: str, name: str) -> None:
        logger.info(html, html=True)
        self.paint(name)

    def warn(self, html: str, *pictures: str) -> None:
        for name in pictures:
            self.paint(name)
        logger.warn(html, html=True)

    def say(self, text: str) -> None:
        logger.info(text)

    def write(self, name: str, text: str) -> None:
        path = _output_folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def write_bytes(self, name: str, content: bytes) -> None:
        (_output_folder() / name).write_bytes(content)

    def bring(self, name: str) -> None:
        """Copies a file from beside the robot."""
        self.write_bytes(name, Path(__file__).with_name(name).read_bytes())

    def link(self, name: str, target: str) -> None:
        (_output_folder() / name).symlink_to(_output_folder() / target)

    def paint(self, name: str) -> None:
        """Writes a PNG of 8 x 8 pixels, each name in a colour of its own."""
        path = _output_folder() / name
        path.parent.mkdir(parents=True, exist_ok=True)
        row = b"\0" + struct.pack(">I", zlib.crc32(name.encode()))[:3] * 8
        header = struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)
        chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(row * 8)), (b"IEND", b""))
        path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks))

    def _link(self, name: str) -> str:
        self.paint(name)
        log = BuiltIn().get_variable_value("${LOG FILE}")
        return str(get_link_path(_output_folder() / name, Path(log).parent))


def _output_folder() -> Path:
    return Path(BuiltIn().get_variable_value("${OUTPUT DIR}"))


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
