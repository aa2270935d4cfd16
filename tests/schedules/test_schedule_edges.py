"""Ends of schedules, their fields, and functions as schedules."""

import numpy as np
import pytest

from sklearn_deep.plugins import available, resolve
from sklearn_deep.schedules import (
    CallableSchedule,
    Constant,
    Cosine,
    Exponential,
    OneCycle,
    Plateau,
    StepDecay,
    WarmUp,
)
from tests._support.for_all import for_all


def named(name):
    return resolve("schedules", name, argument="schedule", owner="Owner")


def test_a_constant_is_one():
    np.testing.assert_array_equal(named("constant").factors(np.array([0.0, 3.5]), 2), [1, 1])


@pytest.mark.parametrize(
    ("schedule", "end"),
    [
        (Cosine(), 0.0),
        (Cosine(final_factor=0.3), 0.3),
        (OneCycle(), 1 / 25e4),
        (WarmUp(epochs=2, start=0.1, then=Cosine(final_factor=0.2)), 0.2),
    ],
    ids=lambda plugin: repr(plugin).split(" at ")[0],
)
def test_a_wave_stays_at_its_end_where_a_fit_goes_on(schedule, end):
    found = schedule.factors(np.array([10.0, 10.3, 25.0]), 10)
    np.testing.assert_allclose(found, end, rtol=1e-12)


def test_one_cycle_has_its_peak_at_the_learning_rate():
    times = np.linspace(0, 10, 1001)
    factors = OneCycle(pct_start=0.3).factors(times, 10)
    assert factors.max() == factors[300] == 1
    assert factors[0] == pytest.approx(1 / 25)


@pytest.mark.parametrize("n_epochs", [1, 2, 3])
def test_a_rise_may_be_longer_than_the_fit(n_epochs):
    found = WarmUp(epochs=3, start=0.0, then=Cosine()).factors(np.arange(n_epochs) * 1.0, n_epochs)
    np.testing.assert_allclose(found, np.arange(n_epochs) / 3)


@for_all("name", available("schedules"))
def test_an_epoch_has_the_factors_it_has_in_the_whole_fit(name):
    times = np.concatenate([epoch + np.arange(3) / 3 for epoch in range(8)])
    whole = named(name).begin().factors(times, 8)
    epochs = [named(name).begin().factors(part, 8) for part in times.reshape(8, 3)]
    np.testing.assert_allclose(whole, np.concatenate(epochs), rtol=1e-15)
    assert whole.dtype == np.float64
    assert whole.shape == times.shape


def test_a_function_becomes_a_schedule_called_once_an_epoch_with_an_int():
    seen = []

    def halve(epoch):
        seen.append(epoch)
        return 0.5**epoch

    schedule = named(halve)
    assert type(schedule) is CallableSchedule
    found = schedule.factors(np.array([2.0, 2.5, 3.0]), 9)
    assert found.tolist() == [0.25, 0.25, 0.125]
    assert seen == [2, 3]
    assert all(type(epoch) is int for epoch in seen)


@pytest.mark.parametrize("factor", [np.nan, np.inf, -0.1])
def test_a_function_that_returns_no_factor_is_named_with_the_epoch(factor):
    with pytest.raises(ValueError, match=r"finite factor >= 0, got .* for epoch 4"):
        CallableSchedule(lambda epoch: factor).factors(np.array([4.5]), 9)


@for_all(
    ("plugin", "field"),
    [
        (StepDecay(step_size=0), "step_size"),
        (StepDecay(gamma=0.0), "gamma"),
        (Exponential(gamma=-1.0), "gamma"),
        (Cosine(final_factor=1.5), "final_factor"),
        (OneCycle(pct_start=1.0), "pct_start"),
        (OneCycle(div_factor=0.5), "div_factor"),
        (OneCycle(final_div_factor=0.5), "final_div_factor"),
        (Plateau(factor=1.0), "factor"),
        (Plateau(patience=-1), "patience"),
        (Plateau(min_delta=-1.0), "min_delta"),
        (Plateau(cooldown=1.5), "cooldown"),
        (Plateau(min_factor=-0.1), "min_factor"),
        (WarmUp(epochs=0), "epochs"),
        (WarmUp(start=2.0), "start"),
        (WarmUp(then="cosine"), "then"),
    ],
)
def test_a_field_out_of_range_is_named(plugin, field):
    with pytest.raises(ValueError, match=f"The '{field}' parameter of {type(plugin).__name__}"):
        plugin.check()


def test_a_field_of_the_schedule_that_follows_is_checked():
    with pytest.raises(ValueError, match="The 'gamma' parameter of Exponential"):
        WarmUp(then=Exponential(gamma=0.0)).check()


def test_schedules_that_differ_inside_have_other_keys():
    assert (
        WarmUp(then=Cosine(final_factor=0.1)).structure()
        == WarmUp(then=Cosine(final_factor=0.1)).structure()
    )
    assert (
        WarmUp(then=Cosine(final_factor=0.1)).structure()
        != WarmUp(then=Cosine(final_factor=0.2)).structure()
    )


@pytest.mark.parametrize(
    ("schedule", "last"),
    [
        (Constant(), 0),
        (Cosine(), 0),
        (Plateau(), 0),
        (OneCycle(), 6),
        (OneCycle(pct_start=0.5), 10),
        (WarmUp(epochs=4), 4),
        (WarmUp(epochs=4, then=Cosine()), 4),
        (CallableSchedule(lambda epoch: [0.1, 0.5, 1.0, 0.2][epoch % 4]), 2),
    ],
)
def test_until_when_a_schedule_rises(schedule, last):
    assert schedule.rises_until(20) == pytest.approx(last, abs=0.2)
