"""The only state of a process: the runs it is in."""

import pytest

from CamundaLibrary.errors import NoCurrentTask
from CamundaLibrary.settings import Source
from CamundaLibrary.task import current

NO_TASK = (
    "This run is for no task. Give one by CAMUNDA_TASK_FILE (a task file, no engine needed), "
    "CAMUNDA_TASK_ID or CAMUNDA_TOPIC, as environment variable, Robot variable or listener argument."
)


@pytest.fixture(autouse=True)
def _no_runs(monkeypatch):
    monkeypatch.setattr(current, "_runs", [])


@pytest.fixture
def begin(tmp_path):
    """Begins a run with a listener and a task of its own."""

    def begin(name):
        state = current.begin_with_listener()
        path = tmp_path / f"{name}.json"
        path.write_text('{"version": 1, "task": {"topic": "t"}}')
        state.task_run.open([Source("listener argument", {"task_file": str(path)})])
        state.has_started = True
        return state

    return begin


def assert_no_task():
    with pytest.raises(NoCurrentTask) as error:
        current.require()
    assert str(error.value) == NO_TASK


def test_without_a_run_there_is_no_task():
    assert_no_task()


def test_a_run_for_no_task():
    current.begin_with_listener()
    assert_no_task()


def test_a_run_that_was_refused_says_why_there_is_no_task():
    state = current.begin_with_listener()
    state.task_run.open([Source("listener argument", {"task_file": "no-such.json"})])
    with pytest.raises(NoCurrentTask, match=r"^There is no file '.*no-such\.json'\.$"):
        current.require()


def test_the_second_listener_of_a_run_gets_nothing():
    assert current.begin_with_listener() is not None
    assert current.begin_with_listener() is None


def test_a_run_inside_a_run_has_its_own_task_and_the_outer_one_comes_back(begin):
    outer = begin("outer")
    assert current.require().task.id == "outer"
    inner = begin("inner")
    assert current.require().task.id == "inner"
    current.end(inner)
    assert current.require().task.id == "outer"
    current.end(outer)
    assert_no_task()


def test_nothing_of_a_run_outlives_it(begin):
    current.end(begin("first"))
    state = current.begin_with_listener()
    assert_no_task()
    assert dict(state.library_source.values) == {}


def test_to_end_a_run_twice_is_no_error(begin):
    state = begin("a")
    current.end(state)
    current.end(state)
    assert_no_task()


def test_a_library_shares_the_run_of_the_listener(begin):
    state = begin("a")
    assert current.begin_with_library() is state
    assert state.has_listener


def test_a_library_without_a_listener_begins_a_run_that_further_imports_share():
    state = current.begin_with_library()
    assert not state.has_listener
    assert current.begin_with_library() is state


def test_a_library_that_was_imported_outside_of_a_run_is_no_listener():
    left_over = current.begin_with_library()
    left_over.add_library_arguments({"topic": "t"})
    state = current.begin_with_listener()
    assert state is not None
    assert state is not left_over
    assert dict(state.library_source.values) == {}


def test_library_arguments_are_a_source_and_the_last_import_wins():
    state = current.begin_with_library()
    assert not state.has_new_arguments
    state.add_library_arguments({"topic": "a", "log": "never"})
    assert state.has_new_arguments
    state.add_library_arguments({"topic": "b"})
    assert state.library_source == Source("library argument", {"topic": "b", "log": "never"})


def test_an_import_without_arguments_does_not_hide_those_of_one_before_it():
    """Two imports of one suite: the second has no arguments, the first ones are still to be read."""
    state = current.begin_with_library()
    state.add_library_arguments({"topic": "a"})
    state.add_library_arguments({})
    assert state.has_new_arguments
