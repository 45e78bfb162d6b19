"""A real Chromium that a robot never closes: one with a session of its own, or one of Selenium and its driver."""

import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import psutil
import pytest
from browser import chromium_options
from kills_stage import processes_of
from worker_stage import Instance, RunningWorker, wait_until

Bundle = Callable[..., Path]
Start = Callable[..., Instance]


@pytest.fixture(autouse=True)
def no_chromium_after_the_test(tmp_path: Path) -> Iterator[None]:
    """Also when the test fails."""
    yield
    for process in processes_of(tmp_path / "profile"):
        with suppress(psutil.Error):
            process.kill()


@pytest.mark.parametrize("runner", ["fork", "process"])
@pytest.mark.parametrize("way", ["selenium", "session"])
def test_a_chromium_is_gone_when_the_run_has_ended(
    bundle: Bundle, start: Start, start_worker: Callable[..., RunningWorker], tmp_path: Path, runner: str, way: str
) -> None:
    instance = start()
    start_worker(bundle(opening(way, tmp_path), runner=runner))
    opened = await_chromium(tmp_path)
    (tmp_path / "go").touch()
    instance.await_end()
    assert psutil.wait_procs(opened, 5)[1] == []
    assert instance.ends == ["done"]


@pytest.mark.parametrize(("runner", "way"), [("fork", "selenium"), ("process", "session")])
def test_a_chromium_is_gone_when_the_next_worker_has_begun_after_a_kill(
    bundle: Bundle,
    start: Start,
    start_command: Callable[..., "subprocess.Popen[str]"],
    tmp_path: Path,
    runner: str,
    way: str,
) -> None:
    instance = start()
    folder = bundle(opening(way, tmp_path), runner=runner, lockDuration="1h")
    first = start_command(folder, poll=timedelta(seconds=1))
    opened = await_chromium(tmp_path)
    first.kill()
    first.wait()
    (tmp_path / "opened").touch()
    (tmp_path / "go").touch()
    start_command(folder, poll=timedelta(seconds=1))
    instance.await_end()
    assert psutil.wait_procs(opened, 5)[1] == []


def opening(way: str, folder: Path) -> str:
    """Opens a Chromium, unless there was one, and waits for the test."""
    options = chromium_options(folder / "profile")
    if way == "selenium":
        told = ";".join(f"add_argument({flag!r})" for flag in options.arguments)
        lines = [
            "Import Library    SeleniumLibrary    run_on_failure=NONE",
            f"Open Browser    about:blank    chrome    options=binary_location={options.binary_location!r};{told}"
            f"    executable_path={shutil.which('chromedriver')}",
        ]
    else:
        given = "    ".join((options.binary_location, *options.arguments, "--remote-debugging-port=0"))
        lines = [
            f"@{{program}}=    Create List    {given}",
            "Evaluate    subprocess.Popen($program, start_new_session=True)    subprocess",
        ]
    indented = "\n".join(f"    {line}" for line in lines)
    is_first = "${is_first}=    Evaluate    not os.path.exists($OUT + '/opened')"
    return f"{is_first}\nIF    ${{is_first}}\n{indented}\nEND\nWait Until Created    ${{OUT}}/go    timeout=60s"


def await_chromium(folder: Path) -> list[psutil.Process]:
    """Returns the processes of a Chromium that is up."""
    profile = folder / "profile"
    wait_until((profile / "DevToolsActivePort").exists, 30)
    time.sleep(0.5)  # for its helpers
    named = processes_of(profile)
    found = {*named, *(child for process in named for child in children_of(process))}
    assert len(found) > 3
    return list(found)


def children_of(process: psutil.Process) -> list[psutil.Process]:
    """Returns them all, none of a process that has ended: a browser starts some that end at once."""
    with suppress(psutil.Error):
        return process.children(recursive=True)
    return []
