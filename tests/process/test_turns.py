"""Threads of a team run compiled code at the same time, and Python code after it one at a time."""

import threading
import time
from contextlib import nullcontext

import pytest

from sklearn_deep._process import ThreadTeam, isolated, without_python


def test_compiled_code_runs_at_the_same_time_and_what_follows_does_not():
    meeting, n_inside, most = threading.Barrier(3), 0, 0

    def fit(watch):
        nonlocal n_inside, most
        with isolated(None):
            for _ in range(5):
                with without_python():
                    meeting.wait(10)
                n_inside += 1
                most = max(most, n_inside)
                time.sleep(0.002)
                n_inside -= 1

    list(ThreadTeam([fit] * 3, 3, nullcontext).results())
    assert most == 1


@pytest.mark.parametrize("error", [None, ValueError("own")], ids=str)
def test_a_turn_ends_with_the_fit(error):
    ended = threading.Event()

    def first(watch):
        try:
            with isolated(None), without_python():
                if error is not None:
                    raise error
        except ValueError:
            pass
        return ended.wait(10)

    def second(watch):
        with isolated(None), without_python():
            time.sleep(0.05)
        ended.set()
        return True

    assert list(ThreadTeam([first, second], 2, nullcontext).results()) == [True, True]


def test_outside_of_a_team_there_are_no_turns():
    with isolated(None), without_python():
        pass
    thread = threading.Thread(target=lambda: without_python().__enter__())
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
