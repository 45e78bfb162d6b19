"""Unpacks zips that may have been made to harm: nothing is written outside, no links, no bombs."""

import shutil
import stat
import zipfile
import zlib
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path, PurePosixPath, PureWindowsPath
from secrets import token_hex

from CamundaLibrary.bundles.manifest import has_manifest
from CamundaLibrary.errors import BundleError

MOST_FILES = 50_000
MOST_BYTES = 2_000_000_000
_ENCRYPTED = 0x1


def unpack(archive: Path, parent: Path) -> Path:
    """Returns the folder below `parent` that holds the content of `archive`; BundleError if it is no honest zip.

    The folder is named by the content and written whole or not at all; what is there already is used again. A zip whose
    only entry at the top is a folder with the manifest gives that folder.
    """
    folder = parent / _digest(archive)
    if not folder.is_dir():
        temporary = parent / f"{folder.name}.{token_hex(4)}"
        try:
            _extract(archive, temporary)
            temporary.rename(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    return _find_root(folder)


def _digest(archive: Path) -> str:
    digest = sha256()
    try:
        with archive.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    except OSError as error:
        raise BundleError(f"Reading bundle '{archive}' failed: {error}.") from None
    return digest.hexdigest()[:24]


def _extract(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as file:
            entries = file.infolist()
            _check(archive, entries)
            folder.mkdir(parents=True)
            for entry in entries:
                _extract_entry(file, entry, folder)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as error:
        raise BundleError(f"Bundle '{archive}' is neither a folder nor a zip that can be read: {error}.") from None
    except OSError as error:
        raise BundleError(f"Unpacking bundle '{archive}' failed: {error}.") from None


def _check(archive: Path, entries: Sequence[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_FILES:
        raise BundleError(f"Bundle '{archive}' holds {len(entries)} files: at most {MOST_FILES} are unpacked.")
    size = sum(entry.file_size for entry in entries)
    if size > MOST_BYTES:
        raise BundleError(f"Bundle '{archive}' unpacks to {size} bytes: at most {MOST_BYTES} are unpacked.")
    names: set[str] = set()
    for entry in entries:
        problem = _problem(entry) or ("is there twice" if entry.filename.lower() in names else None)
        if problem:
            raise BundleError(f"Bundle '{archive}' is refused: its entry '{entry.filename}' {problem}.")
        names.add(entry.filename.lower())


def _problem(entry: zipfile.ZipInfo) -> str | None:
    posix, windows = PurePosixPath(entry.filename), PureWindowsPath(entry.filename)
    mode = entry.external_attr >> 16
    if posix.is_absolute() or windows.anchor or ".." in posix.parts or ".." in windows.parts:
        return "leads out of the bundle"
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        return "is neither a file nor a folder"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "is packed in a way that is not taken"
    return "is encrypted" if entry.flag_bits & _ENCRYPTED else None


def _extract_entry(file: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> None:
    """The size was checked; zipfile reads no more of an entry than it claims to hold."""
    file.extract(entry, folder)
    mode = (entry.external_attr >> 16) & 0o777
    if mode and not entry.is_dir():
        (folder / entry.filename).chmod(mode & 0o755 | 0o600)


def _find_root(folder: Path) -> Path:
    if has_manifest(folder):
        return folder
    inner = list(folder.iterdir())
    return inner[0] if len(inner) == 1 and has_manifest(inner[0]) else folder
