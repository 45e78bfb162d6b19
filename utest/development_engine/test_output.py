import io
from datetime import timedelta

from CamundaLibrary.development_engine.output import EngineOutput


def read(text, log=None):
    output = EngineOutput(io.StringIO(text), log)
    output.wait_for_end()
    return output


def test_finds_the_port():
    assert read("Starting\n INFO : Tomcat started on port 41234 (http) with context path '/'\n").port == 41234


def test_an_end_before_the_port_ends_the_waiting():
    assert read("Starting\n").wait_for_port(timeout=timedelta(hours=1)) is None


def test_keeps_causes_and_no_stack_frames():
    output = read("Error: it failed\n\tat a.b.C(C.java:1)\n\t... 12 more\nCaused by: no room\n")
    assert output.read_last_lines() == "Error: it failed\nCaused by: no room"


def test_keeps_the_last_twenty_lines():
    output = read("".join(f"line {number}\n" for number in range(1, 31)))
    assert output.read_last_lines().splitlines() == [f"line {number}" for number in range(11, 31)]


def test_hides_the_password_of_the_database():
    output = read("No driver for jdbc:x://host/db?user=a&password=s3cret&ssl=true\n")
    assert output.read_last_lines() == "No driver for jdbc:x://host/db?user=a&password=***&ssl=true"


def test_appends_all_lines_to_the_log(tmp_path):
    log = tmp_path / "engine.log"
    read("one\n\tat a.b\n", log)
    read("two\n", log)
    assert log.read_text() == "one\n\tat a.b\ntwo\n"
