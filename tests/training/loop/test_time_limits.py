"""Members of a population end at different times, or all at a shared time limit, also with pauses."""

import pytest

from sklearn_deep._process import TimeLimit, within_time
from sklearn_deep.training import train
from tests._support.clock import EpochClock
from tests._support.plans import make_data, make_plan, obey

LAST = 8
TIMES = [2.0, None, 4.5, None, 1.0, 100.0, 7.0]
EXPECTED = [2, 8, 5, 8, 1, 8, 7]


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that each epoch advances by one second."""
    return EpochClock(monkeypatch)


def plans(times=TIMES):
    data = make_data(40, n_features=9)
    return [
        make_plan(data, hidden=(9,), batch_size=13, max_epochs=LAST, seed=k, max_seconds=seconds)
        for k, seconds in enumerate(times)
    ]


def lengths(results):
    return [len(result.history["loss"]) for result in results]


def test_each_member_ends_at_its_own_time(clock):
    results = obey(plans())
    assert lengths(results) == EXPECTED
    reasons = ["max_seconds" if n < LAST else "max_epochs" for n in EXPECTED]
    assert [result.stop_reason for result in results] == reasons
    assert not any(result.is_cut for result in results)


def test_a_pause_does_not_give_more_time(clock):
    for plan, n in zip(plans(), EXPECTED, strict=True):
        (result,) = train([plan], until=3)
        clock.now += 1000  # time between the pause and the rest does not count
        if result.paused is not None:
            (result,) = train([plan], paused=[result.paused])
        assert lengths([result]) == [n]


def test_a_shared_time_ends_all_that_are_in_training(clock):
    limit = TimeLimit(3.0)
    with within_time(limit):
        results = train(plans())
    assert lengths(results) == [min(3, n) for n in EXPECTED]
    assert [result.is_cut for result in results] == [n > 3 for n in EXPECTED]
    assert limit.has_cut


def test_what_resumes_after_a_shared_time_trains_no_further(clock):
    (plan,) = plans([None])
    (paused,) = train([plan], until=2)
    with within_time(TimeLimit(-1.0)):
        (result,) = train([plan], paused=[paused.paused])
        (begun,) = train([plan])
    assert lengths([result, begun]) == [2, 1]
    assert result.is_cut
    assert result.paused is None


def test_a_shared_time_that_is_not_reached_is_not_noted(clock):
    limit = TimeLimit(8.0)
    with within_time(limit):
        (result,) = train(plans([None]))
    assert lengths([result]) == [LAST]
    assert not limit.has_cut
    assert result.stop_reason == "max_epochs"
