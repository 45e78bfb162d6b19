"""The comics of the site."""

import json
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Comic:
    """One comic; `picture` is a file name, None where the drawing got lost."""

    number: int
    name: str
    joke: str
    words: str
    picture: str | None

    def matches(self, query: str) -> bool:
        """Returns whether every word of the query is in the comic, singular or plural."""
        text = f"{self.name} {self.joke} {self.words}".lower()
        return all(word.rstrip("s") in text for word in query.lower().split())


COMICS = [Comic(**entry) for entry in json.loads((HERE / "comics.json").read_text(encoding="utf-8"))]


def search(query: str) -> list[Comic]:
    """Returns the comics that match, none for an empty query."""
    return [comic for comic in COMICS if query.strip() and comic.matches(query)]


def find(number: str) -> Comic | None:
    """Returns the comic of that number."""
    return next((comic for comic in COMICS if str(comic.number) == number), None)


def read_picture(name: str) -> bytes | None:
    """Returns the bytes of a picture of the catalogue, and of no other file."""
    known = {comic.picture for comic in COMICS}
    return (HERE / "pictures" / name).read_bytes() if name in known else None
