from CamundaLibrary.worker.waits import GrowingWait


def test_waits_grow_to_a_limit_and_begin_anew_after_success():
    wait = GrowingWait(first=1, longest=4)
    taken = [wait.take() for _ in range(5)]
    for seconds, whole in zip(taken, (1, 2, 4, 4, 4), strict=True):
        assert whole / 2 <= seconds <= whole
    wait.reset()
    assert wait.take() <= 1


def test_waits_of_two_workers_differ():
    assert GrowingWait().take() != GrowingWait().take()
