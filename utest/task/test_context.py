"""One task while a robot works on it: what came in, what was collected, what was decided."""

from datetime import timedelta

import pytest

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import OutcomeAlreadyDecided, ValueRefused, ValueUnreadable, VariableMissing
from CamundaLibrary.settings import Settings
from CamundaLibrary.task.context import TaskContext
from CamundaLibrary.task.file_sink import FileSink
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.variables import FileValue, encode, encode_all

TASK = ExternalTask("a1b2", "Search comics")


@pytest.fixture
def open_context(tmp_path):
    def open_context(incoming=None, task=TASK, **settings):
        settings = Settings(**settings)
        sink = FileSink(Handover(tmp_path / "task.json"), settings)
        return TaskContext(task, incoming or {}, sink, settings)

    return open_context


@pytest.fixture
def context(open_context):
    return open_context(encode_all({"query": "robots", "limit": 3}))


class TestVariables:
    def test_what_came_in_is_there(self, context):
        assert context.variable("query") == encode("robots")
        assert context.all_variables() == encode_all({"query": "robots", "limit": 3})

    def test_a_missing_variable_lists_those_that_exist(self, context):
        with pytest.raises(VariableMissing) as error:
            context.variable("Query")
        assert str(error.value) == "Task 'a1b2' has no variable 'Query'. It has 'query', 'limit'."

    def test_a_missing_variable_of_a_task_without_any(self, open_context):
        with pytest.raises(VariableMissing) as error:
            open_context().variable("query")
        assert str(error.value) == "Task 'a1b2' has no variable 'query'. It has no variables."

    def test_what_was_set_is_seen_and_the_own_scope_of_the_task_hides_that_of_the_process(self, context):
        context.set(encode_all({"limit": 4, "hits": 1}))
        context.set(encode_all({"hits": 2}), in_task=True)

        assert context.all_variables() == encode_all({"query": "robots", "limit": 4, "hits": 2})
        assert context.variables == encode_all({"limit": 4, "hits": 1})
        assert context.task_variables == encode_all({"hits": 2})

    @pytest.mark.parametrize("name", ["", " hits", "hits ", "x" * 256])
    def test_a_name_that_the_engine_could_not_keep_is_refused_and_nothing_is_collected(self, context, name):
        with pytest.raises(ValueRefused):
            context.set({"hits": encode(1), name: encode(2)})
        assert context.variables == {}

    def test_extension_properties_of_a_task_that_came_without_them(self, open_context):
        assert open_context().extension_properties == {}
        assert open_context(task=TASK._replace(extension_properties={"robot.retries": "5"})).extension_properties == {
            "robot.retries": "5"
        }


class TestLogVariable:
    """The name of the log is ours, unless no log is kept."""

    SENTENCE = "Variable 'log' is where the log of the run is kept. Take another name, or set CAMUNDA_LOG_VARIABLE."

    @pytest.mark.parametrize("in_task", [True, False])
    @pytest.mark.parametrize("log", ["always", "on_failure"])
    def test_a_variable_of_that_name_is_refused(self, open_context, in_task, log):
        context = open_context(log=log)
        with pytest.raises(ValueRefused) as error:
            context.set(encode_all({"hits": 1, "log": "x"}), in_task=in_task)
        assert str(error.value) == self.SENTENCE
        assert context.all_variables() == {}

    def test_an_outcome_that_carries_it_is_refused_and_not_decided(self, context):
        with pytest.raises(ValueRefused) as error:
            context.decide(BpmnError("x", None, encode_all({"log": "x"})))
        assert str(error.value) == self.SENTENCE
        assert context.decided is None

    def test_it_is_free_where_the_log_has_another_name_or_none_is_kept(self, open_context):
        for settings in ({"log_variable": "protocol"}, {"log": "never"}):
            context = open_context(**settings)
            context.set(encode_all({"log": "x"}))
            assert context.variables == encode_all({"log": "x"})

    def test_a_file_of_that_name_is_refused_before_it_is_copied(self, context, tmp_path):
        (tmp_path / "x.txt").write_text("x")
        with pytest.raises(ValueRefused) as error:
            context.set_file("log", tmp_path / "x.txt")
        assert str(error.value) == self.SENTENCE
        assert list(context.sink.files.iterdir()) == []

    def test_our_log_of_an_earlier_try_is_not_among_the_variables(self, open_context):
        context = open_context({"log": FileValue("log.html"), "query": encode("robots")})
        assert list(context.all_variables()) == ["query"]
        with pytest.raises(VariableMissing, match="It has 'query'"):
            context.variable("log")

    def test_a_variable_of_that_name_that_is_no_file_is_not_ours(self, open_context):
        assert list(open_context({"log": encode("trunk")}).all_variables()) == ["log"]

    def test_with_another_name_set_a_file_log_is_the_process_s_own(self, open_context):
        assert list(open_context({"log": FileValue("a.txt")}, log_variable="protocol").all_variables()) == ["log"]


class TestFiles:
    def test_a_file_is_taken_as_it_is_now(self, context, tmp_path):
        path = tmp_path / "comic.png"
        path.write_bytes(b"first")
        context.set_file("comic", path, "image/png")
        path.write_bytes(b"second")
        path.unlink()

        value = context.variables["comic"]
        assert value.read() == b"first"
        assert (value.filename, value.mime_type) == ("comic.png", "image/png")

    def test_files_of_one_name_do_not_overwrite_each_other(self, context, tmp_path):
        for number in range(3):
            path = tmp_path / str(number) / "comic.png"
            path.parent.mkdir()
            path.write_bytes(b"%d" % number)
            context.set_file(f"comic{number}", path, in_task=number == 2)

        collected = {**context.variables, **context.task_variables}
        assert [value.read() for value in collected.values()] == [b"0", b"1", b"2"]
        assert {value.filename for value in collected.values()} == {"comic.png"}

    def test_a_file_that_is_set_again_holds_the_second_content(self, context, tmp_path):
        path = tmp_path / "comic.png"
        for content in (b"first", b"second"):
            path.write_bytes(content)
            context.set_file("comic", path)

        assert context.variables["comic"].read() == b"second"

    def test_a_file_set_in_this_run_can_be_got_again(self, context, tmp_path):
        (tmp_path / "a.txt").write_bytes(b"abc")
        context.set_file("letter", tmp_path / "a.txt")

        filename, content = context.file("letter")
        assert (filename, content.read_bytes()) == ("a.txt", b"abc")

    def test_bytes_are_a_file_named_as_the_variable_made_safe(self, open_context):
        assert open_context({"../../x:y": encode(b"abc")}).file("../../x:y") == ("x_y", b"abc")

    @pytest.mark.parametrize(
        ("filename", "safe"),
        [("../../x", "x"), ("C:\\x", "x"), ("/etc/passwd", "passwd"), ("", "file"), ("..", "file")],
    )
    def test_the_name_of_a_file_from_outside_is_made_safe(self, open_context, tmp_path, filename, safe):
        (tmp_path / "content").write_bytes(b"")
        context = open_context({"f": FileValue(filename, path=tmp_path / "content")})
        assert context.file("f")[0] == safe

    def test_a_value_that_is_no_file_is_refused(self, context):
        with pytest.raises(ValueRefused) as error:
            context.file("query")
        assert str(error.value) == "Variable 'query' is of type String, not a file. Use `Get Task Variable`."

    def test_a_file_without_content_beside_a_task_file(self, open_context, tmp_path):
        with pytest.raises(ValueUnreadable) as error:
            open_context({"photo": FileValue("photo.png")}).file("photo")
        assert str(error.value) == f"The task file '{tmp_path / 'task.json'}' gives no path for file 'photo'."

    def test_a_missing_file_is_a_missing_variable(self, context):
        with pytest.raises(VariableMissing, match=r"^Task 'a1b2' has no variable 'photo'\."):
            context.file("photo")


DECISIONS = [
    (Completed(), "completed"),
    (BpmnError("not_found", "No comic matches."), "BPMN error 'not_found': No comic matches"),
    (BpmnError("not_found"), "BPMN error 'not_found'"),
    (BpmnError("other"), "BPMN error 'other'"),
    (Failed("It broke."), "failure: It broke"),
    (Failed("It burnt."), "failure: It burnt"),
    (GivenBack(), "given back, free again after 1 minute"),
    (GivenBack(timedelta()), "given back"),
]


class TestDecisions:
    @pytest.mark.parametrize(("first", "words"), DECISIONS)
    @pytest.mark.parametrize("second", [outcome for outcome, _ in DECISIONS])
    def test_a_second_outcome_must_be_the_same(self, context, first, words, second):
        context.decide(first)
        if first is second:
            context.decide(second)
        else:
            with pytest.raises(OutcomeAlreadyDecided) as error:
                context.decide(second)
            assert str(error.value) == f"The outcome of the task is already decided: {words}."
        assert context.decided is first

    def test_the_variables_of_a_second_outcome_that_is_refused_are_not_collected(self, context):
        context.decide(BpmnError("a", None, encode_all({"x": 1})))
        with pytest.raises(OutcomeAlreadyDecided):
            context.decide(Completed(encode_all({"x": 2, "y": 2})))
        assert context.variables == encode_all({"x": 1})

    def test_the_same_outcome_again_adds_its_variables(self, context):
        context.decide(Completed(encode_all({"x": 1, "y": 1})))
        context.decide(Completed(encode_all({"x": 2})))
        assert context.variables == encode_all({"x": 2, "y": 1})

    def test_variables_can_be_set_after_the_decision(self, context):
        context.decide(Completed())
        context.set(encode_all({"x": 1}))
        assert context.variables == encode_all({"x": 1})

    @pytest.mark.parametrize(
        ("outcome", "is_over"),
        [(None, False), (Completed(), False), (BpmnError("x"), True), (Failed("x"), True), (GivenBack(), True)],
    )
    def test_the_three_that_end_the_task_make_it_over(self, context, outcome, is_over):
        if outcome:
            context.decide(outcome)
        assert context.is_over is is_over
