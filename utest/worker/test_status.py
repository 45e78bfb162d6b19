"""What a worker tells of itself: in memory, in its folder, and to those who ask for all workers."""

import io
import json
import os
import threading
import time
from datetime import datetime, timedelta, timezone

import pytest
from click.testing import CliRunner
from filelock import FileLock
from rich.console import Console

from CamundaLibrary.cli.status import show_status
from CamundaLibrary.engines.external_task import ExternalTask
from CamundaLibrary.task.outcome import Completed, Failed
from CamundaLibrary.task.reporting.policy import Policy
from CamundaLibrary.task.reporting.receipt import Delivery, Receipt
from CamundaLibrary.worker import notices
from CamundaLibrary.worker.monitoring import status_file
from CamundaLibrary.worker.monitoring.progress_notes import read_progress
from CamundaLibrary.worker.monitoring.status import Status
from CamundaLibrary.worker.monitoring.status_file import StatusFile
from CamundaLibrary.worker.monitoring.status_view import headline, lines, render
from CamundaLibrary.worker.monitoring.worker_folders import count_waiting, look_at_workers
from CamundaLibrary.worker.state.entry import Entry, Phase
from CamundaLibrary.worker.state.spool import Spool

ENGINE = "http://localhost:8080/engine-rest"
TASK = ExternalTask("a1b2", "Search comics", "pc-1-x", "A-17", "p1")
NOTHING_NOTED = {"robotTask": None, "keyword": None, "keywordSince": None}


@pytest.fixture
def status():
    return Status("pc-1-x", 4, [ENGINE])


@pytest.fixture
def run(tmp_path):
    """The folder of a run."""
    folder = tmp_path / "run"
    folder.mkdir()
    return folder


def tell(status, *told):
    for notice in told:
        status.notice(notice)


def reported(outcome, delivery=Delivery.ACCEPTED, problem=None):
    return notices.Reported(TASK, Receipt(delivery, outcome, problem), timedelta(seconds=0.1))


def note(folder, **changes):
    content = {"robotTask": "Do it", "keywords": ["Search", "BuiltIn.Sleep"], "since": "2026-11-21T09:00:00+00:00"}
    (folder / "task.progress.json").write_text(json.dumps({**content, **changes}), "utf-8")


def keywords(told):
    return [task["keyword"] for task in told["running"]]


def await_file(path, condition):
    deadline = time.monotonic() + 10
    while not (path.exists() and condition(json.loads(path.read_text("utf-8")))):
        assert time.monotonic() < deadline
        time.sleep(0.02)


class TestStatus:
    def test_a_new_worker_runs_nothing(self, status):
        snapshot = status.snapshot()
        assert datetime.fromisoformat(snapshot.pop("started")).tzinfo is not None
        assert snapshot == {
            "version": 1,
            "workerId": "pc-1-x",
            "pid": os.getpid(),
            "slots": 4,
            "state": "running",
            "running": [],
            "outcomes": [],
            "pausedTopics": [],
            "engines": [{"url": ENGINE, "version": None, "lastAnswer": None, "problem": None}],
            "environments": [],
        }

    def test_a_task_that_runs_is_shown_with_its_keyword_until_its_robot_ended(self, status, run):
        tell(status, notices.Started(TASK, run, None))
        note(run)
        (task,) = status.snapshot()["running"]
        del task["started"]
        assert task == {
            "taskId": "a1b2",
            "topic": "Search comics",
            "businessKey": "A-17",
            "processInstanceId": "p1",
            "folder": str(run),
            "robotTask": "Do it",
            "keyword": "Search > BuiltIn.Sleep",
            "keywordSince": "2026-11-21T09:00:00+00:00",
        }
        tell(status, notices.Ended(TASK, timedelta(seconds=2)))
        assert status.snapshot()["running"] == []

    def test_outcomes_are_kept_with_message_and_time_of_the_run(self, status, run):
        tell(status, notices.Started(TASK, run, None), notices.Ended(TASK, timedelta(seconds=2)))
        tell(status, reported(Failed("No such file.", retries=0)))
        (outcome,) = status.snapshot()["outcomes"]
        assert (outcome["outcome"], outcome["message"], outcome["seconds"]) == ("incident", "No such file.", 2.0)

    def test_the_problem_of_a_report_is_told_rather_than_the_failure(self, status):
        tell(status, reported(Failed("x"), Delivery.LOST, "task does not exist"))
        (outcome,) = status.snapshot()["outcomes"]
        assert (outcome["outcome"], outcome["message"]) == ("lost", "task does not exist")
        assert outcome["seconds"] is None

    def test_the_last_twenty_outcomes_are_kept_the_newest_first(self, status):
        for number in range(30):
            tell(status, reported(Failed(str(number))))
        assert [each["message"] for each in status.snapshot()["outcomes"]] == [str(n) for n in range(29, 9, -1)]

    def test_engines_with_their_last_answer_and_trouble(self, status):
        tell(status, notices.FetchFailed(ENGINE, "No answer."))
        assert status.snapshot()["engines"][0]["problem"] == "No answer."
        tell(status, notices.Connected(ENGINE, "7.24.0"), notices.Fetched(ENGINE, (), timedelta()))
        (engine,) = status.snapshot()["engines"]
        assert datetime.fromisoformat(engine.pop("lastAnswer"))
        assert engine == {"url": ENGINE, "version": "7.24.0", "problem": None}

    def test_paused_topics_with_reason_and_end(self, status):
        tell(status, notices.TopicPaused("a", "breaker", 60), notices.TopicPaused("b", "hand", None))
        first, second = status.snapshot()["pausedTopics"]
        left = datetime.fromisoformat(first["until"]) - datetime.now(timezone.utc)
        assert timedelta(seconds=50) < left <= timedelta(seconds=60)
        assert (second["reason"], second["until"]) == ("hand", None)
        tell(status, notices.TopicResumed("a", "breaker"))
        assert [each["topic"] for each in status.snapshot()["pausedTopics"]] == ["b"]

    def test_builds_of_environments(self, status):
        tell(status, notices.EnvironmentBuilt("4f", timedelta(seconds=20), "No network."))
        (build,) = status.snapshot()["environments"]
        assert (build["name"], build["seconds"], build["problem"]) == ("4f", 20.0, "No network.")

    @pytest.mark.parametrize(
        ("told", "state"),
        [([notices.Stopping()], "stopping"), ([notices.Broken("x"), notices.Stopping()], "broken")],
    )
    def test_how_it_goes_to_its_end(self, status, told, state):
        tell(status, *told)
        assert status.snapshot()["state"] == state

    def test_that_the_worker_moves_changes_nothing(self, status):
        tell(status, notices.Alive())
        assert not status.changed.is_set()


class TestNotesOfRobots:
    @pytest.mark.parametrize(
        "content",
        ["", "{", "[]", "{}", "null", "[" * 10_000, '{"robotTask": 1}', "\\udc80", "9" * 5000,
         '{"robotTask": "x", "keywords": [1], "since": "2026-11-21T09:00:00"}',
         '{"robotTask": "x", "keywords": ["a"], "since": "yesterday"}',
         '{"robotTask": "x", "keywords": {"a": 1}, "since": 7}'],
    )  # fmt: skip
    def test_notes_that_are_none_tell_nothing(self, run, content):
        (run / "task.progress.json").write_text(content, "utf-8", "surrogatepass")
        assert read_progress(run) == NOTHING_NOTED

    def test_a_pipe_is_not_waited_for(self, run):
        os.mkfifo(run / "task.progress.json")
        assert read_progress(run) == NOTHING_NOTED

    def test_a_link_is_not_followed(self, run, tmp_path):
        note(tmp_path)
        (run / "task.progress.json").symlink_to(tmp_path / "task.progress.json")
        assert read_progress(run) == NOTHING_NOTED

    def test_a_file_without_end_is_not_read(self, run):
        note(run, robotTask="x" * 1_000_000)
        assert read_progress(run) == NOTHING_NOTED

    def test_names_are_short_and_in_one_line(self, run):
        note(run, keywords=["a\nb" * 1000])
        assert len(read_progress(run)["keyword"]) == 200
        assert "\n" not in read_progress(run)["keyword"]


class TestFile:
    @pytest.fixture
    def file(self, status, tmp_path, monkeypatch):
        monkeypatch.setattr(status_file, "INTERVAL", 0.1)
        file = StatusFile(status, tmp_path)
        file.start()
        yield file
        file.stop()

    def test_it_is_there_at_once_and_follows_what_happens(self, file, status, tmp_path):
        await_file(tmp_path / "status.json", lambda told: told["outcomes"] == [])
        tell(status, reported(Completed()))
        await_file(tmp_path / "status.json", lambda told: len(told["outcomes"]) == 1)

    def test_the_keyword_of_a_robot_is_followed_without_notice(self, file, status, tmp_path, run):
        tell(status, notices.Started(TASK, run, None))
        note(run, keywords=["First"])
        await_file(tmp_path / "status.json", lambda told: keywords(told) == ["First"])
        note(run, keywords=["Second"])
        await_file(tmp_path / "status.json", lambda told: keywords(told) == ["Second"])

    def test_an_idle_worker_writes_nothing(self, file, tmp_path):
        path = tmp_path / "status.json"
        await_file(path, lambda told: True)
        time.sleep(0.2)
        before = path.stat().st_mtime_ns
        time.sleep(0.5)
        assert path.stat().st_mtime_ns == before

    def test_many_changes_are_few_writes(self, file, status, tmp_path, monkeypatch):
        written = []
        monkeypatch.setattr(status_file, "write_json", lambda path, content: written.append(path))
        for _ in range(50):
            tell(status, reported(Completed()))
            time.sleep(0.01)
        assert 1 <= len(written) <= 8

    def test_the_end_is_the_last_word(self, file, tmp_path):
        file.stop()
        assert json.loads((tmp_path / "status.json").read_text())["state"] == "stopped"
        assert "status" not in [thread.name for thread in threading.enumerate()]

    def test_a_folder_that_is_gone_stops_nothing(self, status, tmp_path, monkeypatch):
        monkeypatch.setattr(status_file, "INTERVAL", 0.05)
        file = StatusFile(status, tmp_path / "later")
        file.start()
        time.sleep(0.1)
        (tmp_path / "later").mkdir()
        tell(status, reported(Completed()))
        await_file(tmp_path / "later" / "status.json", lambda told: len(told["outcomes"]) == 1)
        file.stop()


class TestAllWorkers:
    @pytest.fixture
    def state(self, tmp_path):
        return tmp_path / "state"

    @pytest.fixture
    def make_worker(self, state):
        """Makes the folder of a worker with the given status."""

        def make_worker(number=1, **changes):
            folder = state / f"worker-{number}"
            folder.mkdir(parents=True)
            (folder / "lock").touch()
            status = {**Status("pc-1-x", 4, [ENGINE]).snapshot(), **changes}
            (folder / "status.json").write_text(json.dumps(status), "utf-8")
            return folder

        return make_worker

    def put_result(self, folder, phase, problem=None):
        spool = Spool(folder)
        spool.take(Entry("20261121-run", ENGINE, "pc-1-x", TASK, Policy(), "output"))
        spool.move("20261121-run", phase, problem)
        spool.close()

    def show(self, state, **options):
        from CamundaLibrary.cli.group import group

        arguments = ["worker", "--status", "--state", str(state), *(f"--{name}" for name in options)]
        result = CliRunner().invoke(group, arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def test_no_worker_is_said(self, state):
        assert self.show(state) == f"There is no worker in '{state}'.\n"
        assert not state.exists()
        assert self.show(state, json=True) == "[]\n"

    def test_a_folder_that_is_held_is_alive_and_one_that_is_not_is_gone(self, state, make_worker):
        held = FileLock(make_worker(1) / "lock")
        make_worker(2)
        make_worker(10, state="stopped")
        with held:
            first, second, third = look_at_workers(state)
        assert (first.is_alive, second.is_alive, third.is_alive) == (True, False, False)
        assert [each.folder.name for each in (first, second, third)] == ["worker-1", "worker-2", "worker-10"]
        said = self.show(state).splitlines()
        assert said[1].startswith("worker-2: gone without an orderly stop, last heard of ")
        assert said[2].startswith("worker-10: stopped ")

    def test_a_look_takes_no_folder_away(self, state, make_worker):
        folder = make_worker(1)
        look_at_workers(state)
        with FileLock(folder / "lock", timeout=0):
            pass

    def test_a_worker_that_runs_is_shown_line_by_line_on_a_pipe(self, state, make_worker):
        now = datetime.now(timezone.utc)
        running = {"taskId": "a1b2", "topic": "Search", "businessKey": "A\n-17", "processInstanceId": "p1",
                   "started": (now - timedelta(seconds=75)).isoformat(), "folder": "run", "robotTask": "Do it",
                   "keyword": "Sleep\x1b[2J", "keywordSince": (now - timedelta(seconds=3)).isoformat()}  # fmt: skip
        paused = {"topic": "Search", "reason": "hand", "since": now.isoformat(), "until": None}
        done = {**running, "taskId": "c3", "outcome": "incident", "message": "No such file.", "seconds": 1,
                "reported": (now - timedelta(hours=2)).isoformat()}  # fmt: skip
        engine = {"url": ENGINE, "version": None, "lastAnswer": None, "problem": "No answer."}
        with FileLock(
            make_worker(running=[running], pausedTopics=[paused], outcomes=[done], engines=[engine]) / "lock"
        ):
            said = self.show(state).splitlines()
        assert said[0].startswith("worker-1: pc-1-x, running for ")
        assert said[0].endswith(", 1 of 4 slots taken")
        assert said[1:] == [
            "  ! No answer.",
            "  ! Topic 'Search' is paused by hand.",
            "  runs task 'a1b2' of topic 'Search' (business key 'A -17') for 1 min, keyword Sleep\\x1b[2J for 3 s",
            "  incident task 'c3' of topic 'Search' (business key 'A -17') 2 h ago: No such file.",
        ]

    @pytest.mark.parametrize(
        ("phase", "said"),
        [
            (Phase.RUNNING, "was running when its worker died"),
            (Phase.ENDED, "has a result that was not reported yet"),
            (Phase.UNDELIVERED, "has a result that the engine did not take yet"),
            (Phase.REFUSED, "has a result that the engine refused"),
            (Phase.LOST, "was lost before its result could be reported"),
        ],
    )
    def test_what_a_dead_worker_left_is_told(self, state, make_worker, phase, said):
        folder = make_worker()
        self.put_result(folder, phase, "No answer.")
        line = self.show(state).splitlines()[1]
        assert line == f"  ! Task 'a1b2' {said}. No answer. Its files are in '{folder}/runs/20261121-run'."

    def test_what_a_living_worker_still_works_on_is_no_result(self, state, make_worker):
        folder = make_worker()
        self.put_result(folder, Phase.RUNNING)
        with FileLock(folder / "lock"):
            (worker,) = look_at_workers(state)
        assert worker.results == ()

    @pytest.mark.parametrize(
        ("phase", "count"),
        [(Phase.RUNNING, 0), (Phase.ENDED, 1), (Phase.UNDELIVERED, 1), (Phase.REFUSED, 0)],
    )
    def test_results_that_wait_for_the_engine_are_counted(self, make_worker, phase, count):
        folder = make_worker()
        assert count_waiting(folder) == 0
        self.put_result(folder, phase)
        assert count_waiting(folder) == count

    def test_json_holds_it_all(self, state, make_worker):
        self.put_result(make_worker(state="stopped"), Phase.LOST, "task does not exist")
        (worker,) = json.loads(self.show(state, json=True))
        (result,) = worker.pop("results")
        assert (worker["alive"], worker["workerId"], worker["state"]) == (False, "pc-1-x", "stopped")
        assert (result["taskId"], result["phase"], result["problem"]) == ("a1b2", "lost", "task does not exist")

    def test_a_broken_file_is_no_reason_to_fail(self, state, make_worker):
        folder = make_worker()
        (folder / "status.json").write_text("{", "utf-8")
        (folder / "spool.db").write_bytes(b"no database at all, but long enough to look like one" * 10)
        assert self.show(state) == "worker-1: gone\n"

    def test_a_starting_worker_has_no_status_yet(self, state, make_worker):
        folder = make_worker()
        (folder / "status.json").unlink()
        with FileLock(folder / "lock"):
            assert self.show(state) == "worker-1: starts, or finishes what another worker left\n"


class TestView:
    def test_tables_show_all_and_steer_no_terminal(self, status, run):
        tell(status, notices.FetchFailed(ENGINE, "No answer."), notices.TopicPaused("Search comics", "breaker", 60))
        tell(status, notices.Started(TASK._replace(business_key="[red]A\x1b[2J"), run, None))
        tell(status, reported(Failed("No such [bold]file.", retries=0)))
        note(run)
        console = Console(file=io.StringIO(), width=160, force_terminal=True, color_system=None)
        snapshot = status.snapshot()
        console.print(render(headline(snapshot), snapshot))
        text = console.file.getvalue()
        assert "pc-1-x, running for 0 s, 1 of 4 slots taken" in text
        assert "! No answer." in text
        assert "! Topic 'Search comics' is paused by breaker until " in text
        assert "[red]A\\x1b[2J" in text
        assert " BuiltIn.Sleep " in text
        assert "No such [bold]file." in text
        assert "\x1b[2J" not in text

    def test_lines_and_tables_come_from_the_same_status(self, status):
        tell(status, reported(Completed()))
        assert list(lines(status.snapshot())) == [
            "  completed task 'a1b2' of topic 'Search comics' (business key 'A-17') 0 s ago"
        ]


def test_the_exit_code_is_given_back(tmp_path, capsys):
    assert show_status(tmp_path) == 0
    assert capsys.readouterr().out == f"There is no worker in '{tmp_path}'.\n"
