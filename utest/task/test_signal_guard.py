"""Signals are kept away while a result is on its way, and are as before afterwards."""

import os
import signal
import threading
import time

import pytest

from CamundaLibrary.task.signal_guard import SignalDelay, SignalGuard

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Stopped(Exception):
    pass


def stop(number, frame):
    raise Stopped


@pytest.fixture(autouse=True)
def _handlers():
    former = {number: signal.signal(number, stop) for number in SIGNALS}
    yield
    for number, handler in former.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_under_guard_does_nothing_and_the_next_one_after_it_counts(number):
    guard = SignalGuard()
    guard.on()
    os.kill(os.getpid(), number)
    guard.off()
    with pytest.raises(Stopped):
        os.kill(os.getpid(), number)


def test_a_guard_that_is_set_twice_gives_back_what_was_there_before_the_first():
    guard = SignalGuard()
    guard.on()
    guard.on()
    guard.off()
    assert [signal.getsignal(number) for number in SIGNALS] == [stop, stop]


def test_a_guard_that_was_never_set_changes_nothing():
    SignalGuard().off()
    assert [signal.getsignal(number) for number in SIGNALS] == [stop, stop]


def test_outside_of_the_main_thread_it_does_nothing():
    guard, errors = SignalGuard(), []

    def use():
        try:
            guard.on()
            guard.off()
        except ValueError as error:
            errors.append(error)

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert errors == []
    assert [signal.getsignal(number) for number in SIGNALS] == [stop, stop]


def work_through(done, signal_that_comes):
    with SignalDelay():
        signal_that_comes()
        time.sleep(0.1)
        done.append("the block")


class TestDelay:
    @pytest.mark.parametrize("number", SIGNALS)
    def test_a_signal_in_the_block_is_handled_after_it(self, number):
        done = []
        with pytest.raises(Stopped):
            work_through(done, lambda: os.kill(os.getpid(), number))
        assert done == ["the block"]
        assert signal.getsignal(number) is stop

    def test_a_timeout_of_robot_framework_waits_for_its_end_too(self):
        done = []
        former = signal.signal(signal.SIGALRM, stop)
        try:
            with pytest.raises(Stopped):
                work_through(done, lambda: signal.setitimer(signal.ITIMER_REAL, 0.01))
        finally:
            signal.signal(signal.SIGALRM, former)
        assert done == ["the block"]

    def test_a_signal_that_is_ignored_stays_so(self):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with SignalDelay():
            os.kill(os.getpid(), signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN

    def test_in_another_thread_it_does_nothing(self):
        problems = []

        def block():
            try:
                with SignalDelay():
                    pass
            except Exception as problem:
                problems.append(problem)

        thread = threading.Thread(target=block)
        thread.start()
        thread.join()
        assert problems == []
        assert signal.getsignal(signal.SIGINT) is stop
