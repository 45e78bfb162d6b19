"""Python for a task of the engine, without a worker: the process reports by itself when it ends."""

import signal

import pytest

from CamundaLibrary.variables import FileValue

HANDLERS = ("-m", "CamundaLibrary.handlers")


def run(process):
    out, err = process.communicate(timeout=90)
    return process.returncode, out, err


def test_a_program_gets_and_gives_variables_and_files(start_task, start_python, engine_url):
    task = start_task({"text": "one two", "photo": FileValue("photo.png", content=b"\x00\xff")})
    program = start_python(
        """
        from CamundaLibrary import current_task
        task = current_task()
        path = task.file("photo")
        path.with_name("answer.bin").write_bytes(path.read_bytes() + b"!")
        task.set_file("answer", path.with_name("answer.bin"))
        task.set("told", f"{task.business_key} {len(task.variable('text').split())} {path.name}")
        task.set("colour", task.extension_properties["colour"])
        task.check_lock()
        """,
        "work.py",
        task_id=task.id,
    )
    code, out, err = run(program)
    assert (code, err) == (0, "")
    assert out.startswith("Outcome of the task: completed\n")
    assert out.endswith(f"  reported to {engine_url} for task '{task.id}'\n")
    assert task.ends == ["done"]
    assert (task.variables["told"], task.variables["colour"]) == ("B-1 2 photo.png", "red")
    (answer,) = task.engine.history.variables(task.instance, name="answer")
    assert task.engine.history.variable_file(answer.id) == b"\x00\xff!"
    assert "log" not in task.variables


def test_a_bpmn_error_is_caught_by_the_model(start_task, start_python):
    task = start_task()
    code = "from CamundaLibrary import *\ncurrent_task()\nraise ThrowBpmnError('not_found', 'No comic.', page=3)"
    assert run(start_python(code, "work.py", task_id=task.id))[0] == 0
    assert task.ends == ["ended-by-error"]
    assert (task.variables["errorCode"], task.variables["page"]) == ("not_found", 3)


def test_an_error_is_a_failure_with_its_traceback_and_uses_up_a_try(start_task, start_python):
    task = start_task()
    code = "from CamundaLibrary import current_task\ncurrent_task()\nraise ValueError('boom')"
    assert run(start_python(code, "work.py", task_id=task.id))[0] == 1
    assert [entry.error_message for entry in task.failures] == ["ValueError: boom"]
    assert task.retries == 2
    assert 'work.py", line 3, in <module>\n    raise ValueError' in task.details


def test_a_program_of_several_blocks_does_one_task_after_the_other(start_task, start_python):
    first = start_task()
    second = first.engine.processes.start(first.topic)
    program = start_python(
        """
        from CamundaLibrary import current_task
        from CamundaLibrary.errors import NoCurrentTask
        try:
            while True:
                with current_task() as task:
                    task.set("done", task.process_instance_id)
        except NoCurrentTask as error:
            print(error)
        """,
        "work.py",
        topic=first.topic,
    )
    code, out, err = run(program)
    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == f"No task of topic '{first.topic}' is waiting."
    assert first.variables["done"] == first.instance
    assert first.engine.history.process_instance(second.id).state == "COMPLETED"


def test_the_lock_is_kept_while_a_program_runs_that_fetched_its_task(start_task, start_python):
    task = start_task()
    code = "import time\nfrom CamundaLibrary import current_task\ncurrent_task()\ntime.sleep(6)"
    program = start_python(code, "work.py", topic=task.topic, lock_duration="2s")
    assert run(program)[0] == 0
    assert task.ends == ["done"]


@pytest.mark.parametrize("arguments", [("work.py",), (*HANDLERS, "work:main")], ids=["program", "handler"])
def test_python_that_is_stopped_fails_its_task(start_task, start_python, arguments):
    task = start_task()
    program = start_python(
        """
        import time
        from CamundaLibrary import current_task

        def main(task):
            print("started", flush=True)
            time.sleep(60)

        if __name__ == "__main__":
            main(current_task())
        """,
        *arguments,
        task_id=task.id,
    )
    assert program.stdout.readline() == "started\n"
    program.send_signal(signal.SIGTERM)
    run(program)
    assert [entry.error_message for entry in task.failures] == ["The run was stopped before its end."]


class TestHandlers:
    COUNT = "def count(task):\n    return {'words': len(task.variable('text').split())}\n"

    def test_what_a_handler_returns_are_process_variables(self, start_task, start_python):
        task = start_task({"text": "one two"})
        code, _, err = run(start_python(self.COUNT, *HANDLERS, "work:count", task_id=task.id))
        assert (code, err) == (0, "")
        assert (task.ends, task.variables["words"]) == (["done"], 2)

    def test_with_no_task_waiting_it_says_so_and_is_no_failure(self, start_python, unique):
        topic = unique("nothing")
        process = start_python(self.COUNT, *HANDLERS, "work:count", topic=topic)
        assert run(process) == (0, f"No task of topic '{topic}' is waiting.\n", "")

    def test_an_error_that_nothing_catches_is_an_incident_and_the_command_fails(self, start_task, start_python):
        task = start_task(boundary=False)
        code = "from CamundaLibrary import ThrowBpmnError\ndef throw(task):\n    raise ThrowBpmnError('x')\n"
        returned, _, err = run(start_python(code, *HANDLERS, "work:throw", task_id=task.id))
        assert task.retries == 0
        assert [entry.error_message for entry in task.failures] == ["BPMN error 'x' is not caught by the model."]
        assert returned == 1
        assert "BPMN error 'x' is not caught by the model." in err

    def test_an_engine_that_is_away_is_told_in_one_sentence(self, start_python, tmp_path):
        process = start_python(self.COUNT, *HANDLERS, "work:count", task_id="a1b2", url="http://localhost:9")
        assert run(process) == (
            1,
            "",
            "Reading external task 'a1b2' failed: nothing listens at 'localhost:9' (connection refused).\n",
        )
        assert [path.name for path in tmp_path.iterdir() if path.name != "__pycache__"] == ["work.py"]

    def test_it_needs_no_more_than_the_base_install(self, start_task, start_python):
        task = start_task()
        code = """
            import sys
            def look(task):
                return {"loaded": sorted({"robot", "pydantic", "click", "psutil", "yaml"} & set(sys.modules))}
        """
        assert run(start_python(code, *HANDLERS, "work:look", task_id=task.id))[0] == 0
        assert task.variables["loaded"] == []
