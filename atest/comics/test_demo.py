"""`make demo`, as far as it is `python robots/demo`."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from comics.conftest import ComicSearch
from comics.demo import Demo

import CamundaLibrary
from CamundaLibrary.engines.contract import Engine

LATER_SEARCHES = r"(?s)Look for unicorns and then for coffee\n.*(?=Look for dragons)"


@pytest.fixture
def comics(engine: Engine, engine_url: str, unique: Callable[..., str]) -> Iterator[ComicSearch]:
    """The names of the demo's processes and topics; what it deploys to the engine of this run is deleted."""
    comics = ComicSearch(engine, unique("demo"))
    yield comics
    query = {"key": comics.key("comic-search")}
    for definition in requests.get(f"{engine_url}/process-definition", query, timeout=30).json():
        engine.deployments.delete(definition["deploymentId"], cascade=True)


@pytest.fixture
def demo(comics: ComicSearch, tmp_path: Path) -> Iterator[Demo]:
    demo = Demo(tmp_path, comics)
    yield demo
    demo.kill()


def test_the_demo_tells_what_happens_and_how_every_instance_ended(demo, comics, engine_url):
    demo.start(CAMUNDA_API_BASE_URL=engine_url)
    end(demo, comics)
    assert demo.wait() == 0, demo.said

    assert f"Engine: {engine_url}, as CAMUNDA_API_BASE_URL says\n" in demo.said
    topic = f'Robot "Search comics {comics.name}"'
    assert re.search(rf"{topic}: BPMN error 'not_found': No comic matches 'dragons' \(\d\.\d s\)\.\n", demo.said)
    assert 'Person: "No results: unicorns", search for coffee\n' in demo.said
    assert {title: end for title, end, _ in table(demo) if title} == {
        "PROCESS INSTANCE": "END",
        "Comic search: robots": "Results accepted",
        "  Third time": "Rejected",
        "  After you": "Accepted",
        "  comics/5": "Skipped",
        "  Night shift": "Accepted",
        "  Lock expired": "Rejected",
        "Comic search: unicorns, then coffee": "Results accepted",
        "  Coffee break": "Accepted",
        "Comic search: dragons": "Search cancelled",
    }
    logs = [demo.folder / log for _, _, log in table(demo)[1:]]
    assert len(set(logs)) == 10
    assert all(b'"title":"Task log"' in log.read_bytes() for log in logs)
    assert "All ended as expected.\n" in demo.said
    assert demo.processes() == []


def test_the_demo_fails_when_a_comic_does_not_end_as_expected(demo, comics, engine_url):
    demo.replace("comics/site/comics.json", '"after-you.png"', "null")
    demo.start(CAMUNDA_API_BASE_URL=engine_url)
    end(demo, comics)
    assert demo.wait() == 1

    assert ("  comics/4", "Skipped") in [row[:2] for row in table(demo)]
    assert (
        "Not all ended as expected:\n"
        "  Look for robots: Ends of the comics, found and expected: "
        "['Accepted', 'Rejected', 'Rejected', 'Skipped', 'Skipped'] != "
        "['Accepted', 'Accepted', 'Rejected', 'Rejected', 'Skipped']\n"
        "  Look for unicorns and then for coffee: not played\n"
        "  Look for dragons and give up: not played\n"
    ) in demo.said


def test_the_demo_says_at_once_that_the_worker_ended(demo, engine_url):
    demo.replace("comics/robot.yaml", "artifactsDir", "artifactDir")
    demo.start(CAMUNDA_API_BASE_URL=engine_url)
    assert demo.wait() == 1

    assert demo.said.splitlines()[-1] == (
        "Error: The worker ended by itself with exit code 1. Its last line of output/demo/worker.log: "
        f"Error: '{demo.folder}/robots/comics/robot.yaml', line 1: the file lacks 'artifactsDir'."
    )


def test_the_demo_stays_with_an_engine_of_its_own_until_ctrl_c(demo, comics):
    reviewer = (demo.folder / "robots/demo/reviewer.robot").read_text("utf-8")
    demo.replace("demo/reviewer.robot", re.search(LATER_SEARCHES, reviewer)[0], "")
    demo.start("--keep")
    cockpit = demo.read_until("Cockpit").split()[-1]
    demo.read_until("Ctrl-C ends it all")
    assert "Login     demo, password demo\n" in demo.said
    assert requests.get(cockpit, timeout=30).status_code == 200

    demo.press_ctrl_c()
    end(demo, ComicSearch(CamundaLibrary.connect(cockpit.replace("camunda/app/cockpit/", "engine-rest")), comics.name))
    assert demo.wait() == 0, demo.said
    assert demo.processes() == []


def test_ctrl_c_in_the_middle_leaves_nothing_behind(demo, engine_url):
    demo.start(CAMUNDA_API_BASE_URL=engine_url)
    demo.read_until('Robot "Search comics')
    demo.press_ctrl_c()
    assert demo.wait() == 1

    assert demo.said.splitlines()[-1] == "Stopped."
    assert demo.processes() == []


def test_the_demo_says_what_to_install_when_the_engine_cannot_be_built(demo, tmp_path):
    demo.start(PATH=str(tmp_path), JAVA_HOME="", XDG_CACHE_HOME=str(tmp_path / "cache"))
    assert demo.wait() == 1

    last = demo.said.splitlines()[-1]
    assert last.startswith("Error: The engine needs Java, and there is none. Install a JDK of version 17 or newer (")


def test_the_demo_says_that_the_given_engine_does_not_answer(demo):
    demo.start(CAMUNDA_API_BASE_URL="http://localhost:1/engine-rest")
    assert demo.wait() == 1

    assert demo.said.splitlines()[-1] == (
        "Error: Deploying 'comics' failed: nothing listens at 'localhost:1' (connection refused)."
    )


def end(demo: Demo, comics: ComicSearch) -> None:
    """Gives the ending worker one more task: the answer to its last question, which may take ten seconds else."""
    demo.read_until("Worker: ending")
    comics.start("too late")


def table(demo: Demo) -> list[tuple[str, str, str]]:
    """Returns the rows of the printed table."""
    lines = demo.said.split("PROCESS INSTANCE")[1].split("\n\n")[0].splitlines()
    lines[0] = f"PROCESS INSTANCE{lines[0]}"
    ends, logs = lines[0].index("END"), lines[0].index("LOGS")
    return [(line[:ends].rstrip(), line[ends:logs].strip(), line[logs:]) for line in lines]
