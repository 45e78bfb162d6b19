"""Our own library as a wheel, made from the files that this worker runs from.

So an environment gets the very version that wrote its task files, without an index, also from a checkout.
"""

import base64
import zipfile
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import CamundaLibrary
from CamundaLibrary.environments.requirements import OWN_NAME
from CamundaLibrary.errors import EnvironmentNotBuilt
from CamundaLibrary.version import __version__

_PACKAGE = Path(CamundaLibrary.__file__).parent
_DISTRIBUTION = f"{OWN_NAME.replace('-', '_')}-{__version__}"
_WHEEL = "Wheel-Version: 1.0\nGenerator: camunda-robot\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
_FIRST_DATE = (1980, 1, 1, 0, 0, 0)


@cache
def library_digest() -> str:
    """Returns a hash of all files of our library."""
    digest = sha256()
    for name, path in _files():
        digest.update(name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def write_library_wheel(folder: Path) -> Path:
    """Writes the wheel into `folder` and returns its path. Raises EnvironmentNotBuilt if we are not installed."""
    contents = {name: path.read_bytes() for name, path in _files()}
    contents |= {f"{_DISTRIBUTION}.dist-info/{name}": text.encode() for name, text in _metadata().items()}
    record = f"{_DISTRIBUTION}.dist-info/RECORD"
    contents[record] = "".join([*(_row(*item) for item in contents.items()), f"{record},,\n"]).encode()
    path = folder / f"{_DISTRIBUTION}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for name, content in contents.items():
            wheel.writestr(zipfile.ZipInfo(name, _FIRST_DATE), content)
    return path


def unpack_library(folder: Path) -> None:
    """Writes our modules, and nothing of what they need, into `folder`."""
    for name, path in _files():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())


def _files() -> Iterator[tuple[str, Path]]:
    listener = _PACKAGE.with_name("CamundaListener.py")
    yield listener.name, listener
    for path in sorted(_PACKAGE.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(_PACKAGE.parent).as_posix(), path


def _metadata() -> dict[str, str]:
    try:
        installed = distribution(OWN_NAME)
    except PackageNotFoundError:
        raise EnvironmentNotBuilt(
            f"Robots' environments need {OWN_NAME}, which the worker's Python has not installed."
        ) from None
    # As it was written: Python's own way to write it again (3.11) fails where the description looks like a header.
    return {"METADATA": installed.read_text("METADATA") or installed.read_text("PKG-INFO") or "", "WHEEL": _WHEEL}


def _row(name: str, content: bytes) -> str:
    digest = base64.urlsafe_b64encode(sha256(content).digest()).rstrip(b"=").decode()
    return f"{name},sha256={digest},{len(content)}\n"
