"""Nothing that robots share as forks of one process shows: random numbers, names, sessions, our own state."""

import json
import subprocess
import sys
from pathlib import Path
from textwrap import dedent, indent

import pytest

from CamundaLibrary.runners import RunnerSettings
from CamundaLibrary.runners.declared_libraries import declared_libraries
from CamundaLibrary.runners.imported_modules import imported_modules
from CamundaLibrary.runners.process import ProcessRunner

DRAW = """
import json, os, random, secrets, tempfile, threading, time, uuid
import drawing
from CamundaLibrary.task import current
drawn = {
    "random": random.random(), "own generator": drawing.own.random(), "seeded": drawing.seeded.random(),
    "uuid4": str(uuid.uuid4()), "uuid1": str(uuid.uuid1()), "secret": secrets.token_hex(),
    "temporary": os.path.basename(tempfile.mkdtemp()), "hash": hash(object()),
}
drawing.calls.append(1)
state = {"calls": len(drawing.calls), "runs": len(current._runs), "threads": threading.active_count()}
json.dump([drawn, state], open("seen.json", "w"))
"""
DRAWING = """
import random
own, seeded, calls = random.Random(), random.Random(5), []
class drawing:
    def keyword_of_drawing(self): pass
"""
ROBOT = """\
*** Settings ***
Library    Code
Library    drawing

*** Tasks ***
Search
    Run
"""


@pytest.fixture
def library(tmp_path, monkeypatch):
    """Installs modules for the interpreter that the test's robots get, and nobody else."""
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    packages = next(environment.glob("lib/python*/site-packages"))
    (packages / "of_tests.pth").write_text("\n".join(path for path in sys.path if path.endswith(("-packages", "src"))))

    def install(name, text):
        (packages / f"{name}.py").write_text(text, "utf-8")
        return str(environment / "bin/python")

    return install


def run(runner, order):
    robot = runner.start(order)
    assert robot.wait() == 0, order.console.read_text("utf-8")
    return robot


def test_what_is_random_differs_and_what_is_not_is_the_same(new_fork, robot_order, library):
    python, runner, seen = library("drawing", DRAWING), new_fork(), []
    for _ in range(3):
        order = robot_order(DRAW, robot=ROBOT, python=python)
        run(runner, order)
        seen.append(json.loads((order.root / "seen.json").read_text("utf-8")))
    draws = [drawn for drawn, _ in seen]
    for name in ("random", "own generator", "uuid4", "uuid1", "secret", "temporary"):
        assert len({drawn[name] for drawn in draws}) == 3, name
    assert len({drawn["seeded"] for drawn in draws}) == 1
    assert [state for _, state in seen] == [{"calls": 1, "runs": 1, "threads": 2}] * 3


SHELF = """
from robotlibcore import HybridCore, keyword
class Documented:
    def count(self): "Counts, says the base."
class Books(Documented):
    @keyword
    def add_pages(self, pages: int, more: float = 0.5): "Adds."; return pages + more
    @keyword
    def count(self): return 1
class Shelf(HybridCore):
    def __init__(self): HybridCore.__init__(self, [Books()])
"""
SHELF_ROBOT = """\
*** Settings ***
Library    shelf.Shelf    AS    first
Library    shelf.Shelf    AS    second
Library    Code

*** Tasks ***
Search
    ${pages}    first.Add Pages    2    more=1
    Should Be Equal    ${{repr($pages)}}    3.0
    ${pages}    second.Add Pages    2
    Should Be Equal    ${pages}    ${2.5}
    Run Keyword And Expect Error    *cannot be converted to integer*    first.Add Pages    many
    first.Count
    Run
"""
SHELF_SEEN = """
import json, shelf
from robotlibcore.keywords.builder import KeywordBuilder
made = shelf.Shelf()
told = [[made.get_keyword_documentation(name), str(made.keywords_spec[name].argument_specification),
         str(made.keywords_spec[name].argument_types)] for name in ("add_pages", "count", "__init__")]
json.dump([told, KeywordBuilder.build.__module__], open("seen.json", "w"))
"""


def test_keywords_of_a_library_are_the_same_where_the_server_looked_at_them_before(new_fork, robot_order, library):
    shelf = SHELF.replace("HybridCore", "DynamicCore")
    python, seen = library("shelf", shelf), []
    for runner in (new_fork(), ProcessRunner(RunnerSettings(Path("environments")))):
        order = robot_order(SHELF_SEEN, robot=SHELF_ROBOT, python=python)
        run(runner, order)
        seen.append(json.loads((order.root / "seen.json").read_text("utf-8")))
    (forked, forked_builder), (plain, plain_builder) = seen
    assert forked == plain
    assert forked[1][0] == "Counts, says the base."
    assert (forked_builder, plain_builder) == (
        "CamundaLibrary.robot_process.keyword_specifications",
        "robotlibcore.keywords.builder",
    )


def test_an_installed_library_is_imported_once_and_the_robots_own_modules_every_time(new_fork, robot_order, library):
    imported = "import os, pathlib\npathlib.Path('{}').open('a').write(f'{{os.getpid()}} ')\n"
    notes = Path(library("drawing", "")).parent.parent / "imported"
    python = library("drawing", imported.format(notes) + DRAWING)
    runner = new_fork()
    own = {"Own.py": imported.format(notes.with_name("own")) + "def own(): pass\n"}
    for _ in range(3):
        robot = ROBOT.replace("Library    drawing", "Library    drawing\nLibrary    Own")
        run(runner, robot_order(robot=robot, modules=own, python=python))
    assert len(notes.read_text().split()) == 1
    assert len(set(notes.with_name("own").read_text().split())) == 3


def test_a_module_of_the_robot_that_was_changed_is_read_anew(fork, robot_order):
    for version in ("1", "2"):
        order = robot_order(
            "import own, pathlib; pathlib.Path('seen').write_text(own.VERSION)",
            modules={"own.py": f"VERSION = '{version}'"},
        )
        run(fork, order)
        assert (order.root / "seen").read_text() == version


def test_robots_at_the_same_time_keep_apart(fork, robot_order):
    program = """
    import os, pathlib, time
    from CamundaLibrary.task import current
    os.environ["MINE"] = os.getcwd()
    for _ in range(20):
        time.sleep(0.02)
        assert os.environ["MINE"] == os.getcwd()
    pathlib.Path("task").write_text(os.environ["CAMUNDA_TASK_FILE"])
    """
    orders = [robot_order(program) for _ in range(6)]
    robots = [fork.start(order) for order in orders]
    assert len({robot.pid for robot in robots}) == 6
    assert [robot.wait() for robot in robots] == [0] * 6
    assert [(order.root / "task").read_text() for order in orders] == [str(order.task_file) for order in orders]


LIBRARIES_THAT_NO_FORK_SURVIVES = {
    "starts threads": "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n",
    "opens sockets": "import socket\nkept = socket.socketpair()\n",
    "starts processes": "import subprocess\nkept = subprocess.Popen(['sleep', '3'])\n",
    "keeps '/dev/null' open": "kept = open('/dev/null')\n",
}


@pytest.mark.parametrize("problem", LIBRARIES_THAT_NO_FORK_SURVIVES)
def test_a_library_that_no_fork_survives_is_left_to_robots(new_fork, robot_order, library, caplog, problem):
    code = LIBRARIES_THAT_NO_FORK_SURVIVES[problem]
    python, runner = library("drawing", code + DRAWING), new_fork()
    for _ in range(2):
        order = robot_order(robot=ROBOT, python=python)
        robot = run(runner, order)
    assert type(robot).__name__ == "ForkedRobot"
    assert caplog.messages == [f"Importing library 'drawing' {problem}: every robot imports it for itself."]


def test_a_library_that_fails_fails_in_the_robot(new_fork, robot_order, library):
    python = library("drawing", "raise ValueError('of the library')")
    order = robot_order(robot=ROBOT, python=python)
    assert new_fork().start(order).wait() == 0  # Robot Framework's word, ours is the outcome
    assert "ValueError: of the library" in order.console.read_text("utf-8")


def test_a_library_that_sets_up_logging_finds_it_set_up(new_fork, robot_order, library):
    code = "import logging\nlogging.basicConfig(level=10)\nlogging.warning('imported')\n" + DRAWING
    order = robot_order("import logging; logging.info('to the log')", robot=ROBOT, python=library("drawing", code))
    run(new_fork(), order)
    assert "to the log" in (order.root / "output/output.xml").read_text("utf-8")
    assert "to the log" not in order.console.read_text("utf-8")


def test_declared_libraries_are_those_that_are_imported_by_name(tmp_path):
    (tmp_path / "inner").mkdir()
    (tmp_path / "one.robot").write_text(
        "*** Settings ***\n"
        "Library    RPA.Browser.Selenium    auto_close=${False}\n"
        "Library\tCollections\n"
        "Library    libraries/own.py\n"
        "Library    ${NAME}\n"
        "# Library    Commented\n"
        "Resource    Other\n"
        "*** Tasks ***\n"
        "Search\n"
        "    Log    Library    \n"
        "Library    NoSetting\n",
        "utf-8",
    )
    (tmp_path / "inner/two.resource").write_text("***settings***\n| library | Browser | AS | b |\n", "utf-8")
    (tmp_path / "three.txt").write_text("*** Settings ***\nLibrary    Text\n", "utf-8")
    (tmp_path / "broken.robot").write_bytes(b"\xff\xfe*** Settings ***")
    assert declared_libraries(tmp_path) == (("Browser", "Collections", "RPA.Browser.Selenium"), ("${NAME}", "own"))


def test_imported_modules_are_those_that_come_with_the_bundles_own(tmp_path):
    (tmp_path / "inner").mkdir()
    files = {
        "asked.py": "import json, os.path\nfrom inner import deep\nfrom . import near\nimport asked\n",
        "near.py": "try:\n    import tomllib\nexcept ImportError:\n    import tomli\n",
        "inner/__init__.py": "",
        "inner/deep.py": "from requests.adapters import HTTPAdapter\ndef later():\n    import late\n",
        "handlers.py": "import handled",
        "other.py": "import flask",
        "broken.py": "import (",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    begin = ["asked", "Collections", "broken"]
    assert imported_modules(tmp_path, begin) == ("json", "os.path", "requests.adapters", "tomllib")
    assert imported_modules(tmp_path, ["package.handlers"]) == ("handled",)


def test_what_modules_of_the_bundle_import_is_there_before_them(new_fork, robot_order, library):
    code = "import os\nimporter = os.getpid()\n"
    python = library("counted", code)
    program = """
    import json, os
    from own import counted, importer
    json.dump([counted.importer == os.getppid(), importer == os.getpid()], open("seen.json", "w"))
    """
    order = robot_order(program, python=python, modules={"own.py": f"import counted\n{code}"})
    (order.root / "Code.py").write_text(f"import own\ndef run():\n{indent(dedent(program), '    ')}\n", "utf-8")
    run(new_fork(), order)
    assert json.loads((order.root / "seen.json").read_text("utf-8")) == [True, True]
