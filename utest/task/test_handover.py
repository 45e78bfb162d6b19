"""The files that carry one task to a robot and the outcome back."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import TaskFileError, ValueRefused
from CamundaLibrary.task.attachment import attach_log
from CamundaLibrary.task.handover import Handover
from CamundaLibrary.task.outcome import BpmnError, Completed, Failed, GivenBack
from CamundaLibrary.variables import FileValue, NullValue, decode, encode, encode_all

FULL_TASK = ExternalTask(
    id="a1b2",
    topic="Search comics",
    worker_id="host-1-x",
    business_key="A-17",
    process_instance_id="p1",
    process_definition_id="comics:1:d1",
    process_definition_key="comics",
    process_definition_version_tag="1.2",
    activity_id="Search",
    activity_instance_id="Search:1",
    execution_id="e1",
    retries=2,
    priority=50,
    tenant_id="shop",
    error_message="Timeout.",
    error_details="Where it failed: …",
    extension_properties={"robot.retries": "5"},
)

NAMES = st.text(st.characters(codec="utf-8"), max_size=300)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
MOMENTS = st.datetimes(datetime(1600, 1, 1), datetime(9998, 1, 1), timezones=st.just(timezone.utc))
VALUES = st.one_of(
    st.none().map(encode),
    st.booleans().map(encode),
    st.integers(-(2**63), 2**63 - 1).map(encode),
    st.integers(-(2**15), 2**15 - 1).map(lambda number: encode(number, "Short")),
    st.floats(allow_nan=False, allow_infinity=False).map(encode),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=50).map(encode),
    MOMENTS.map(encode),
    st.binary(max_size=50).map(encode),
    JSON.filter(lambda value: isinstance(value, (list, dict))).map(encode),
    JSON.map(lambda value: encode(value, "Json")),
    st.sampled_from(["<a/>", "<a>ü</a>"]).map(lambda text: encode(text, "Xml")),
    st.sampled_from(["String", "Long", "Json", "Date", "Bytes", "Xml", "Object"]).map(NullValue),
    st.sampled_from(["NaN", "Infinity", "-Infinity"]).map(lambda word: decode({"type": "Double", "value": word})),
)
MANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def handover(tmp_path):
    return Handover(tmp_path / "task.json")


@pytest.fixture
def file(tmp_path):
    """Writes a file beside the task file, or outside of its folder."""

    def file(name, content=b"content"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return file


class TestNames:
    @pytest.mark.parametrize(("name", "stem"), [("task.json", "task"), ("task", "task"), ("a.b.json", "a.b")])
    def test_the_files_beside_a_task_file(self, tmp_path, name, stem):
        handover = Handover(tmp_path / name)
        assert handover.outcome_file == tmp_path / f"{stem}.outcome.json"
        assert handover.files == tmp_path / f"{stem}.outcome"
        assert handover.lock_file == tmp_path / f"{stem}.lock.json"
        assert handover.started_file == tmp_path / f"{stem}.started.json"


class TestTask:
    @pytest.mark.parametrize(
        "task", [FULL_TASK, ExternalTask("a1b2", "t"), FULL_TASK._replace(extension_properties={})]
    )
    def test_a_task_is_read_back_as_it_was_written(self, handover, task):
        handover.write_task(task, {})
        assert handover.read_task() == (task, {})

    @MANY
    @given(st.dictionaries(NAMES, VALUES, max_size=5))
    def test_variables_are_read_back_as_they_were_written(self, handover, variables):
        handover.write_task(FULL_TASK, variables)
        assert handover.read_task().variables == variables

    @pytest.mark.parametrize("name", ["", " x ", "x" * 1000, "a/b", 'a"b', "a.b", "🙂", "%{PATH}", "self", "\n"])
    def test_whatever_the_process_named_its_variables_the_task_can_be_done(self, handover, name):
        handover.write_task(FULL_TASK, encode_all({"other": 1}) | {name: encode("x")})
        assert handover.read_task().variables[name] == encode("x")

    def test_files_are_read_back_with_their_names_and_kinds(self, handover, file):
        value = FileValue("Comic 7.png", path=file("files/7.bin"), mime_type="image/png")
        handover.write_task(FULL_TASK, {"comic": value})
        assert json.loads(handover.task_file.read_text("utf-8"))["variables"] == {
            "comic": {"type": "File", "path": "files/7.bin", "filename": "Comic 7.png", "mimeType": "image/png"}
        }
        assert handover.read_task().variables == {"comic": value}

    def test_a_file_without_content_cannot_be_handed_over(self, handover):
        with pytest.raises(ValueRefused) as error:
            handover.write_task(FULL_TASK, {"comic": FileValue("comic.png")})
        assert str(error.value) == "File 'comic.png' has no path beside the task file."

    def test_half_a_surrogate_pair_from_the_engine_is_handed_over(self, handover):
        half = decode({"type": "String", "value": "\ud83d"})
        handover.write_task(FULL_TASK._replace(business_key="\ude00"), {"half": half})
        task, variables = handover.read_task()
        assert (task.business_key, variables) == ("\ude00", {"half": half})

    def test_a_task_file_by_hand_needs_only_a_topic(self, handover):
        handover.task_file.write_text('{"version": 1, "task": {"topic": "Search comics"}}')
        assert handover.read_task() == (ExternalTask("task", "Search comics"), {})

    def test_the_task_file_of_the_documentation(self, handover, file):
        file("photo.png")
        handover.task_file.write_text(
            """
            {"version": 1, "task": {"topic": "Search comics", "businessKey": "A-17"},
             "variables": {"query": "robots", "count": {"type": "Long", "value": 3},
                           "photo": {"type": "File", "path": "photo.png"}}}
            """
        )
        task, variables = handover.read_task()
        assert task == ExternalTask("task", "Search comics", business_key="A-17")
        assert variables == {
            "query": encode("robots"),
            "count": encode(3, "Long"),
            "photo": FileValue("photo.png", path=handover.task_file.parent / "photo.png"),
        }

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
    def test_notepad_s_files_are_read_too(self, handover, encoding):
        handover.task_file.write_bytes('{"version": 1,\r\n "task": {"topic": "Bücher"}}\r\n'.encode(encoding))
        assert handover.read_task().task.topic == "Bücher"


class TestOutcome:
    VARIABLES = encode_all({"n": 3, "when": datetime(2026, 1, 31, tzinfo=timezone.utc), "raw": b"\0", "list": [1]})
    LOCAL = encode_all({"note": "seen"})

    @pytest.mark.parametrize(
        "outcome",
        [
            Completed(),
            Completed(VARIABLES, LOCAL),
            BpmnError("not_found"),
            BpmnError("not_found", "No comic matches.", VARIABLES, LOCAL),
            Failed("It broke."),
            Failed("It broke.", "Long\nstory.", 0, timedelta(), VARIABLES, LOCAL),
            Failed("It broke.", None, 2, timedelta(minutes=1, milliseconds=5)),
            GivenBack(),
            GivenBack(timedelta()),
            GivenBack(timedelta(days=2, seconds=90)),
        ],
        ids=str,
    )
    def test_an_outcome_is_read_back_as_it_was_written(self, handover, outcome):
        handover.write_outcome(outcome)
        assert handover.read_outcome() == (outcome, None)

    @MANY
    @given(st.dictionaries(st.text("abc", min_size=1), VALUES, max_size=5))
    def test_variables_are_read_back_as_they_were_written(self, handover, variables):
        handover.write_outcome(Completed(variables))
        assert handover.read_outcome().outcome == Completed(variables)

    def test_every_variable_in_it_has_its_type(self, handover):
        handover.write_outcome(Completed(encode_all({"n": 3, "t": "x", "j": {"a": 1}})))
        assert json.loads(handover.outcome_file.read_text("utf-8"))["variables"] == {
            "n": {"type": "Integer", "value": 3},
            "t": {"type": "String", "value": "x"},
            "j": {"type": "Json", "value": {"a": 1}},
        }

    @pytest.mark.parametrize("scope", ["task", "process"])
    def test_the_log_goes_with_it(self, handover, file, scope):
        log = attach_log(file("task.outcome/log.html"), "protocol", scope)
        handover.write_outcome(Completed(), log)
        assert handover.read_outcome() == (Completed(), log)

    def test_files_from_elsewhere_are_copied_beside_it_under_names_of_their_own(self, tmp_path, file):
        handover = Handover(file("work/task.json"))
        first, second = (FileValue("a.txt", path=file(f"{n}/a.txt", b"%d" % n)) for n in (1, 2))
        handover.write_outcome(Completed({"first": first}, {"second": second}))
        outcome, _ = handover.read_outcome()
        assert outcome.variables["first"].read() == b"1"
        assert outcome.task_variables["second"].read() == b"2"
        assert {
            Path(value.path).parent for value in (outcome.variables["first"], outcome.task_variables["second"])
        } == {tmp_path / "work" / "task.outcome"}

    def test_files_below_its_folder_stay_where_they_are(self, handover, file):
        handover.write_outcome(Completed({"f": FileValue("x.txt", path=file("task.outcome/2-x.txt"))}))
        assert json.loads(handover.outcome_file.read_text("utf-8"))["variables"]["f"]["path"] == "task.outcome/2-x.txt"


class TestLock:
    MOMENT = datetime(2026, 1, 31, 12, tzinfo=timezone.utc)

    @pytest.mark.parametrize("lost", [True, False])
    def test_the_lock_is_read_back_as_it_was_written(self, handover, lost):
        handover.write_lock(self.MOMENT, lost=lost)
        assert handover.read_lock() == (self.MOMENT, lost)

    def test_no_worker_keeps_no_lock_file(self, handover):
        assert handover.read_lock() is None

    def test_a_moment_as_other_programs_write_it(self, handover):
        handover.lock_file.write_text('{"heldUntil": "2026-01-31T13:00:00+01:00", "lost": false}')
        assert handover.read_lock() == (self.MOMENT, False)
        handover.lock_file.write_text('{"heldUntil": "2026-01-31T12:00:00Z", "lost": false}')
        assert handover.read_lock() == (self.MOMENT, False)

    @pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"heldUntil": 5, "lost": true}', '{"heldUntil": "soon"}'])
    def test_a_lock_file_that_is_wrong(self, handover, text):
        handover.lock_file.write_text(text)
        with pytest.raises(TaskFileError) as error:
            handover.read_lock()
        assert str(error.value).startswith(f"Reading the lock file '{handover.lock_file}' failed: ")


class TestStale:
    def test_what_an_earlier_run_left_is_removed_and_nothing_else(self, handover, file):
        for name in ("task.json", "task.lock.json", "other.txt", "task.outcome.json", "task.started.json"):
            file(name)
        file("task.outcome/deep/x.txt")
        handover.remove_stale()
        left = sorted(path.name for path in handover.task_file.parent.iterdir())
        assert left == ["other.txt", "task.json", "task.lock.json"]

    def test_nothing_to_remove_is_fine(self, handover):
        handover.remove_stale()

    def test_what_cannot_be_removed_is_told(self, handover):
        handover.outcome_file.mkdir()
        with pytest.raises(TaskFileError) as error:
            handover.remove_stale()
        assert str(error.value).startswith(f"Removing the stale outcome of '{handover.task_file}' failed: [Errno ")
