"""The log of the run that goes with the outcome, and runs that write none. What is inside it is tested in atest."""

import pytest

WORK = "*** Tasks ***\nWork\n    Log    Hello.\n"
SKIP_ALL = "*** Tasks ***\nWork\n    Skip\n"
NO_LOG = "No log is kept with the task: the run wrote none.\n"


def kept_log(run):
    """The published log as the outcome names it."""
    return (run.folder / run.outcome["log"]["file"]["path"]).read_text("utf-8")


@pytest.mark.parametrize(
    "options", [[], ["--log", "my/run.html"], ["--log", "{folder}/elsewhere/l.html"], ["--splitlog"]]
)
def test_the_log_is_kept_wherever_robot_framework_writes_it(robots, options):
    run = robots.run(WORK, *(option.format(folder=robots.folder) for option in options))
    assert run.outcome["outcome"] == "completed"
    assert "Work" in kept_log(run)
    assert run.err == ""


@pytest.mark.parametrize("options", [["--log", "NONE"], ["--output", "NONE"], ["--output", "NONE", "--log", "NONE"]])
def test_a_run_that_writes_no_log_says_so_once(robots, options):
    run = robots.run(WORK, *options)
    assert (run.rc, run.outcome["outcome"]) == (0, "completed")
    assert "log" not in run.outcome
    assert run.err.count(NO_LOG) == 1
    assert "Outcome of the task: completed\n" in run.out


@pytest.mark.parametrize(
    ("log", "robot", "is_kept"),
    [
        ("always", WORK, True),
        ("never", WORK, False),
        ("never", SKIP_ALL, False),
        ("on_failure", WORK, False),
        ("on_failure", SKIP_ALL, True),
    ],
)
def test_when_a_log_is_kept(robots, log, robot, is_kept):
    run = robots.run(robot, environment={"CAMUNDA_LOG": log})
    assert ("log" in run.outcome) is is_kept
    assert run.err == ""


@pytest.mark.parametrize("keyword", ["Throw BPMN Error    x", "Give Back Task", "Report Failure    x"])
def test_on_failure_means_every_outcome_but_completed(robots, keyword):
    text = f"*** Settings ***\nLibrary    CamundaLibrary\n*** Tasks ***\nWork\n    {keyword}\n"
    run = robots.run(text, listener="CamundaListener:log=on_failure")
    assert "Work" in kept_log(run)


def test_no_log_is_wanted_and_none_is_written_is_nothing_to_tell(robots):
    assert robots.run(WORK, "--log", "NONE", environment={"CAMUNDA_LOG": "never"}).err == ""


def test_name_and_scope_of_the_variable(robots):
    run = robots.run(WORK, environment={"CAMUNDA_LOG_VARIABLE": "protocol", "CAMUNDA_LOG_SCOPE": "process"})
    assert (run.outcome["log"]["variable"], run.outcome["log"]["scope"]) == ("protocol", "process")


def test_a_file_of_the_robot_that_is_named_log_html_stays_its_own(robots):
    run = robots.run(
        "*** Settings ***\nLibrary    CamundaLibrary\nLibrary    OperatingSystem\n*** Tasks ***\nWork\n"
        "    Create File    ${TEMPDIR}/camunda-library-test/log.html    MINE\n"
        "    Set Task File    report    ${TEMPDIR}/camunda-library-test/log.html\n",
        "--variable",
        f"TEMPDIR:{robots.folder}",
    )
    report = run.outcome["variables"]["report"]
    assert (run.folder / report["path"]).read_text() == "MINE"
    assert report["filename"] == run.outcome["log"]["file"]["filename"] == "log.html"
    assert "Work" in kept_log(run)


def test_a_log_that_cannot_be_kept_does_not_stop_the_outcome(robots):
    """The folder for files cannot be made: a file is in its place."""
    run = robots.run(
        "*** Settings ***\nLibrary    OperatingSystem\n*** Tasks ***\nWork\n"
        "    Create File    ${OUTPUT DIR}/../task.outcome    x\n",
        in_process=False,  # a warning of Python's logging, which pytest would catch
    )
    assert (run.rc, run.outcome["outcome"]) == (0, "completed")
    assert "log" not in run.outcome
    assert "No log is kept with the task: " in run.err


class TestUnwritableOutput:
    def test_a_log_folder_that_cannot_be_made_ends_the_run_before_it_starts(self, robots):
        (robots.folder / "file").write_text("")
        run = robots.run(WORK, "--log", str(robots.folder / "file" / "deeper" / "log.html"))
        assert (run.rc, run.outcome["outcome"]) == (252, "failure")
        assert run.outcome["errorMessage"] == "The run was stopped before its end."

    def test_a_log_that_cannot_be_written_is_none(self, robots):
        (robots.folder / "file").write_text("")
        run = robots.run(WORK, "--log", str(robots.folder / "file" / "log.html"))
        assert run.outcome["outcome"] == "completed"
        assert "log" not in run.outcome
        assert run.err.endswith(NO_LOG)

    def test_an_output_folder_that_cannot_be_made_leaves_no_outcome(self, robots):
        """Robot Framework never makes the listener: no outcome file is the worker's sign that the run failed."""
        (robots.folder / "file").write_text("")
        run = robots.run(WORK, "--outputdir", str(robots.folder / "file"))
        assert (run.rc, run.outcome) == (252, None)
