"""Lines of requirements, as pip and uv read them."""

import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from CamundaLibrary.errors import EnvironmentNotBuilt

OWN_NAME = "robotframework-camundalibrary"

_COMMENT = re.compile(r"(^|\s+)#.*$")
_INCLUDED = re.compile(r"(?:-r|--requirement)[\s=]*(?P<path>\S.*)")
_LOCAL = re.compile(
    r"(?P<option>(?:-c|--constraint|-f|--find-links)[\s=]*)?"
    r"(?P<path>(?:\.{1,2}/|/)?[^\s:;@]+?(?P<archive>\.whl|\.tar\.gz|\.zip)?)(?P<marker>\s*;.*)?"
)
_EDITABLE = re.compile(r"(?:-e|--editable)\b|\.{1,2}(/|$)|file:")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")


def read_requirements(path: Path, bundle: Path) -> tuple[str, ...]:
    """Returns the lines of a requirements file and of those that it includes. Raises EnvironmentNotBuilt."""
    return tuple(_read(path, bundle, ()))


def check_lines(lines: tuple[str, ...], source: Path) -> tuple[str, ...]:
    """Returns the lines without comments, if runs can share what they install. Raises EnvironmentNotBuilt."""
    cleaned = tuple(filter(None, (_COMMENT.sub("", line).strip() for line in lines)))
    for line in cleaned:
        if _EDITABLE.match(line) and not _names_archive(line):
            raise EnvironmentNotBuilt(
                f"'{mask_credentials(line)}' in '{source}' cannot be installed into an environment that runs share: "
                "name a release or a wheel."
            )
    return cleaned


def with_absolute_paths(line: str, folder: Path) -> str:
    """Returns the line with the path in it made absolute, which is relative to `folder`."""
    found = _local(line, folder)
    return f"{found['option'] or ''}{folder / found['path']}{found['marker'] or ''}" if found else line


def public_text(line: str, folder: Path) -> str:
    """Returns what stands for the line in a hash: no credentials, but the content of the file that it names."""
    found = _local(line, folder)
    path = folder / found["path"] if found else None
    content = f" sha256={sha256(path.read_bytes()).hexdigest()}" if path and path.is_file() else ""
    return mask_credentials(line) + content


def mask_credentials(text: str) -> str:
    """Returns the text without user names and passwords in addresses."""
    return _CREDENTIALS.sub("***@", text)


def name_of(line: str) -> str | None:
    """Returns the normal form of the package's name, also of a wheel's; None for options and other paths."""
    archive = _LOCAL.fullmatch(line)
    if archive and archive["archive"] and not archive["option"]:
        line = archive["path"].rpartition("/")[2].partition("-")[0]
    found = _NAME.match(line)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else None


def _read(path: Path, bundle: Path, including: tuple[Path, ...]) -> Iterator[str]:
    if path in including:
        raise EnvironmentNotBuilt(f"'{path}' includes itself.")
    if not path.resolve().is_relative_to(bundle.resolve()):
        raise EnvironmentNotBuilt(f"The requirements '{path}' lie outside of their bundle.")
    for line in check_lines(tuple(_read_lines(path)), path):
        included = _INCLUDED.fullmatch(line)
        if included:
            yield from _read(path.parent / included["path"], bundle, (*including, path))
        else:
            yield with_absolute_paths(line, path.parent) if path.parent != bundle else line


def _read_lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").replace("\\\n", " ").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentNotBuilt(f"Reading '{path}' failed: {error}.") from None


def _local(line: str, folder: Path) -> "re.Match[str] | None":
    found = _LOCAL.fullmatch(line)
    if found and (found["option"] or found["archive"]) and (folder / found["path"]).exists():
        return found
    return None


def _names_archive(line: str) -> bool:
    found = _LOCAL.fullmatch(line)
    return found is not None and found["archive"] is not None
