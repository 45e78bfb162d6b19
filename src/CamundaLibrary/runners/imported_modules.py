"""Which modules the Python code of a bundle imports: a fork server imports those of them that are installed."""

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from CamundaLibrary.runners.source_files import source_files


def imported_modules(folder: Path, begin: Iterable[str]) -> tuple[str, ...]:
    """Returns the names of modules that come with the import of modules of the bundle, sorted; never its own.

    `begin` names those that are imported first; names that are none of the bundle's say nothing. Imports within
    functions are left to the run that needs them. What is overlooked here costs time and nothing else.
    """
    own = _modules_of(folder)
    todo = [part for name in begin for part in name.split(".")]
    seen: set[str] = set()
    found = set()
    while todo:
        module = todo.pop()
        if module in own and module not in seen:
            seen.add(module)
            for name, members in _imports_of(own[module]):
                parts = name.split(".")
                if not name or parts[0] in own:
                    todo += [*parts, *members]
                else:
                    found.add(name)
    return tuple(sorted(found))


def _modules_of(folder: Path) -> Mapping[str, Path]:
    """Returns files by the last part of the module's name: which folders robots will look into is not known here."""
    files = source_files(folder, ".py")
    return {(path.parent.name if path.stem == "__init__" else path.stem): path for path in files}


def _imports_of(file: Path) -> Iterator[tuple[str, Sequence[str]]]:
    """Yields names of modules, empty for the file's own package, and what is taken out of them."""
    with suppress(OSError, SyntaxError, ValueError, RecursionError):  # whoever runs it will be told
        yield from _names(ast.parse(file.read_bytes()).body)


def _names(statements: Iterable[ast.stmt]) -> Iterator[tuple[str, Sequence[str]]]:
    for statement in statements:
        if isinstance(statement, ast.Import):
            yield from ((alias.name, ()) for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom):
            yield statement.module or "", [alias.name for alias in statement.names]
        elif isinstance(statement, ast.Try):  # one of two that do the same
            yield from _names(statement.body)
