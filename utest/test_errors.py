"""The tree of errors: what its docstring draws is what there is."""

import inspect
import re

import pytest

from CamundaLibrary import errors
from CamundaLibrary.errors import (
    TEMPORARY,
    CamundaLibraryError,
    EngineConflict,
    EngineError,
    EngineExhausted,
    EngineUnavailable,
    EngineUnreachable,
)

CLASSES = {
    name: cls for name, cls in vars(errors).items() if inspect.isclass(cls) and issubclass(cls, CamundaLibraryError)
}


def drawn_tree():
    """Yields each class of the drawing with its parent."""
    parents = []
    for line in errors.__doc__.splitlines():
        match = re.match(r"(?P<branch>[├└│─ ]*)(?P<name>[A-Z]\w+)(  |$)", line)
        if match:
            depth = len(match["branch"]) // 4
            parents[depth:] = [match["name"]]
            yield match["name"], parents[depth - 1] if depth else "Exception"


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes():
    assert dict(drawn_tree()) == {name: cls.__bases__[0].__name__ for name, cls in CLASSES.items()}


@pytest.mark.parametrize("cls", CLASSES.values())
def test_robot_framework_shows_the_sentence_alone(cls):
    assert cls.ROBOT_SUPPRESS_NAME is True


@pytest.mark.parametrize("cls", [cls for cls in CLASSES.values() if issubclass(cls, EngineError)])
def test_errors_of_the_engine_are_sentences_with_what_was_attempted_and_what_the_engine_said(cls):
    error = cls("Completing external task 'a1b2'", "task does not exist", status=404, type="RestException", code=7)

    assert str(error) == "Completing external task 'a1b2' failed: task does not exist."
    assert (error.action, error.reason) == ("Completing external task 'a1b2'", "task does not exist")
    assert (error.status, error.type, error.code) == (404, "RestException", 7)


@pytest.mark.parametrize("reason", ["it is full", "it is full.", "it is full..."])
def test_the_sentence_ends_with_one_period(reason):
    assert str(EngineError("Fetching", reason)) == "Fetching failed: it is full."


def test_status_type_and_code_are_none_where_there_was_no_reply():
    error = EngineUnreachable("Fetching", "no connection")
    assert (error.status, error.type, error.code) == (None, None, None)


def test_what_another_attempt_may_mend():
    assert set(TEMPORARY) == {EngineUnreachable, EngineUnavailable, EngineConflict, EngineExhausted}
