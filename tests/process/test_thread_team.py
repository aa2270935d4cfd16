"""Threads run each call once, store few results, and end with their caller."""

import threading
import time
import warnings
from contextlib import nullcontext

import pytest
import torch

from sklearn_deep._process.thread_team import ThreadTeam


def team(calls, n_threads=2):
    return ThreadTeam(calls, n_threads, nullcontext)


def alive():
    return [thread for thread in threading.enumerate() if thread is not threading.main_thread()]


def test_many_small_calls_in_more_threads_than_cores():
    calls = [lambda watch, i=i: i * i for i in range(5000)]
    assert sorted(team(calls, 7).results()) == [i * i for i in range(5000)]
    assert list(team([]).results()) == []


def test_threads_wait_for_a_caller_that_takes_nothing():
    done = []
    results = team([lambda watch: done.append(1) for _ in range(100)]).results()
    next(results)
    time.sleep(0.2)
    assert len(done) <= 2 * 4 + 2
    results.close()
    assert len(done) <= 2 * 4 + 2


@pytest.mark.parametrize("error", [ValueError("own"), SystemExit(3)], ids=repr)
def test_an_error_is_raised_in_the_caller_and_all_threads_end(error):
    def fail(watch):
        raise error

    before, state = alive(), (torch.get_num_threads(), list(warnings.filters))

    def train(watch):
        while True:
            watch(1)
            time.sleep(0.001)

    with pytest.raises(type(error)) as caught:
        list(team([train, fail, train]).results())
    assert caught.value is error
    assert alive() == before
    assert (torch.get_num_threads(), list(warnings.filters)) == state


def test_filters_of_warnings_that_calls_change_at_the_same_time_are_restored():
    before = list(warnings.filters)
    first_in, second_in, first_out = (threading.Event() for _ in range(3))

    def first(watch):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            first_in.set()
            second_in.wait()
        first_out.set()

    def second(watch):
        first_in.wait()
        with warnings.catch_warnings():
            second_in.set()
            first_out.wait()

    list(team([first, second]).results())
    assert list(warnings.filters) == before
