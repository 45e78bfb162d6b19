import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from CamundaLibrary.errors import TaskFileError
from CamundaLibrary.worker.fetching.pauses import PausesByHand, pause, read_paused, resume


def test_a_topic_is_paused_and_resumed_and_others_stay(tmp_path):
    by_hand = PausesByHand(tmp_path / "state")
    assert by_hand.topics == frozenset()
    assert pause(tmp_path / "state", "a") is True
    assert pause(tmp_path / "state", "b") is True
    assert pause(tmp_path / "state", "a") is False
    assert by_hand.topics == {"a", "b"}
    assert resume(tmp_path / "state", "a") is True
    assert resume(tmp_path / "state", "a") is False
    assert by_hand.topics == {"b"}


def test_it_is_known_since_when_a_topic_is_paused(tmp_path):
    pause(tmp_path, "a")
    since = read_paused(tmp_path)["a"]
    pause(tmp_path, "b")
    assert read_paused(tmp_path)["a"] == since
    assert since[4] == "-"
    assert since[10] == "T"


def test_pauses_made_at_the_same_time_are_all_kept(tmp_path):
    topics = [f"topic {number}" for number in range(20)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda topic: pause(tmp_path, topic), topics))
    assert sorted(read_paused(tmp_path)) == sorted(topics)


def test_a_file_that_is_broken_changes_nothing_and_is_told_once(tmp_path, caplog):
    pause(tmp_path, "a")
    by_hand = PausesByHand(tmp_path)
    assert by_hand.topics == {"a"}
    (tmp_path / "paused.json").write_text("{", "utf-8")
    assert by_hand.topics == {"a"}
    assert by_hand.topics == {"a"}
    (line,) = caplog.messages
    assert line.startswith(f"Reading '{tmp_path / 'paused.json'}' failed: ")
    assert line.endswith("Topics that are paused by hand stay as they were.")
    with pytest.raises(TaskFileError):
        resume(tmp_path, "a")


def test_the_file_is_read_only_after_a_change(tmp_path):
    pause(tmp_path, "a")
    by_hand = PausesByHand(tmp_path)
    assert by_hand.topics == {"a"}
    path = tmp_path / "paused.json"
    before = path.stat()
    path.write_text(path.read_text("utf-8").replace('"a"', '"b"'), "utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert by_hand.topics == {"a"}
