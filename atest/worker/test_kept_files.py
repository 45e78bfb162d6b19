"""What `keep` names is kept with the task beside its log, whatever becomes of it, and never blocks the outcome."""

import pytest
from faults import answer

OUT_OF_MEMORY = {"type": "OutOfMemoryError", "message": "Java heap space", "code": 0}
WRITE = (
    "Create File    ${OUTPUT DIR}/invoice.pdf    %PDF-1.7 of A-17\nCreate File    ${OUTPUT DIR}/more/rows.csv    a;b"
)
KEEP = '["output/*.pdf", "output/**/*.csv", "output/none*"]'


def task_files(instance) -> dict[str, str]:
    """The File variables of the task's own scope, by name, with their content; the log left out."""
    found = instance.engine.history.variables(instance.id)
    files = {each.name: each for each in found if each.value.type == "File" and each.name != "log"}
    return {name: instance.engine.history.variable_file(each.id).decode() for name, each in files.items()}


def test_files_that_the_manifest_keeps_are_variables_of_the_task(bundle, start, start_worker) -> None:
    instance = start()
    start_worker(bundle(WRITE, keep=KEEP))
    instance.await_end()
    assert task_files(instance) == {"invoice.pdf": "%PDF-1.7 of A-17", "rows.csv": "a;b"}
    (kept,) = instance.engine.history.variables(instance.id, name="invoice.pdf")
    assert (kept.value.filename, kept.value.mime_type) == ("invoice.pdf", "application/pdf")
    assert b"<html" in instance.file("log")


def test_they_are_kept_after_a_failure_too(bundle, start, start_worker) -> None:
    instance = start()
    start_worker(bundle(f"{WRITE}\nFail    No connection.", keep=KEEP, retries="1"))
    instance.await_failure()
    assert task_files(instance) == {"invoice.pdf": "%PDF-1.7 of A-17", "rows.csv": "a;b"}
    assert instance.task.retries == 0


def test_a_robot_that_keeps_nothing_is_no_error(bundle, start, start_worker) -> None:
    instance = start()
    start_worker(bundle("No Operation", keep=KEEP))
    instance.await_end()
    assert task_files(instance) == {}


def test_an_engine_without_memory_for_log_and_files_still_gets_the_outcome(
    bundle, start, start_worker, proxy, caplog: pytest.LogCaptureFixture
) -> None:
    proxy.fail_once("POST", "/complete", answer(500, OUT_OF_MEMORY))
    proxy.fail("POST", "/localVariables/log/data", answer(500, OUT_OF_MEMORY))
    proxy.fail("POST", "/localVariables/invoice.pdf/data", answer(500, OUT_OF_MEMORY))
    instance = start()
    start_worker(bundle(f"{WRITE}\nSet Task Variable    a    b", keep=KEEP), url=proxy.url)
    instance.await_end()
    assert instance.variables["a"] == "b"
    assert task_files(instance) == {"rows.csv": "a;b"}
    assert len(proxy.find_requests("POST", "/localVariables/log/data")) == 1
    for name in ("log.html", "invoice.pdf"):
        assert f"File '{name}' of the run was not kept with the task: " in caplog.text


def test_links_out_of_the_bundle_are_not_kept(bundle, start, start_worker, tmp_path) -> None:
    (tmp_path / "outside.pdf").write_text("not for the engine")
    instance = start()
    start_worker(
        bundle(f"Evaluate    os.symlink($OUT + '/outside.pdf', $OUTPUT_DIR + '/link.pdf')\n{WRITE}", keep=KEEP)
    )
    instance.await_end()
    assert set(task_files(instance)) == {"invoice.pdf", "rows.csv"}
