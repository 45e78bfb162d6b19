"""Variables of executions, instances and user tasks, files of all sizes and names among them."""

from collections.abc import Callable
from pathlib import Path

import pytest
from small_models import ONE_TASK, TASK_WITH_INPUT, USER_TASK

from CamundaLibrary.engines.contract import Engine, VariableScope
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.errors import NotFound, RequestRefused, ValueRefused
from CamundaLibrary.variables import FileValue, encode, encode_all

Model = Callable[..., object]

NAMES = [
    "a b",
    "a/b",
    "a\\b",
    ".",
    "..",
    '"',
    "'",
    "100%",
    "%2F",
    "ä",
    "日本",
    "😀",
    "a?b#c",
    "a;b",
    "+",
    "${x}",
    "self",
]


@pytest.fixture
def task(model: Model) -> ExternalTask:
    return model(ONE_TASK).lock_one(variables=encode_all({"outer": 1}))


@pytest.fixture
def own(engine: Engine, task: ExternalTask) -> VariableScope:
    """The task's own variables; it has none."""
    return engine.variables.of_execution(task.execution_id)


class TestScopes:
    def test_a_task_sees_its_own_before_those_of_the_process(self, engine: Engine, model: Model) -> None:
        task = model(TASK_WITH_INPUT).lock_one(variables=encode_all({"query": "outer", "count": 3}))
        own = engine.variables.of_execution(task.execution_id)
        own.set(encode_all({"query": "inner"}))
        assert own.all() == encode_all({"query": "inner"})
        assert engine.variables.visible_from(task.execution_id).all() == encode_all({"query": "inner", "count": 3})
        assert engine.variables.of_process_instance(task.process_instance_id).all() == encode_all(
            {"query": "outer", "count": 3}
        )
        assert own.get("count") is None
        assert engine.variables.visible_from(task.execution_id).get("count") == encode(3)

    def test_a_variable_of_the_instance_is_written_past_the_tasks_own(self, engine: Engine, model: Model) -> None:
        task = model(TASK_WITH_INPUT).lock_one(variables=encode_all({"query": "old"}))
        engine.variables.of_process_instance(task.process_instance_id).set(encode_all({"query": "new"}))
        assert engine.variables.of_execution(task.execution_id).get("query") == encode("old")
        assert engine.variables.of_process_instance(task.process_instance_id).get("query") == encode("new")

    @pytest.mark.parametrize("of", ["of_execution", "of_process_instance", "visible_from"])
    def test_a_scope_that_does_not_exist(self, engine: Engine, of: str) -> None:
        scope: VariableScope = getattr(engine.variables, of)("gone")
        for call in (
            scope.all,
            lambda: scope.get("x"),
            lambda: scope.set(encode_all({"x": 1})),
            lambda: scope.delete("x"),
            lambda: scope.upload("x", FileValue("a.txt", content=b"")),
            lambda: scope.download("x"),
        ):
            with pytest.raises(NotFound, match=r"'gone'.* failed: (Cannot .*: )?execution gone doesn't exist\.$"):
                call()


class TestNames:
    @pytest.mark.parametrize("name", NAMES)
    def test_a_value_under_any_name(self, own: VariableScope, name: str) -> None:
        own.set(encode_all({name: "x"}))
        assert own.get(name) == encode("x")
        assert own.all() == encode_all({name: "x"})
        own.delete(name)
        assert own.get(name) is None

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("of", ["of_execution", "visible_from"])
    def test_a_file_under_any_name(self, engine: Engine, task: ExternalTask, name: str, of: str) -> None:
        scope: VariableScope = getattr(engine.variables, of)(task.execution_id)
        scope.upload(name, FileValue("a.bin", content=b"\x00\xff"))
        assert scope.download(name) == b"\x00\xff"

    def test_the_nearest_of_files_under_a_name_with_a_slash(self, engine: Engine, task: ExternalTask) -> None:
        engine.variables.of_process_instance(task.process_instance_id).upload("a/b", FileValue("a", content=b"outer"))
        visible = engine.variables.visible_from(task.execution_id)
        assert visible.download("a/b") == b"outer"
        engine.variables.of_execution(task.execution_id).upload("a/b", FileValue("a", content=b"inner"))
        assert visible.download("a/b") == b"inner"
        assert engine.variables.of_process_instance(task.process_instance_id).download("a/b") == b"outer"

    def test_a_large_file_needs_a_name_that_a_url_can_hold(self, own: VariableScope) -> None:
        with pytest.raises(ValueRefused) as caught:
            own.upload("a/b", FileValue("a.bin", content=b"x" * 14_000_001))
        assert str(caught.value).endswith(" failed: a file above 14 MB needs a name without slash and backslash.")
        own.upload("a/b", FileValue("a.bin", content=b"x" * 14_000_000))
        assert len(own.download("a/b")) == 14_000_000

    def test_a_variable_that_does_not_exist(self, own: VariableScope) -> None:
        assert own.get("nothing") is None
        assert own.get("no/thing") is None
        own.delete("nothing")
        for name in ("nothing", "no/thing"):
            with pytest.raises(NotFound, match=rf"^Downloading variable '{name}' of execution '.*' failed: "):
                own.download(name)


class TestFiles:
    @pytest.mark.parametrize(
        "filename",
        [
            "log.html",
            "Übersicht März.pdf",
            "日本 😀.png",
            'a"b.txt',
            "a;b=c.txt",
            "100%.txt",
            "x" * 200 + ".txt",
            "no_suffix",
        ],
    )
    def test_a_filename_stays_as_it_is(self, own: VariableScope, filename: str) -> None:
        own.upload("by_multipart", FileValue(filename, content=b"a", mime_type="text/plain", encoding="UTF-8"))
        own.set({"by_json": FileValue(filename, content=b"b", mime_type="text/plain", encoding="UTF-8")})
        for name in ("by_multipart", "by_json"):
            wire = own._client.get("Reading", *own._path, name, params={"deserializeValue": False}).json()
            assert wire["valueInfo"] == {"filename": filename, "mimeType": "text/plain", "encoding": "UTF-8"}

    @pytest.mark.parametrize(
        ("mime_type", "encoding"), [("text/html", "UTF-8"), ("image/png", None), ("application/vnd.x+json", None)]
    )
    def test_type_and_encoding_stay_as_they_are(self, own: VariableScope, mime_type: str, encoding: str | None) -> None:
        sent = FileValue("a", content=b"a", mime_type=mime_type, encoding=encoding)
        own.upload("by_multipart", sent)
        own.set({"by_json": sent})
        expected = FileValue("a", mime_type=mime_type, encoding=encoding)
        assert own.all() == {"by_multipart": expected, "by_json": expected}

    @pytest.mark.parametrize("size", [0, 1, 65_536, 30_000_000])
    def test_a_file_of_any_size(self, engine: Engine, own: VariableScope, task: ExternalTask, size: int) -> None:
        content = (bytes(range(256)) * (size // 256 + 1))[:size]
        own.upload("file", FileValue("a.bin", content=content))
        assert own.download("file") == content
        own.delete("file")

    def test_a_file_at_a_path(self, own: VariableScope, tmp_path: Path) -> None:
        (tmp_path / "ä.txt").write_bytes(b"abc")
        own.upload("file", FileValue("ä.txt", path=tmp_path / "ä.txt"))
        assert own.download("file") == b"abc"
        assert own.get("file") == FileValue("ä.txt", mime_type="text/plain")

    def test_a_file_that_is_not_there(self, own: VariableScope, tmp_path: Path) -> None:
        missing = tmp_path / "a.txt"
        with pytest.raises(ValueRefused) as caught:
            own.upload("file", FileValue("a.txt", path=missing))
        assert str(caught.value) == f"File '{missing}' cannot be read: No such file or directory."

    def test_a_type_that_would_end_its_header(self, own: VariableScope) -> None:
        with pytest.raises(ValueRefused, match=r" failed: 'a/b\r\nX: y' is no media type\.$"):
            own.upload("file", FileValue("a", content=b"", mime_type="a/b\r\nX: y"))

    def test_bytes_are_uploaded_and_downloaded(self, own: VariableScope) -> None:
        own.upload("raw", encode(b"\x00\xff"))
        assert own.get("raw") == encode(b"\x00\xff")
        assert own.download("raw") == b"\x00\xff"

    def test_only_files_and_bytes_are_uploaded_or_downloaded(self, own: VariableScope) -> None:
        with pytest.raises(ValueRefused, match=r" failed: only File and Bytes can be uploaded, not String\.$"):
            own.upload("text", encode("x"))
        own.set(encode_all({"text": "x"}))
        with pytest.raises(RequestRefused, match=r"^Downloading variable 'text' of execution '"):
            own.download("text")


def test_a_user_task_sees_the_variables_of_its_process(engine: Engine, model: Model) -> None:
    instance = model(USER_TASK).start(variables={**encode_all({"count": 3}), "a/b": FileValue("a.txt", content=b"abc")})
    (task,) = engine.user_tasks.list(process_instance_id=instance)
    seen = engine.user_tasks.variables(task.id)
    assert seen.get("count") == encode(3)
    assert seen.all().keys() == {"count", "a/b"}
    assert seen.download("a/b") == b"abc"
    with pytest.raises(NotFound):
        engine.user_tasks.variables("gone").all()
