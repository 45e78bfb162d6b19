"""The comic search on the real engine, done by the real worker, from the first search to the worker's end."""

import base64
import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from comics.conftest import BUNDLE
from comics.story import TOPICS, Story, tell_story

import CamundaLibrary

PICTURES = BUNDLE / "site" / "pictures"


@pytest.fixture(scope="module")
def story(engine_url: str, site: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    with tell_story(CamundaLibrary.connect(engine_url), site, tmp_path_factory.mktemp("story")) as story:
        yield story


def nothing_found(word: str) -> dict[str, str]:
    return {"errorCode": "not_found", "errorMessage": f"No comic matches '{word}'."}


def test_every_search_ended_as_people_decided(story):
    ends = {word: story.comics.ends(instance) for word, instance in story.searches.items()}
    assert ends == {
        "robots": ["Results accepted"],
        "unicorns": ["Results accepted"],
        "dragons": ["Search cancelled"],
        "gateway": ["Search cancelled"],
        "site down": [],
        "too late": [],
    }


def test_every_comic_ended_as_it_was_reviewed_and_the_page_without_a_picture_was_skipped(story):
    reviewed = {word: story.comics.reviewed(instance) for word, instance in story.searches.items()}
    assert reviewed == {
        "robots": {
            f"{story.site}/comics/2": "Rejected",
            f"{story.site}/comics/4": "Accepted",
            f"{story.site}/comics/5": "Skipped",
            f"{story.site}/comics/6": "Accepted",
            f"{story.site}/comics/8": "Rejected",
        },
        "unicorns": {f"{story.site}/comics/1": "Accepted"},
        "dragons": {},
        "gateway": {f"{story.site}/comics/3": "Rejected"},
        "site down": {},
        "too late": {},
    }


@pytest.mark.parametrize(
    ("search", "query", "accepted", "found", "more"),
    [
        ("robots", "robots", 2, [2, 4, 5, 6, 8], {}),
        ("unicorns", "coffee", 1, [1], {"retry": True, **nothing_found("unicorns")}),
        ("dragons", "dragons", 0, None, {"retry": False, **nothing_found("dragons")}),
        ("gateway", "gateway", 0, [3], {"retry": False}),
    ],
)
def test_a_search_leaves_these_variables_and_no_others(story, search, query, accepted, found, more):
    variables = story.comics.variables(story.searches[search])
    results = {} if found is None else {"results": [f"{story.site}/comics/{number}" for number in found]}
    assert variables == {"query": query, "site": story.site, "accepted": accepted, **results, **more}


def test_a_comic_leaves_what_its_page_said_in_its_instance_and_in_its_task(story):
    comic = story.find("robots", "After you")
    assert comic.business_key == "A-robots"
    assert story.comics.variables(comic.id) == {
        "callerId": story.searches["robots"],
        "url": f"{story.site}/comics/4",
        "name": "After you",
        "description": "Optimistic locking would have been ruder, but quicker.",
        "comic": "after-you.png",
        "accepted": True,
    }
    assert story.comics.variables(comic.id, "DownloadComic") == {
        "imageUrl": f"{story.site}/pictures/after-you.png",
        "alt": "After you",
        "title": "Optimistic locking would have been ruder, but quicker.",
        "comic": "after-you.png",
        "log": "log.html",
    }


def test_a_skipped_comic_says_why(story):
    comic = story.find("robots", None)
    assert story.comics.variables(comic.id) == {
        "callerId": story.searches["robots"],
        "url": f"{story.site}/comics/5",
        "errorMessage": f"There is no picture on {story.site}/comics/5.",
        **dict.fromkeys(("name", "description", "comic")),  # the model maps them, whatever was set
    }


@pytest.mark.parametrize("scope", [None, "DownloadComic"])
@pytest.mark.parametrize(
    ("search", "name", "picture"),
    [
        ("robots", "Third time", "third-time.png"),
        ("robots", "After you", "after-you.png"),
        ("robots", "Night shift", "night-shift.png"),
        ("robots", "Lock expired", "cat-and-robot.png"),
        ("unicorns", "Coffee break", "coffee-break.png"),
        ("gateway", "Exclusive gateway", "exclusive-gateway.png"),
    ],
)
def test_a_comic_is_byte_for_byte_the_picture_of_the_site(story, search, name, picture, scope):
    variable = story.comics.historic(story.find(search, name).id, scope)["comic"]
    assert (variable.value.filename, variable.value.mime_type) == (picture, "image/png")
    assert story.comics.engine.history.variable_file(variable.id) == (PICTURES / picture).read_bytes()


def test_every_robot_s_log_is_a_variable_of_its_task_and_of_nothing_else(story):
    logs = {word: [len(story.logs(each)) for each in story.instances(word)] for word in story.searches}
    tries = {word: [len(story.tries(each)) for each in story.instances(word)] for word in story.searches}
    assert logs == {
        "robots": [1, 1, 1, 1, 1, 1],
        "unicorns": [2, 1],
        "dragons": [1],
        "gateway": [1, 1],
        "site down": [1],
        "too late": [0],
    }
    assert tries == logs


def test_the_log_of_a_run_that_passed_holds_the_picture_itself(story):
    [log] = story.logs(story.find("robots", "Night shift").id)
    assert base64.b64encode((PICTURES / "night-shift.png").read_bytes()) in log


def test_logs_show_the_picture_the_bpmn_error_and_the_failure_in_the_browser(story, browser, tmp_path):
    passed, thrown, failed = [
        save(tmp_path / f"{name}.html", story.logs(instance))
        for name, instance in {
            "passed": story.find("robots", "Night shift").id,
            "thrown": story.searches["dragons"],
            "failed": story.searches["site down"],
        }.items()
    ]

    browser.open_log(passed)
    [picture] = browser.pictures()
    assert picture["isVisible"]
    assert browser.content(picture["src"]) == (PICTURES / "night-shift.png").read_bytes()
    assert browser.console() == []
    browser.open_log(thrown)
    assert "BPMN error 'not_found': No comic matches 'dragons'." in browser.text()
    browser.open_log(failed)
    assert "ConnectionError" in browser.text()


def test_a_site_that_is_down_is_a_failure_with_tries_left(story):
    [task] = story.comics.engine.external_tasks.list(process_instance_id=story.searches["site down"])
    assert task.retries == 2
    assert str(task.error_message).startswith("Search comics: ConnectionError: ")
    details = story.comics.engine.external_tasks.error_details(task.id)
    assert "Find Comics" in details


def test_the_worker_ended_in_order(story):
    assert story.exit_code == 0
    assert story.said.splitlines()[-1].endswith("INFO Stopped.")
    assert "Traceback" not in story.said


def test_the_worker_gave_back_the_task_that_came_when_it_was_ending(story):
    [late] = story.comics.engine.external_tasks.list(process_instance_id=story.searches["too late"])
    assert (late.worker_id, late.retries) == (None, None)


def test_the_worker_left_no_lock_but_the_pause_after_the_failure(story):
    topics = [f"{topic} {story.comics.name}" for topic in TOPICS]
    locked = [task for topic in topics for task in story.comics.engine.external_tasks.list(topic=topic, locked=True)]
    assert [task.process_instance_id for task in locked] == [story.searches["site down"]]


def test_the_worker_left_no_process_and_the_files_of_the_failed_run_alone(story):
    assert [process for process in psutil.process_iter() if str(story.state) in environment(process)] == []
    [run] = (story.state / "worker-1" / "runs").iterdir()
    handover = json.loads((run / "task.json").read_text("utf-8"))
    assert handover["task"]["processInstanceId"] == story.searches["site down"]


def save(path: Path, logs: list[bytes]) -> Path:
    [log] = logs
    path.write_bytes(log)
    return path


def environment(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return str(process.environ())
    return ""
