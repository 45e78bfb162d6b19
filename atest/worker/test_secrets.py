"""Secrets reach the robot and nothing else: no argument, no environment, no log, no file that is kept, no failure."""

import base64
import json
import logging
import re
import zlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from worker_stage import RunningWorker

from CamundaLibrary.errors import SecretMissing
from CamundaLibrary.secrets import ConfiguredSecret
from CamundaLibrary.secrets.environment import EnvironmentSource
from CamundaLibrary.secrets.files import FileSource
from CamundaLibrary.settings import Settings
from CamundaLibrary.worker import Worker
from CamundaLibrary.worker.configuration import Configuration, EngineOptions, WorkerOptions
from CamundaLibrary.worker.fetching import fetcher

COVERAGE = ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START", "COVERAGE_FILE")
PASSWORD = 'hunter2 & "more" <of it>'
TOKEN = "eyJhbGciOiJIUzI1NiJ9." + "".join(f"{number:04x}" for number in range(0, 4000, 7))
TRACES = ("hunter2", TOKEN[:12], base64.b64encode(PASSWORD.encode()).decode()[4:20], PASSWORD.encode().hex()[:20])

LEAKS = '''
"""Shows a secret in every way that robots have."""

import base64
import json
import logging
import sys
from urllib.parse import quote

from robot.api import logger


def unwrap(secret):
    return secret.value


def show(*texts):
    for text in texts:
        for shown in (text, repr(text), json.dumps(text), quote(text), text.encode().hex()):
            print(shown)
            logging.getLogger("leak").warning(shown)
            logger.info(f"<b>{shown}</b>", html=True)
            logger.console(shown)
            print(shown, file=sys.__stderr__, flush=True)
        print(base64.b64encode(f"robot:{text}".encode()).decode())
        logger.info(f"much and more {text} " * 300)


def write(folder, text):
    for name, content in {
        "result.txt": text,
        "result.json": json.dumps({"text": text}),
        "page.html": f"<p>{text}</p>",
        "utf-16.csv": f"a;{text}",
    }.items():
        encoding = "utf-16" if name.startswith("utf-16") else "utf-8"
        with open(f"{folder}/{name}", "w", encoding=encoding) as file:
            file.write(content)
    with open(f"{folder}/report.pdf", "w") as file:
        file.write(f"%PDF-1.7 {text}")


def break_down(text):
    inner = text
    raise RuntimeError(f"Logging in with {inner} failed:\\n{text}")
'''


@pytest.fixture
def configured(topic: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, ConfiguredSecret]:
    """Two secrets for the topic of the test: `shop` from the environment, `token` from a file."""
    monkeypatch.setenv("SHOP_USER", "robot-4711")
    monkeypatch.setenv("SHOP_PASSWORD", PASSWORD)
    (tmp_path / "token").write_text(TOKEN)
    source = EnvironmentSource({"username": "SHOP_USER", "password": "SHOP_PASSWORD"})
    return {
        "shop": ConfiguredSecret(source, topics=[topic]),
        "token": ConfiguredSecret(FileSource(tmp_path / "token"), topics=[topic]),
    }


@pytest.fixture
def start_with(
    configured, engine_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[Path], RunningWorker]]:
    """Starts a worker on a bundle, with the configured secrets."""
    monkeypatch.setattr(fetcher, "POLL", timedelta(seconds=0.2))
    workers: list[RunningWorker] = []

    def start_with(bundle: Path) -> RunningWorker:
        (bundle / "leaks.py").write_text(LEAKS)
        told = WorkerOptions(slots=1, grace=timedelta(), state=tmp_path / "state", pass_environment=COVERAGE)
        engine = EngineOptions(settings=Settings(base_url=engine_url))
        workers.append(RunningWorker(Worker.of(Configuration((bundle,), (engine,), told, secrets=configured))))
        return workers[-1]

    yield start_with
    for worker in workers:
        worker.stop()


def lines(*more: str) -> str:
    return "\n".join(
        (
            "Import Library    ${EXECDIR}/leaks.py",
            "${password} =    Unwrap    ${shop}[password]",
            "${plain} =    Unwrap    ${token}",
            *more,
        )
    )


def contents(folder: Path) -> Iterator[tuple[Path, str]]:
    """Yields all files below, and whatever is packed in them, as text."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
            for text in unpacked(content.decode(encoding, "replace")):
                yield path, text


def unpacked(text: str) -> Iterator[str]:
    yield text
    for packed in re.findall(r"[>\"](eJ[A-Za-z0-9+/]{7,}={0,2}|eN[A-Za-z0-9+/]{7,}={0,2})[<\"]", text):
        yield from unpacked(zlib.decompress(base64.b64decode(packed)).decode())


def kept_runs(tmp_path: Path) -> Path:
    return tmp_path / "state" / "worker-1" / "runs"


def assert_no_trace(*texts: str) -> None:
    for text in texts:
        assert [trace for trace in TRACES if trace in text] == []


@pytest.mark.parametrize(
    ("broken_with", "message"),
    [
        ("${password}", "Do it: Logging in with <secret> failed: <secret>"),
        ("${plain}", "Do it: Logging in with <secret>..."),  # Robot Framework cuts long messages
    ],
)
def test_a_robot_that_shows_its_secrets_in_every_way_leaves_none_anywhere(
    bundle, start, start_with, tmp_path, caplog: pytest.LogCaptureFixture, broken_with: str, message: str
) -> None:
    caplog.set_level(logging.DEBUG)
    instance = start()
    body = lines(
        "Show    ${password}    ${plain}",
        "Write    ${OUTPUT DIR}    ${password}",
        "Log    ${plain}",
        "Set Test Documentation    ${plain}",
        "Set Test Message    ${password}",
        f"Break Down    {broken_with}",
    )
    start_with(bundle(body, secrets="[shop, token]", keep='["output/*.txt", "output/*.pdf"]', retries="1"))
    failure = instance.await_failure()
    assert failure.error_message == message
    assert "Logging in with <secret>" in instance.details
    assert_no_trace(instance.details)
    for name in ("log", "result.txt", "report.pdf"):
        assert_no_trace(*unpacked(instance.file(name).decode()))
    assert_no_trace(caplog.text)
    found = dict(contents(kept_runs(tmp_path)))
    assert {"console.txt", "output.xml", "result.json", "page.html", "utf-16.csv"} <= {path.name for path in found}
    assert_no_trace(*found.values())
    assert "<secret>" in found[next(path for path in found if path.name == "console.txt")]


def test_a_bpmn_error_shows_no_secret(bundle, start, start_with) -> None:
    instance = start()
    start_with(bundle(lines("Throw BPMN Error    denied    Not with ${plain}."), secrets="[shop, token]"))
    instance.await_end()
    assert instance.ends == ["ended-by-error"]
    (variable,) = instance.engine.history.variables(instance.id, name="log")
    assert_no_trace(*unpacked(instance.engine.history.variable_file(variable.id).decode()))


def test_a_variable_with_a_secret_is_sent_as_it_is_and_named(bundle, start, start_with, caplog) -> None:
    instance = start()
    start_with(bundle(lines("Set Task Variable    answer    is ${plain}"), secrets="[shop, token]"))
    instance.await_end()
    assert instance.variables["answer"] == f"is {TOKEN}"
    assert "Variable 'answer', which the robot set, holds a secret in plain text." in caplog.text
    assert_no_trace(caplog.text)


def test_a_secret_is_neither_in_arguments_nor_environment_and_its_file_is_gone(bundle, start, start_with) -> None:
    instance = start()
    start_with(
        bundle(
            "${seen} =    Evaluate    {'environment': dict(os.environ), "
            "'arguments': [open(f'/proc/{pid}/cmdline').read() for pid in (os.getpid(), os.getppid())], "
            "'files': os.path.exists(os.environ['CAMUNDA_SECRETS_FILE'])}\n"
            "Set Task Variable    seen    ${{json.dumps($seen)}}    type=JsonText\n"
            "Should Be Equal    ${{str($token)}}    <secret>\n",
            secrets="[shop, token]",
        )
    )
    instance.await_end()
    seen = instance.variables["seen"]
    text = seen if isinstance(seen, str) else json.dumps(seen)
    assert_no_trace(text)
    assert json.loads(text)["files"] is False
    assert "SHOP_PASSWORD" not in text


def test_a_command_gets_its_secrets_through_the_current_task(bundle, start, start_with) -> None:
    instance = start()
    folder = bundle(form="shell: python work.py", secrets="[shop, token]")
    (folder / "work.py").write_text(
        "from CamundaLibrary import current_task\n"
        "task = current_task()\n"
        "print(task.secrets['shop']['password'], task.secrets['token'])\n"
        "task.complete(user=task.secrets['shop']['username'])\n"
    )
    start_with(folder)
    instance.await_end()
    assert instance.variables["user"] == "robot-4711"


def test_a_secret_that_cannot_be_read_fails_the_task_before_the_robot_starts(
    bundle, start, start_with, tmp_path
) -> None:
    (tmp_path / "token").unlink()
    instance = start()
    start_with(bundle("Create File    ${OUT}/started", secrets="[token]", retries="2", retryTimeout="1h"))
    failure = instance.await_failure()
    assert failure.error_message == (
        f"Preparing the run failed: Secret 'token' is missing: There is no file '{tmp_path / 'token'}'. "
        "Make it, or correct the path."
    )
    assert instance.task.retries == 1
    assert not (tmp_path / "started").exists()


def test_a_bundle_that_asks_for_what_is_not_for_it_is_refused_at_the_start(
    bundle, engine_url, tmp_path, topic: str
) -> None:
    configuration = Configuration(
        (bundle(secrets="[shop]"),),
        (EngineOptions(settings=Settings(base_url=engine_url)),),
        WorkerOptions(slots=1, state=tmp_path / "state"),
        secrets={"shop": ConfiguredSecret(EnvironmentSource("SHOP"), bundles=["other"])},
    )
    with pytest.raises(SecretMissing) as error:
        Worker.of(configuration).run()
    assert str(error.value) == (
        f"Secret 'shop' is not for topic '{topic}' of bundle 'comics'. "
        "If it is to be, add the bundle or the topic to [secrets.shop] of camunda-robot.toml."
    )
