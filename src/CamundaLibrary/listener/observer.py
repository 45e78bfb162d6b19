"""What a run of Robot Framework shows: its first failure, what it skipped, and what its log refers to."""

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import robot
from robot import result
from robot.output.loggerhelper import Message

if TYPE_CHECKING:
    from CamundaLibrary.logs import References
    from CamundaLibrary.task.outcome import RunResult

#: What Robot Framework (7.4, 7.5) says of imports that failed; it says other things of that form, too.
#: Compiled when first needed: `re` keeps it.
_IMPORT_ERROR = (
    r"(?s)Error in file '.*' on line \d+: (?P<reason>("
    r"Importing |Initializing library|Getting keyword names|Processing variable file|Replacing variables from setting|"
    r"Library |Variables |Variable file |Resource |Invalid resource|Initialization file |Parsing ).*)"
)
_EXCEPTIONS_KEPT = 100
_ROBOT = Path(robot.__file__).parent


class Observer:
    """Collects while the run goes on; cheap for every message that says nothing."""

    def __init__(self) -> None:
        self.references: References | None = None
        self._status: str | None = None
        self._message = ""
        self._details: str | None = None
        self._skip_message = ""
        self._import_error = ""
        self._exceptions: dict[str, BaseException | None] = {}

    @property
    def run_result(self) -> "RunResult":
        """How the run ended, as far as it got."""
        from CamundaLibrary.task.outcome import RunResult

        if self._import_error:
            return RunResult("FAIL" if self._status else None, self._import_error)
        return RunResult(self._status, self._message, self._details, self._skip_message)

    def log_message(self, message: Message) -> None:
        """Sees what keywords log. A failure is logged while its exception is being handled (robot StatusReporter)."""
        if message.html:
            self._collect(message.message)
        elif message.level == "FAIL":
            self._exceptions[message.message] = sys.exc_info()[1]
            if len(self._exceptions) > _EXCEPTIONS_KEPT:
                del self._exceptions[next(iter(self._exceptions))]

    def message(self, message: Message) -> None:
        """Sees what Robot Framework says about itself, for imports that failed."""
        if message.level == "ERROR" and not self._import_error and (match := re.match(_IMPORT_ERROR, message.message)):
            self._import_error = match["reason"].partition("\nTraceback")[0]

    def end_test(self, test: result.TestCase) -> None:
        self._collect_texts(test)
        if not self._message:
            self._find_failure(test)
        if test.skipped and not self._skip_message:
            self._skip_message = test.message
        if not _is_in_failed_setup(test):
            self._exceptions.clear()

    def end_suite(self, suite: result.TestSuite) -> None:
        self._collect_texts(suite)
        fixture = next((each for each in _fixtures(suite) if each.failed), None)
        if fixture and not self._message:
            self._describe(self._failed_task(suite), fixture.message or suite.message, fixture, [fixture])
        self._exceptions.clear()
        if suite.parent is None:
            self.end_run(suite)

    def end_run(self, root: result.TestSuite) -> None:
        """Takes the status of the whole run."""
        self._status = root.status
        if root.failed and not self._message:
            failed = next((test for test in root.all_tests if test.failed), root)
            self._describe(failed.name, failed.message, None)

    def end_user_keyword(self, keyword: result.Keyword) -> None:
        if keyword.doc:
            self._collect_doc(keyword.doc)

    def _find_failure(self, test: result.TestCase) -> None:
        """A failed setup of a suite is told when the suite ends, with the keyword that failed."""
        if test.failed and not _is_in_failed_setup(test):
            self._describe(test.name, test.message, test)
        elif test.has_teardown and test.teardown.failed:
            self._describe(test.name, test.teardown.message, test)

    def _failed_task(self, suite: result.TestSuite) -> str:
        return next((str(test.name) for test in suite.all_tests if test.failed), str(suite.name))

    def describe(
        self, name: str, message: str, failed: result.TestCase | result.Keyword | None, above: Sequence[object] = ()
    ) -> tuple[str, str | None]:
        """Returns message and details of a failure; `failed` holds the keyword that failed, `above` what holds that."""
        from CamundaLibrary.logs.summary import failure_details, failure_message

        items = [*above, *_failing_items(failed)]
        exception = self._exceptions.get(getattr(items[-1], "message", "")) if items else None
        traceback = _without_secrets(_traceback(exception) or "")
        details = failure_details([_name(item) for item in items], traceback, None)
        return failure_message(name, _without_secrets(message)), details or None

    def _describe(
        self, name: str, message: str, failed: result.TestCase | result.Keyword | None, above: Sequence[object] = ()
    ) -> None:
        self._message, self._details = self.describe(name, message, failed, above)

    def _collect_texts(self, item: result.TestCase | result.TestSuite) -> None:
        if item.doc:
            self._collect_doc(item.doc)
        if item.message.startswith("*HTML*"):
            self._collect(item.message)
        for value in getattr(item, "metadata", {}).values():  # of robot tasks from Robot Framework 7.5 on
            self._collect_doc(value)

    def _collect(self, html: str) -> None:
        self._all_references().collect(html)

    def _collect_doc(self, text: str) -> None:
        self._all_references().collect_doc(text)

    def _all_references(self) -> "References":
        if self.references is None:
            from CamundaLibrary.logs import References

            self.references = References()
        return self.references


def known_secrets() -> tuple[str, ...]:
    """Returns the secrets that this run was given. For a run without any, nothing is imported."""
    module = sys.modules.get("CamundaLibrary.task.secrets_file")
    return module.known_secrets() if module else ()


def _without_secrets(text: str) -> str:
    """Texts are cut afterwards, and what is left of a secret then is harder to find."""
    secrets = known_secrets()
    if not (text and secrets):
        return text
    from CamundaLibrary.logs.scrubbing import Scrubber

    return Scrubber(secrets).text(text)


def _fixtures(suite: result.TestSuite) -> list[result.Keyword]:
    setup = [suite.setup] if suite.has_setup else []
    return [*setup, suite.teardown] if suite.has_teardown else setup


def _is_in_failed_setup(test: result.TestCase) -> bool:
    suite = test.parent
    while suite is not None:
        if suite.has_setup and suite.setup.failed:
            return True
        suite = suite.parent
    return False


def _failing_items(item: object) -> list[object]:
    """Returns what failed in a robot task or keyword, from its outermost keyword down to the one that failed."""
    items: list[object] = []
    current: object | None = item
    while current is not None:
        children = [getattr(current, "setup", None), *getattr(current, "body", ()), getattr(current, "teardown", None)]
        if getattr(current, "type", "") == "TRY/EXCEPT ROOT":
            children.reverse()  # what EXCEPT caught has failed, too
        current = next((child for child in children if child and getattr(child, "status", "") == "FAIL"), None)
        if current is not None:
            items.append(current)
    return items


def _name(item: object) -> str:
    return str(getattr(item, "full_name", None) or getattr(item, "type", ""))


def _traceback(exception: BaseException | None) -> str | None:
    """Returns the Python traceback of a failure without Robot Framework's own frames."""
    if exception is None or exception.__traceback__ is None:
        return None
    import traceback

    frames = [frame for frame in traceback.extract_tb(exception.__traceback__) if not _is_of_robot(frame.filename)]
    if not frames:
        return None
    last = traceback.format_exception_only(type(exception), exception)
    return "".join(["Traceback (most recent call last):\n", *traceback.format_list(frames), *last])


def _is_of_robot(path: str) -> bool:
    return _ROBOT in Path(path).parents and _ROBOT / "libraries" not in Path(path).parents
