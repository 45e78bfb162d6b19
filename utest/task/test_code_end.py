"""How Python code ended, in the words for a task."""

from CamundaLibrary.errors import BundleError, VariableMissing
from CamundaLibrary.task.code_end import result_of
from CamundaLibrary.task.outcome import RunResult
from CamundaLibrary.task.signal_guard import Stopped


def raised_by(code):
    try:
        code()
    except BaseException as error:
        return error


def test_code_that_ends_in_order_has_passed():
    assert [result_of(each) for each in (None, SystemExit(), SystemExit(0))] == [RunResult("PASS")] * 3


def test_code_that_was_stopped_says_no_more_than_that():
    assert [result_of(each) for each in (KeyboardInterrupt(), Stopped(143))] == [RunResult(None)] * 2


def test_an_exit_code_and_an_exit_with_words_are_failures():
    assert [result_of(SystemExit(code)).message for code in (3, "No disk.", "no disk")] == [
        "The program ended with exit code 3.",
        "The program ended with the words: No disk.",
        "The program ended with the words: no disk.",
    ]


def test_an_error_is_told_in_one_line_with_its_class():
    assert result_of(ValueError("boom\n  and more")).message == "ValueError: boom"
    assert result_of(ValueError()).message == "ValueError: It failed without a message."
    assert len(result_of(ValueError("x" * 1000)).message) == 666


def test_an_error_of_ours_is_its_sentence_alone():
    assert result_of(VariableMissing("Task 'a' has no variable 'b'. It has no variables.")).message == (
        "Task 'a' has no variable 'b'. It has no variables."
    )


def test_details_begin_with_the_code_of_the_user_and_tell_what_led_to_the_error():
    def inner():
        raise KeyError("price")

    def outer():
        try:
            inner()
        except KeyError as error:
            raise ValueError("No price.") from error

    details = result_of(raised_by(outer)).details.splitlines()
    assert details[:2] == ["Traceback:", "Traceback (most recent call last):"]
    assert details[2].startswith(f'  File "{__file__}", line ')
    assert "KeyError: 'price'" in details
    assert details[-1] == "ValueError: No price."


def test_an_error_of_ours_that_a_users_error_caused_has_the_traceback_of_that():
    def wrap():
        try:
            raise ValueError("first")
        except ValueError as error:
            raise BundleError("Importing failed.") from error

    details = result_of(raised_by(wrap)).details
    assert details.splitlines()[-1] == "ValueError: first"
    assert "BundleError" not in details


def test_where_no_code_of_the_user_was_running_there_are_no_details():
    assert result_of(raised_by(lambda: None) or ValueError("x")).details is None
