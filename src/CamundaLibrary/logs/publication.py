"""A log.html and all that it refers to, as one file that can be read anywhere."""

import socket
from collections.abc import Collection
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from CamundaLibrary.logs.page import Page, format_size, note_instead_of_log
from CamundaLibrary.logs.references import References
from CamundaLibrary.logs.scrubbing import LogUnreadableError, Scrubber

if TYPE_CHECKING:
    from CamundaLibrary.logs.kept_files import KeptFile

TEXT_LIMIT = 100_000_000
"""Bytes; a log of more text is not published, however small it packs: it would take a browser too long to open."""
_CLOCK_STEP = 2_000_000_000  # nanoseconds: as coarse as the clock of a file system gets (FAT)


def publish(
    log: Path,
    target: Path,
    *,
    output_folder: Path,
    references: References,
    max_size: int,
    pack_from: int = 1_000_000,
    secrets: Collection[str] = (),
) -> Path:
    """Writes `log` and what it refers to into the one file `target`, and returns that; `log` stays as it is.

    Kept are files inside `output_folder` that `references` mean. The largest are left out if the page would be larger
    than `max_size`; a log that is too large by itself is replaced by a page that says where it is.
    Texts of more than `pack_from` are packed. `secrets` are replaced in the log and in the texts that it refers to,
    not in pictures and documents. Sizes are bytes.
    OSError if `log` cannot be read or `target` not be written.
    """
    publication = _Publication(log, max_size, Scrubber(secrets))
    try:
        pieces = publication.pieces(references, output_folder, pack_from)
    except _NotPublishedError as reason:
        pieces = [publication.note(str(reason))]
    with target.open("wb") as file:
        file.writelines(pieces)
    return target


class _NotPublishedError(Exception):
    """The log is not published; the text says why."""


class _Publication(NamedTuple):
    log: Path
    max_size: int
    scrubber: Scrubber

    def pieces(self, references: References, output_folder: Path, pack_from: int) -> list[bytes]:
        """Returns the published page; _NotPublishedError if the log is too large or not fit for it."""
        log, *parts = self._texts()
        files, reasons = self._find_files(references, output_folder)
        is_packed = self._is_to_be_packed([log, *parts], files, pack_from)
        page = Page(self.log.name, log, is_packed)
        for reference, reason in reasons.items():
            page.leave_out(self.scrubber.text(reference), self.scrubber.text(reason))
        self._add_parts(page, parts)
        self._add_files(page, files)
        return page.pieces()

    def note(self, reason: str) -> bytes:
        """Returns the page that takes the log's place."""
        path = self.scrubber.text(str(self.log.resolve()))
        size = format_size(self.log.stat().st_size)
        return note_instead_of_log(reason=reason, machine=socket.gethostname(), path=path, size=size)

    def _texts(self) -> list[bytes]:
        paths = [self.log, *_parts_of(self.log)]
        if sum(path.stat().st_size for path in paths) > TEXT_LIMIT:
            raise self._too_large()
        try:
            return [self.scrubber.log(path.read_bytes()) for path in paths]
        except LogUnreadableError:
            raise _NotPublishedError(
                "It holds secrets that could not be taken out, because it is not written the way it was expected."
            ) from None

    def _find_files(self, references: References, output_folder: Path) -> "tuple[list[KeptFile], dict[str, str]]":
        if not list(references):
            return [], {}
        from CamundaLibrary.logs.kept_files import find_files

        files, reasons = find_files(references, (self.log.parent, output_folder), output_folder)
        return [file for file in files if file.path != self.log.resolve()], reasons

    def _too_large(self) -> _NotPublishedError:
        return _NotPublishedError(
            f"It is larger than the {format_size(min(self.max_size, TEXT_LIMIT))} that are allowed."
        )

    def _is_to_be_packed(self, texts: list[bytes], files: "list[KeptFile]", pack_from: int) -> bool:
        text_size = sum(map(len, texts)) + sum(file.size for file in files if file.type.is_text)
        size = sum(map(len, texts)) + sum(file.size for file in files) * 4 // 3  # base64
        return text_size > pack_from or size > self.max_size

    def _add_parts(self, page: Page, parts: list[bytes]) -> None:
        for number, part in enumerate(parts, start=1):
            name = _part_name(self.log, number)
            page.keep(page.block("kept-file", part, "text/javascript", name), [name])

    def _add_files(self, page: Page, files: "list[KeptFile]") -> None:
        for file in files:
            for reference in file.references:
                page.leave_out(self.scrubber.text(reference), self._did_not_fit(reference, file.size))
        room = self.max_size - page.size()
        if room < 0:
            raise self._too_large()
        for file in files:
            block = self._block(page, file) if file.type.is_text or file.size < room else None
            if block is not None and len(block) <= room:
                room -= len(block)
                page.keep(block, map(self.scrubber.text, file.references))

    def _did_not_fit(self, reference: str, size: int) -> str:
        limit = format_size(self.max_size)
        return f"{self.scrubber.text(reference)} ({format_size(size)}) did not fit into this log of at most {limit}."

    def _block(self, page: Page, file: "KeptFile") -> bytes | None:
        try:
            content = file.path.read_bytes()
        except OSError:
            return None
        mime, is_text = file.type.mime, file.type.is_text
        if is_text:
            content = self.scrubber.file(content, is_html=file.type.is_markup)
            mime += "; charset=utf-8" if _is_utf_8(content) else ""
        return page.block("kept-file", content, mime, self.scrubber.text(file.path.name), is_text)


def _is_utf_8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _parts_of(log: Path) -> list[Path]:
    """Returns the files that Robot Framework wrote beside `log` under `--splitlog`, right after it.

    Older ones are from an earlier run.
    """
    since = log.stat().st_mtime_ns - _CLOCK_STEP
    parts: list[Path] = []
    for number in count(1):
        part = log.with_name(_part_name(log, number))
        if not part.is_file() or part.stat().st_mtime_ns < since:
            return parts
        parts.append(part)
    return parts


def _part_name(log: Path, number: int) -> str:
    return f"{log.stem}-{number}.js"
