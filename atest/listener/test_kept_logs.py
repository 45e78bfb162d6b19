"""The log that is kept with the task: one file that shows what the robot's own log showed, in a real browser."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from CamundaLibrary.variables import FileValue

SCREENSHOT = """
*** Settings ***
Library           CamundaLibrary
Library           SeleniumLibrary
Suite Teardown    Close All Browsers

*** Tasks ***
Look at the shop
    [Documentation]    The shop as it was seen: [shop.png|the shop]
    ${{options}}    Evaluate
    ...    sys.modules['selenium.webdriver'].ChromeOptions()    modules=selenium.webdriver, sys
    FOR    ${{option}}    IN    headless=new    no-sandbox    disable-gpu    disable-background-networking
        Call Method    ${{options}}    add_argument    --${{option}}
    END
    Open Browser    {url}    Chrome    options=${{options}}
    Capture Page Screenshot    shop.png
    Capture Page Screenshot
    Log    <b>Result</b> <a href="result.csv">result.csv</a>    html=True
    Create File In Output    result.csv
    {end}

*** Keywords ***
Create File In Output
    [Arguments]    ${{name}}
    Evaluate    pathlib.Path($OUTPUT_DIR, $name).write_text('a,b')    modules=pathlib
"""


@pytest.fixture(scope="module")
def shop() -> str:
    class Shop(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = b"<html><title>Shop</title><body style='background:#8bc34a'><h1>Open</h1></body></html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("localhost", 0), Shop)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("end", "ends"),
    [
        ("No Operation", ["done"]),
        ("Fail    The shop is closed.", []),
        ("Throw BPMN Error    closed    The shop is closed.", ["ended-by-error"]),
    ],
    ids=["passing", "failing", "BPMN error"],
)
def test_screenshots_and_files_are_inside_the_log_that_the_engine_keeps(
    start_task, run_robot, tmp_path, browser, shop, end, ends
) -> None:
    task = start_task()
    run = run_robot(SCREENSHOT.format(url=shop, end=end), task_id=task.id)
    assert task.ends == ends, run.stdout + run.stderr
    alone = tmp_path / "elsewhere" / "log.html"
    alone.parent.mkdir()
    alone.write_text(task.log(), "utf-8")

    browser.open_log(alone)
    pictures = browser.pictures()
    assert len(pictures) >= 2
    assert all(picture["isVisible"] for picture in pictures), pictures
    links = [link for link in browser.links() if not link.startswith("http")]
    assert links
    assert all(link.startswith("blob:") for link in links), links
    assert b"a,b" in [browser.content(link) for link in links]


def test_the_logs_of_all_tries_are_kept(start_task, run_robot) -> None:
    task = start_task()
    for message in ("first try", "second try"):
        run_robot(f"    Fail    {message}", task_id=task.id)
    (log,) = task.engine.history.variables(task.instance, name="log")
    contents = [task.engine.history.update_file(each.id) for each in task.engine.history.variable_updates(log.id)]
    assert [b"first try" in content for content in contents] == [True, False]
    assert [b"second try" in content for content in contents] == [False, True]


@pytest.mark.parametrize(
    ("line", "kept"), [("No Operation", False), ("Fail    x", True), ("Throw BPMN Error    e", True)]
)
def test_logs_can_be_kept_of_all_but_completed_runs(start_task, run_robot, line, kept) -> None:
    task = start_task()
    run_robot(f"    {line}", task_id=task.id, log="on_failure")
    assert bool(task.engine.history.variables(task.instance, name="log")) is kept


def test_no_log_is_kept_where_none_is_wanted(start_task, run_robot) -> None:
    task = start_task()
    run_robot("    Set Task Variable    log    mine", task_id=task.id, log="never")
    assert task.variables == {"log": "mine"}


def test_the_log_has_the_name_and_scope_that_are_asked_for(start_task, run_robot) -> None:
    task = start_task()
    run_robot("    No Operation", task_id=task.id, log_variable="robot log", log_scope="process")
    (found,) = task.engine.history.variables(task.instance)
    assert (found.name, found.activity_instance_id) == ("robot log", task.instance)
    assert isinstance(found.value, FileValue)
    assert found.value.mime_type == "text/html"


def test_a_run_without_log_says_once_that_none_is_kept(start_task, run_robot) -> None:
    task = start_task()
    run = run_robot("    No Operation", "--log", "NONE", task_id=task.id)
    assert task.ends == ["done"]
    assert run.stderr.count("No log is kept with the task: the run wrote none.") == 1


def test_a_log_of_another_name_in_parts_is_kept_as_one_file(start_task, run_robot, browser, tmp_path) -> None:
    task = start_task()
    run_robot(
        "    FOR    ${i}    IN RANGE    20\n        Log    number ${i}\n    END",
        "--splitlog",
        "--log",
        "sub/other.html",
        task_id=task.id,
    )
    alone = tmp_path / "elsewhere" / "log.html"
    alone.parent.mkdir()
    alone.write_text(task.log(), "utf-8")
    browser.open_log(alone)
    assert "number 19" in browser.text()


def test_the_next_try_does_not_see_the_log_of_the_one_before(start_task, run_robot) -> None:
    task = start_task({"query": "x"})
    run_robot("    Fail    x", task_id=task.id)
    run_robot("    ${all}    Get Task Variables\n    Complete Task    seen=${all}", task_id=task.id)
    assert task.variables["seen"] == {"query": "x"}
