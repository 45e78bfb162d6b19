"""Threads that are shared: one for all time limits, and those that do one task after the other."""

import threading
import time
from queue import SimpleQueue

import pytest

from CamundaLibrary.worker.deadlines import Deadlines
from CamundaLibrary.worker.task_threads import TaskThreads


class TestDeadlines:
    def test_a_call_is_made_when_its_time_is_over(self):
        called = threading.Event()
        begun = time.monotonic()
        with Deadlines().limit(0.2, called.set):
            assert called.wait(5)
        assert 0.2 <= time.monotonic() - begun < 3

    def test_nothing_is_called_that_was_over_before(self):
        deadlines, calls = Deadlines(), SimpleQueue()
        with deadlines.limit(0.1, lambda: calls.put("first")):
            pass
        with deadlines.limit(0.3, lambda: calls.put("second")):
            assert calls.get(timeout=5) == "second"

    def test_a_shorter_limit_does_not_wait_for_the_longer_one_before_it(self):
        deadlines, called = Deadlines(), threading.Event()
        with deadlines.limit(3600, lambda: None), deadlines.limit(0.1, called.set):
            assert called.wait(5)

    def test_a_limit_of_the_same_block_is_called_once(self):
        deadlines, calls = Deadlines(), SimpleQueue()
        with deadlines.limit(0.05, lambda: calls.put(1)):
            calls.get(timeout=5)
            time.sleep(0.2)
        assert calls.empty()

    def test_a_limit_longer_than_a_system_can_wait_does_not_end_the_thread(self):
        deadlines, called = Deadlines(), threading.Event()
        with deadlines.limit(1e12, lambda: None):
            time.sleep(0.1)
            with deadlines.limit(0.1, called.set):
                assert called.wait(5)

    def test_all_limits_have_one_thread(self):
        before, deadlines = threading.active_count(), Deadlines()
        with deadlines.limit(60, lambda: None), deadlines.limit(30, lambda: None):
            assert threading.active_count() == before + 1


class TestTaskThreads:
    def test_calls_at_the_same_time_have_a_thread_each(self):
        threads, barrier = TaskThreads(), threading.Barrier(4)
        for _ in range(3):
            threads.run(barrier.wait)
        barrier.wait(5)

    def test_a_call_after_another_has_its_thread(self):
        threads, seen = TaskThreads(), SimpleQueue()
        for _ in range(5):
            threads.run(lambda: seen.put(threading.get_ident()))
            time.sleep(0.05)
        assert len({seen.get(timeout=5) for _ in range(5)}) == 1

    @pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
    def test_a_call_that_raises_takes_no_other_with_it(self):
        threads, done = TaskThreads(), threading.Event()
        threads.run(lambda: 1 / 0)
        time.sleep(0.05)
        threads.run(done.set)
        assert done.wait(5)

    def test_threads_end_when_they_are_closed_each_after_its_call(self):
        threads, seen, go = TaskThreads("of the test"), SimpleQueue(), threading.Event()
        threads.run(lambda: seen.put(1))
        threads.run(lambda: seen.put(go.wait(5)))
        threads.close()
        threads.run(lambda: seen.put(2))
        go.set()
        assert sorted(seen.get(timeout=5) for _ in range(3)) == [1, 1, 2]
        for thread in threading.enumerate():
            if thread.name == "of the test":
                thread.join(5)
                assert not thread.is_alive()
