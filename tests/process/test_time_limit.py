"""Time limits count on a monotonic clock, nest, and keep their end in another process."""

import pickle
import subprocess
import sys

import pytest

from sklearn_deep._process import TimeLimit, present_time_limit, time_limit, within_time


@pytest.fixture
def clock(monkeypatch):
    """Return the time of the clock in a list of one number."""
    now = [50.0]
    monkeypatch.setattr(time_limit, "monotonic_seconds", lambda: now[0])
    return now


def test_a_limit_is_over_when_its_seconds_have_passed(clock):
    limit = TimeLimit(3.0)
    assert limit.seconds_left == 3
    clock[0] += 2.9
    assert not limit.is_over
    clock[0] += 0.1
    assert limit.is_over


def test_the_clock_is_not_set_back():
    before = time_limit.monotonic_seconds()
    assert time_limit.monotonic_seconds() >= before


@pytest.mark.parametrize(("outer", "inner", "expected"), [(5, 3, 3), (3, 5, 3), (3, None, 3)])
def test_of_two_limits_the_earlier_one_counts(clock, outer, inner, expected):
    assert present_time_limit() is None
    with within_time(TimeLimit(outer)):
        with within_time(None if inner is None else TimeLimit(inner)):
            assert present_time_limit().seconds_left == expected
        assert present_time_limit().seconds_left == outer
    assert present_time_limit() is None


def test_a_pickle_keeps_the_end_for_a_process_whose_clock_starts_elsewhere(clock, monkeypatch):
    monkeypatch.setattr(time_limit.time, "time", lambda: 7e8)
    pickled = pickle.dumps(TimeLimit(10.0))
    clock[0] = -4.0
    monkeypatch.setattr(time_limit.time, "time", lambda: 7e8 + 2)
    assert pickle.loads(pickled).seconds_left == 8


def test_a_pickled_limit_ends_in_another_process():
    code = "import sys, pickle; print(pickle.load(sys.stdin.buffer).seconds_left)"
    pickled = pickle.dumps(TimeLimit(1e6))
    found = subprocess.run(
        [sys.executable, "-c", code], input=pickled, capture_output=True, check=True
    )
    assert 1e6 - 1e4 < float(found.stdout) <= 1e6
