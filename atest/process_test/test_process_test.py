"""The library CamundaLibrary.ProcessTest on a real engine: what passes, what fails and how, what the page shows."""

from pathlib import Path

import pytest

SUITE = Path(__file__).with_name("order.robot")
TRAPS = """<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:camunda="http://camunda.org/schema/1.0/bpmn"><process id="shipping">
  <callActivity id="call" calledElement="packing"/><serviceTask id="task" camunda:topic=" ship"/>
</process></definitions>"""


def test_a_model_is_tested_by_a_suite_and_its_coverage_is_seen_in_a_browser(suites, browser) -> None:
    run = suites.run(SUITE)
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stderr == ""

    browser.open(suites.output / "process-coverage.html")
    browser.wait_until(lambda: browser.run("return document.querySelectorAll('.passed').length") == 20)
    elements = "return Array.from(document.querySelectorAll('.djs-element.{}'), each => each.dataset.elementId)"
    passed, missed = (set(browser.run(elements.format(kind))) for kind in ("passed", "missed"))
    assert {"check", "sold-out", "f8", "yes", "accepted"} <= passed
    assert missed == {"no"}
    assert browser.texts("h2") == [suites.key, f"{suites.key}-client"]
    assert browser.texts("section > ul > li") == ["'Valid?' to 'Order rejected' (No) was not taken"]
    assert browser.texts("header p") == [
        "version 1 · 95 %, 11 of 11 nodes, 9 of 10 sequence flows, in 3 instances",
        "version 1 · 100 %, 2 of 2 nodes, 1 of 1 sequence flows, in 1 instance",
    ]
    assert browser.texts(".diagram.absent") == ["No diagram: the model draws no picture of this process."]
    assert browser.console() == []


def test_the_log_shows_the_page(suites, browser) -> None:
    suites.run(SUITE)
    browser.open_log(suites.output / "log.html")
    frame = browser.driver.find_element("css selector", "iframe")
    browser.driver.switch_to.frame(frame)
    browser.wait_until(lambda: browser.texts("h1") == ["Process coverage"])
    browser.driver.switch_to.default_content()


@pytest.fixture
def order(engine, suites) -> str:
    return engine.processes.start(suites.key).id


def test_what_is_not_so_is_said_with_where_the_process_stands(suites, order) -> None:
    messages = suites.messages(
        f"Process Should Be Waiting At    {order}    Review order",
        f"Process Should Not Be Waiting At    {order}    check",
        f"Process Should Have Passed    {order}    Check order    Valid?",
        f"Process Should Have Ended    {order}",
        f"Process Variable Should Be    {order}    status    done",
        f"Incident Should Exist    {order}    message=down",
        f"Process Should Have Called    {order}    Create client",
        f"Trigger Timer    {order}    Two days later",
        f"Trigger Message    {order}    {suites.key}-paid",
    )
    at = "did not come within 0.3 seconds. It is at 'Check order' (serviceTask)."
    assert messages == [
        f"Waiting at 'Review order' {at}",
        f"Leaving 'check' {at}",
        f"Passing 'Check order', 'Valid?' {at}",
        f"The end of the process {at}",
        f"Process instance '{order}' has no variable 'status' (there are: none), not 'done' (str). "
        "It is at 'Check order' (serviceTask).",
        f"An incident with 'down' {at}",
        f"A process called by 'Create client' {at}",
        f"Timer 'Two days later' {at}",
        f"Waiting for message '{suites.key}-paid' {at}",
    ]


def test_an_ended_process_fails_at_once_and_says_where_it_ended(suites, order) -> None:
    messages = suites.messages(
        f"Throw BPMN Error At    {order}    check    sold_out",
        f"Process Should Have Ended    {order}    at=Order accepted",
        f"Process Should Be Waiting At    {order}    Review order    timeout=1 hour",
        f"Process Should Not Have Passed    {order}    Valid?    Order rejected",
        f"Process Should Be Active    {order}",
    )
    ended = "It has ended at 'Order rejected'."
    assert messages == [
        f"Process instance '{order}' did not end at 'Order accepted'. {ended}",
        f"Process instance '{order}' does not wait at 'Review order': {ended}",
        f"Process instance '{order}' has passed 'Order rejected'.",
        f"Process instance '{order}' is not active but COMPLETED.",
    ]


def test_what_the_model_does_not_know_fails_at_once(suites, order) -> None:
    messages = suites.messages(
        f"Process Should Be Waiting At    {order}    Reveiw order    timeout=1 hour",
        f"Do User Task    {order}    book room",
        "Process Should Have Ended    nonsense",
        "Process Coverage Should Be At Least    1    other",
    )
    assert messages[0] == (
        f"There is no activity 'Reveiw order' in process '{suites.key}'. Did you mean 'Review order' or 'Check order'?"
    )
    assert messages[1].startswith(f"There is no activity 'book room' in process '{suites.key}'.")
    assert messages[2] == "There is no process instance 'nonsense'."
    assert messages[3] == f"No instance of 'other' was tested, only of '{suites.key}'."


def test_values_are_compared_with_their_types(suites, engine) -> None:
    from CamundaLibrary.variables import encode_all

    order = engine.processes.start(suites.key, variables=encode_all({"count": 5, "price": 1.0})).id
    messages = suites.messages(
        f"Process Variable Should Be    {order}    count    5",
        f"Process Variable Should Be    {order}    price    ${{1}}",
        f"Process Variable Should Be    {order}    count    ${{5}}",
        f"Process Variable Should Not Exist    {order}    count",
    )
    at = "It is at 'Check order' (serviceTask)."
    assert messages == [
        f"Variable 'count' of process instance '{order}' is 5 (int), not '5' (str). {at}",
        f"Variable 'price' of process instance '{order}' is 1.0 (float), not 1 (int). {at}",
        f"Variable 'count' of process instance '{order}' is 5 (int).",
    ]


def test_too_little_coverage_fails_and_lists_what_is_missing(suites, order) -> None:
    (message,) = suites.messages(
        f"Process Should Be Waiting At    {order}    check",
        f"Process Coverage Should Be At Least    50    {suites.key}",
    )
    head, *missing = message.splitlines()
    assert head == "The coverage is below 50 %:"
    assert missing[0] == f"{suites.key} (version 1): 14 %, 2 of 11 nodes, 1 of 10 sequence flows, in 1 instance"
    assert "  not passed: 'Review order' (userTask)" in missing


def test_coverage_without_a_tested_process_is_an_error(suites) -> None:
    assert suites.messages("Log Process Coverage") == [
        "No process was tested: no keyword of this library was asked about an instance yet."
    ]


def test_models_with_traps_are_told_without_an_engine(suites) -> None:
    good, bad, broken = (suites.folder / name for name in ("good.bpmn", "bad.bpmn", "broken.bpmn"))
    good.write_text(suites.model.read_text("utf-8"), "utf-8")
    bad.write_text(TRAPS, "utf-8")
    broken.write_text("<definitions", "utf-8")
    messages = suites.messages(
        f"Process Models Should Have No Traps    {good}",
        f"Process Models Should Have No Traps    {good}    {bad}",
        f"Process Models Should Have No Traps    {bad}    ignore=${{{{['call', 'task']}}}}",
        f"Process Models Should Have No Traps    {broken}",
        f"Process Models Should Have No Traps    {suites.folder}/missing.bpmn",
        "Process Models Should Have No Traps",
    )
    assert messages == [
        "The models have traps:\n"
        "bad.bpmn: Call activity 'call' hands over no variables, and takes none back: "
        'list them as in and out mappings, or all of them by variables="all".\n'
        "bad.bpmn: Topic ' ship' of 'task' has spaces around it, which belong to its name.",
        f"'{broken}': The BPMN model is not well-formed XML: unclosed token: line 1, column 0.",
        f"The BPMN model '{suites.folder}/missing.bpmn' cannot be read: [Errno 2] No such file or directory: "
        f"'{suites.folder}/missing.bpmn'",
        "There is no model to look at: give the paths of BPMN files.",
    ]
