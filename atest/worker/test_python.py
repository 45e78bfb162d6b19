"""Plain Python under a worker: handlers, and commands that ask for their task or do not."""

import textwrap
from datetime import timedelta

import pytest
from worker_stage import is_alive, wait_until

from CamundaLibrary.variables import FileValue

MODULE = """
import os, sys, time
from CamundaLibrary import GiveBackTask, ReportFailure, ThrowBpmnError, current_task

def do(task):
    {body}
"""


@pytest.fixture
def handler_bundle(tmp_path, topic):
    """Makes a bundle whose handler has the given lines."""

    def handler_bundle(body, **options):
        folder = tmp_path / "comics"
        folder.mkdir()
        lines = "".join(f"{key} = {value}\n" for key, value in {"handler": '"work:do"', **options}.items())
        (folder / "pyproject.toml").write_text(f'[tool.camunda-robot.topics."{topic}"]\n{lines}', "utf-8")
        text = textwrap.indent(textwrap.dedent(body).strip(), "    ").strip()
        (folder / "work.py").write_text(MODULE.format(body=text), "utf-8")
        return folder

    return handler_bundle


@pytest.fixture
def shell_bundle(bundle):
    """Makes a bundle with a command; the program of the given lines is count.py."""

    def shell_bundle(shell, code="", **options):
        folder = bundle(form=f"shell: {shell}", **options)
        (folder / "count.py").write_text(MODULE.split("def do")[0] + textwrap.dedent(code), "utf-8")
        return folder

    return shell_bundle


class TestHandlers:
    def test_a_handler_gets_variables_and_files_and_gives_them(self, handler_bundle, start, start_worker, tmp_path):
        folder = handler_bundle("""
            path = task.file("photo")
            with open("output/answer.bin", "wb") as file:
                file.write(path.read_bytes() + b"!")
            task.set_file("answer", "output/answer.bin")
            ours = sorted(name for name in os.environ if name.startswith("CAMUNDA_"))
            return {"told": f"{task.business_key} {task.variable('number') + 1} {path.name}", "ours": ours}
        """)
        photo = FileValue("../../köln.png", content=b"\x00\xff picture")
        instance = start({"number": 2**40}, photo=photo)
        worker = start_worker(folder)
        instance.await_end()
        assert instance.ends == ["done"]
        assert instance.variables["told"] == f"A-17 {2**40 + 1} köln.png"
        assert instance.variables["ours"] == ["CAMUNDA_TASK_FILE"]
        assert instance.file("answer") == b"\x00\xff picture!"
        assert "log" not in instance.variables
        assert worker.stop() == 0

    def test_a_bpmn_error_is_thrown_with_its_variables(self, handler_bundle, start, start_worker):
        instance = start()
        start_worker(handler_bundle("raise ThrowBpmnError('not_found', 'No comic.', page=3)"))
        instance.await_end()
        assert (instance.ends, instance.variables["page"]) == (["ended-by-error"], 3)

    def test_a_failure_has_traceback_console_and_the_tries_of_the_manifest(self, handler_bundle, start, start_worker):
        instance = start()
        start_worker(handler_bundle("print('half way')\nraise ValueError('boom')", retries="5"))
        assert instance.await_failure().error_message == "ValueError: boom"
        assert instance.task.retries == 4
        assert 'work.py", line 7, in do' in instance.details
        assert "Last lines of the console:\nhalf way\n" in instance.details

    def test_a_failure_is_reported_as_told(self, handler_bundle, start, start_worker):
        instance = start()
        start_worker(handler_bundle("raise ReportFailure('Closed.', retries=0)"))
        assert instance.await_failure().error_message == "Closed."
        assert instance.task.retries == 0

    def test_a_module_that_cannot_be_imported_is_a_failure_that_names_it(self, handler_bundle, start, start_worker):
        instance = start()
        start_worker(handler_bundle("pass", handler='"nowhere:do"'))
        assert instance.await_failure().error_message == (
            "Importing handler 'nowhere:do' failed: ModuleNotFoundError: No module named 'nowhere'"
        )

    def test_a_handler_is_stopped_at_its_time_limit(self, handler_bundle, start, start_worker):
        instance = start()
        start_worker(handler_bundle("time.sleep(60)", timeout='"1s"'))
        assert instance.await_failure().error_message == "The robot was stopped after its time limit of 1 second."
        assert "The run was stopped before its end." in instance.details

    def test_a_handler_that_is_killed_is_a_failure_that_says_by_what(self, handler_bundle, start, start_worker):
        instance = start()
        start_worker(handler_bundle("os.kill(os.getpid(), 9)"))
        said = instance.await_failure().error_message
        assert said == "The robot was killed by signal 9 (SIGKILL), as systems do when memory runs out."

    def test_a_handler_notices_that_its_lock_is_lost(self, handler_bundle, start, start_worker, engine, tmp_path):
        mark = tmp_path / "lost"
        folder = handler_bundle(
            f"""
            try:
                while True:
                    task.check_lock()
                    time.sleep(0.05)
            finally:
                open({str(mark)!r}, "w").close()
            """,
            lockDuration='"3s"',
        )
        instance = start()
        start_worker(folder)
        instance.await_lock()
        engine.external_tasks.unlock(instance.task.id)
        engine.external_tasks.lock(instance.task.id, "somebody-else", timedelta(minutes=1))
        wait_until(mark.exists)
        assert instance.events == ["created"]

    def test_a_handler_ends_with_a_worker_that_is_killed(self, handler_bundle, start, start_command, tmp_path):
        mark = tmp_path / "pid"
        folder = handler_bundle(f"open({str(mark)!r}, 'w').write(str(os.getpid()))\ntime.sleep(60)")
        instance = start()
        worker = start_command(folder, "--slots", "1")
        pid = int(wait_until(lambda: mark.exists() and mark.read_text()))
        worker.kill()
        wait_until(lambda: not is_alive(pid))
        assert instance.events == ["created"]


class TestCommands:
    def test_a_program_completes_its_task(self, shell_bundle, start, start_worker):
        code = "task = current_task()\ntask.set('words', len(task.variable('text').split()))"
        instance = start({"text": "one two three"})
        start_worker(shell_bundle("python count.py", code))
        instance.await_end()
        assert (instance.ends, instance.variables["words"]) == (["done"], 3)

    def test_a_program_throws_a_bpmn_error(self, shell_bundle, start, start_worker):
        instance = start()
        start_worker(shell_bundle("python count.py", "current_task()\nraise ThrowBpmnError('x')"))
        instance.await_end()
        assert instance.ends == ["ended-by-error"]

    @pytest.mark.parametrize("leave", ["sys.exit(3)", "raise SystemExit(3)"])
    def test_an_exit_code_fails_the_task_however_it_came_about(self, shell_bundle, start, start_worker, leave):
        instance = start()
        start_worker(shell_bundle("python count.py", f"current_task().set('seen', 1)\n{leave}"))
        failed = instance.await_failure()
        assert "exit code 3" in failed.error_message
        assert "seen" not in instance.variables

    def test_a_program_that_gives_back_its_task_gets_it_again(self, shell_bundle, start, start_worker, tmp_path):
        code = f"""
            from datetime import timedelta
            task = current_task()
            if not os.path.exists({str(tmp_path / "seen")!r}):
                open({str(tmp_path / "seen")!r}, "w").close()
                raise GiveBackTask(timedelta())
        """
        instance = start()
        start_worker(shell_bundle("python count.py", code))
        instance.await_end()
        assert instance.events == ["created", "succeeded"]

    def test_a_program_that_is_stopped_with_the_worker_costs_no_try(self, shell_bundle, start, start_worker, tmp_path):
        mark = tmp_path / "started"
        instance = start()
        code = f"current_task()\nopen({str(mark)!r}, 'w').close()\ntime.sleep(60)"
        worker = start_worker(shell_bundle("python count.py", code))
        wait_until(mark.exists)
        assert worker.stop() == 0
        assert instance.await_failure().error_message == "The worker was stopped before the robot ended."
        assert instance.task.retries == 3
        assert "The run was stopped before its end." in instance.details

    def test_a_command_that_never_asks_is_done_when_it_ends_well(self, shell_bundle, start, start_worker):
        instance = start()
        start_worker(shell_bundle("python count.py", "print('hello')"))
        instance.await_end()
        assert instance.ends == ["done"]

    def test_a_command_that_never_asks_and_fails_is_a_failure(self, shell_bundle, start, start_worker):
        instance = start()
        start_worker(shell_bundle("python count.py", "sys.exit('No disk.')"))
        assert instance.await_failure().error_message == "The command of task 'Task' failed (exit code 1)."
        assert "No disk." in instance.details
