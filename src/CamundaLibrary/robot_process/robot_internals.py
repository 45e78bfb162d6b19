"""What Robot Framework builds anew in every run, and a fork server builds once.

That are the keywords of libraries, the page of logs, and the parser of command lines.

These are private parts of Robot Framework. They are used where they are as they are known to be, in versions that this
was tried with; elsewhere nothing is prepared and Robot Framework does everything itself. Runs are the same either way.
"""

import inspect
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from typing import Any

from robot.htmldata import htmlfilewriter
from robot.output import LOGGER
from robot.run import RobotFramework
from robot.running import testlibraries
from robot.version import get_version

_VERSIONS = ("7.4", "7.5")
_WITHOUT_EFFECTS = frozenset(
    ("BuiltIn", "Easter", "CamundaLibrary", "Collections", "DateTime", "OperatingSystem", "Process", "String", "XML")
)
"""Libraries that may be instantiated in the server: that does nothing but make an object."""

_LOG_PAGE = Path("rebot/log.html")


def are_known() -> bool:
    """Returns whether Robot Framework is one that this was tried with."""
    return bool(get_version().startswith(_VERSIONS))


def prepare(libraries: Iterable[str]) -> None:
    """Builds what forks then find, also for those of `libraries` where that is safe."""
    with logger_kept():
        _PreparedPage.install()
        _PreparedKeywords.install({"BuiltIn", "Easter", "CamundaLibrary", *libraries})


def prepare_command() -> Callable[[], object]:
    """Returns what does the same as `robot.run_cli`."""
    application = RobotFramework()
    return lambda: application.execute_cli(sys.argv[1:])


@contextmanager
def logger_kept() -> Iterator[None]:
    """Leaves Robot Framework's logger as it was: after a run it would no longer say what is wrong with options."""
    former = dict(vars(LOGGER))
    former["_message_cache"] = list(former["_message_cache"])
    try:
        yield
    finally:
        vars(LOGGER).clear()
        vars(LOGGER).update(former)


class _Recorder:
    """Stands in for Robot Framework's logger: keeps what it is told."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...]]] = []

    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: self.calls.append((name, arguments))


class _PreparedKeywords:
    """The keywords of a library, which the first import of it in a fork takes over, with what was logged about them.

    The library's instance is made in the fork, as ever.
    """

    def __init__(self, name: str) -> None:
        recorder = _Recorder()
        self.library = testlibraries.TestLibrary.from_name(name, create_keywords=False, logger=recorder)
        recorder.calls.clear()
        if inspect.isclass(self.library.code) and name not in _WITHOUT_EFFECTS:
            raise TypeError(name)
        self.library.create_keywords()
        self.library.find_keywords("")
        self.library.instance = None
        self._calls = recorder.calls

    @classmethod
    def install(cls, names: Iterable[str]) -> None:
        """Has libraries take prepared keywords, where there are any for their code and name."""
        prepared = {}
        for name in names:
            with suppress(Exception):
                made = cls(name)
                prepared[made.library.code, name] = made
        original = testlibraries.KeywordCreator.create_keywords

        def create_keywords(self: Any, names: list[str] | None = None) -> None:
            library = self.library
            found = prepared.pop((library.code, library.real_name), None) if library.name == library.real_name else None
            if found is None:
                original(self, names)
            else:
                found.give_to(library)

        testlibraries.KeywordCreator.create_keywords = create_keywords

    def give_to(self, library: Any) -> None:
        """Does what `create_keywords` does. Making the instance comes first: it may fail."""
        library.keyword_finder.invalidate_cache()
        assert library.instance is not None
        for keyword in self.library.keywords:
            keyword.owner = library
        library.keywords = self.library.keywords
        library.keyword_finder.cache = self.library.keyword_finder.cache
        is_debug_heard = _is_debug_heard()
        for name, arguments in self._calls:
            if name != "debug" or is_debug_heard:
                getattr(library._logger, name)(*arguments)


def _is_debug_heard() -> bool:
    """That a keyword was made is for Robot Framework's own log, and for listeners but ours."""
    listeners = {type(facade.listener).__name__ for facade in LOGGER._listeners}
    return bool(LOGGER._syslog or listeners - {"CamundaListener"})


class _PreparedPage:
    """The page of log.html but for what the run adds to it."""

    def __init__(self) -> None:
        self.line = ""
        self._output = StringIO()
        htmlfilewriter.HtmlFileWriter(self._output, self).write(_LOG_PAGE)
        self.before, self.after = self._output.getvalue().split("\0")

    @classmethod
    def install(cls) -> None:
        """Has the writer of pages use the prepared one."""
        page = cls()
        original = htmlfilewriter.HtmlFileWriter.write

        def write(self: Any, template: Path | str) -> None:
            if Path(template) == _LOG_PAGE:
                self.output.write(page.before)
                self.model_writer.write(page.line)
                self.output.write(page.after)
            else:
                original(self, template)

        htmlfilewriter.HtmlFileWriter.write = write

    def handles(self, line: str) -> bool:
        """Stands in for the writer of what the run adds."""
        return bool(htmlfilewriter.ModelWriter.handles(self, line))

    @property
    def handles_lines(self) -> Any:
        return htmlfilewriter.ModelWriter.handles_lines

    def write(self, line: str) -> None:
        """Marks the place."""
        self.line = line
        self._output.write("\0")
