"""What files that people write have in common: everything in them has a line, and errors name it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path

from CamundaLibrary.errors import BundleError, CamundaLibraryError

Keys = Sequence[str | int]
"""Keys and list positions that lead to a value."""


class SourceFile(ABC):
    """A file with keys and values."""

    path: Path
    error_type: type[CamundaLibraryError] = BundleError

    @property
    @abstractmethod
    def content(self) -> object:
        """What stands in the file."""

    @abstractmethod
    def line(self, keys: Keys) -> int:
        """Returns the line of what `keys` lead to, or of the innermost of them that exists."""

    def error(self, keys: Keys, problem: str) -> CamundaLibraryError:
        """Returns the error that names file, line and key."""
        return self.error_type(self.sentence(keys, problem))

    def sentence(self, keys: Keys, problem: str) -> str:
        """Returns the text of such an error."""
        named = f"key '{self.spell(keys)}'" if keys else "the file"
        return f"'{self.path}', line {self.line(keys)}: {named} {_ended(problem)}"

    def spell(self, keys: Keys) -> str:
        """Returns keys as people read them."""
        return ".".join(map(str, keys))


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "?")) else f"{sentence}."
