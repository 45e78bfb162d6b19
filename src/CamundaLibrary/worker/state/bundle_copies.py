"""The copies of bundles that robots work in: one for every run, and the next run's if the robot left it as it was.

A copy of thirty files takes milliseconds, and much more where thousands were removed in the last minute: file systems
(ext4) do not use their places again so soon.
"""

import os
import shutil
import threading
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import NamedTuple

from CamundaLibrary.bundles.bundle import Bundle
from CamundaLibrary.bundles.staging import Content, describe, look_at_bundle

_CHANGES_ARE_SEEN = os.name != "nt"
"""Windows keeps the time of a file's creation, and not that of its last change, where others do."""


class Copy(NamedTuple):
    """A copy of the bundle in the folder `bundle`, which was `original` then; `content` is what the copy was."""

    bundle: Path
    original: Content
    content: Content


class BundleCopies:
    """Spare copies are kept in `folder`, as many as were in use at once. What a worker that died left there goes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._guard = threading.Lock()
        self._spares: dict[Path, Copy] = {}
        self.close()

    def lend(self, bundle: Bundle, target: Path) -> Copy:
        """Makes a new folder `target` with what is in the bundle now. Raises OSError."""
        original = look_at_bundle(str(bundle.folder), str(bundle.artifacts))
        spare = self._take_spare(bundle.folder, original, target)
        if spare:
            return spare
        bundle.stage(target)
        return Copy(bundle.folder, original, _look(str(target)))

    def take_back(self, target: Path, copy: Copy) -> None:
        """Takes a copy that no robot uses any more, without what the robot added.

        One whose files were touched stays where it is. Never raises.
        """
        with suppress(OSError):
            if _CHANGES_ARE_SEEN and _restore(str(target), copy.content):
                self._folder.mkdir(mode=0o700, exist_ok=True)
                spare = self._folder / token_hex(8)
                target.rename(spare)
                with self._guard:
                    self._spares[spare] = copy

    def close(self) -> None:
        """Removes the spare ones."""
        with self._guard:
            self._spares.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _take_spare(self, bundle: Path, original: Content, target: Path) -> Copy | None:
        """Copies of what the bundle no longer is are removed, as is one that somebody touched meanwhile."""
        for path, copy in self._choose_spares(bundle, original).items():
            with suppress(OSError):
                if copy.original == original and _look(str(path)) == copy.content:
                    target.parent.mkdir(parents=True, exist_ok=True)
                    path.rename(target)
                    return copy
            shutil.rmtree(path, ignore_errors=True)
        return None

    def _choose_spares(self, bundle: Path, original: Content) -> dict[Path, Copy]:
        """Takes out one copy of the bundle as it is now, if there is one, behind all of the bundle as it was before."""
        with self._guard:
            old = {path for path, copy in self._spares.items() if copy.bundle == bundle and copy.original != original}
            fit = [path for path, copy in self._spares.items() if copy.bundle == bundle and path not in old]
            return {path: self._spares.pop(path) for path in (*old, *fit[:1])}


def _look(folder: str, path: str = "") -> Content:
    content: Content = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            inner = f"{path}{os.sep}{entry.name}"
            content[inner] = describe(entry.stat(follow_symlinks=False))
            if entry.is_dir(follow_symlinks=False):
                content.update(_look(entry.path, inner))
    return content


def _restore(folder: str, content: Content) -> bool:
    """Removes what was added; returns whether everything else is there and was never touched. Raises OSError."""
    found = _look(folder)
    added = found.keys() - content.keys()
    for path in added:
        if os.path.dirname(path) not in added:  # noqa: PTH120
            _remove(f"{folder}{path}")
    return all(found.get(path) == numbers for path, numbers in content.items())


def _remove(path: str) -> None:
    if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
        shutil.rmtree(path)
    else:
        os.unlink(path)  # noqa: PTH108
