"""Schedules equal those of ``torch.optim.lr_scheduler``."""

import numpy as np
import pytest
from torch.optim import lr_scheduler

from sklearn_deep.schedules import (
    CallableSchedule,
    Cosine,
    Exponential,
    OneCycle,
    StepDecay,
    WarmUp,
)

N_EPOCHS, N_STEPS = 40, 7
SAME = {"rtol": 1e-12, "atol": 1e-15}

EACH_EPOCH = {
    "step": (StepDecay(step_size=7, gamma=0.3), lambda o: lr_scheduler.StepLR(o, 7, 0.3)),
    "step, defaults": (StepDecay(), lambda o: lr_scheduler.StepLR(o, 10)),
    "exponential": (Exponential(gamma=0.9), lambda o: lr_scheduler.ExponentialLR(o, 0.9)),
    "callable": (
        CallableSchedule(lambda epoch: 1 / (1 + epoch)),
        lambda o: lr_scheduler.LambdaLR(o, lambda epoch: 1 / (1 + epoch)),
    ),
}
WAVES = {
    "cosine": (Cosine(), lr_scheduler.CosineAnnealingLR),
    "cosine to 0.2": (
        Cosine(final_factor=0.2),
        lambda o, n: lr_scheduler.CosineAnnealingLR(o, n, eta_min=0.2),
    ),
}


@pytest.mark.parametrize(("schedule", "make"), EACH_EPOCH.values(), ids=EACH_EPOCH)
def test_factors_that_change_each_epoch(schedule, make, times_of, torch_factors):
    expected = np.repeat(torch_factors(make, N_EPOCHS), N_STEPS)
    found = schedule.factors(times_of(N_EPOCHS, N_STEPS), N_EPOCHS)
    np.testing.assert_allclose(found, expected, **SAME)


@pytest.mark.parametrize(("schedule", "make"), WAVES.values(), ids=WAVES)
def test_a_cosine_at_whole_epochs(schedule, make, times_of, torch_factors):
    expected = torch_factors(lambda o: make(o, N_EPOCHS), N_EPOCHS + 1)
    found = schedule.factors(times_of(N_EPOCHS + 1), N_EPOCHS)
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize(("schedule", "make"), WAVES.values(), ids=WAVES)
def test_a_cosine_goes_on_inside_an_epoch(schedule, make, times_of, torch_factors):
    n = N_EPOCHS * N_STEPS
    expected = torch_factors(lambda o: make(o, n), n)
    found = schedule.factors(times_of(N_EPOCHS, N_STEPS), N_EPOCHS)
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize(
    "schedule",
    [
        OneCycle(),
        OneCycle(pct_start=0.45, div_factor=10.0, final_div_factor=50.0),
        OneCycle(pct_start=0.05, div_factor=3.0, final_div_factor=1.0),
    ],
    ids=repr,
)
def test_one_cycle_at_every_step(schedule, times_of, torch_factors):
    n = N_EPOCHS * N_STEPS
    expected = torch_factors(
        lambda optimizer: lr_scheduler.OneCycleLR(
            optimizer,
            max_lr=1.0,
            total_steps=n + 1,
            # Torch's peak is at step pct_start * total_steps - 1; here it is at pct_start * n.
            pct_start=(schedule.pct_start * n + 1) / (n + 1),
            div_factor=schedule.div_factor,
            final_div_factor=schedule.final_div_factor,
            cycle_momentum=False,
        ),
        n,
    )
    found = schedule.factors(times_of(N_EPOCHS, N_STEPS), N_EPOCHS)
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize(("epochs", "start"), [(5, 0.1), (1, 0.5), (3, 1e-3)])
def test_a_rise_at_every_step(epochs, start, times_of, torch_factors):
    expected = torch_factors(
        lambda optimizer: lr_scheduler.LinearLR(optimizer, start, total_iters=epochs * N_STEPS),
        N_EPOCHS * N_STEPS,
    )
    found = WarmUp(epochs=epochs, start=start).factors(times_of(N_EPOCHS, N_STEPS), N_EPOCHS)
    np.testing.assert_allclose(found, expected, **SAME)


# torch 2.6 warns about its own code: its SequentialLR passes an argument that its schedulers deprecate.
@pytest.mark.filterwarnings("ignore:The epoch parameter in:UserWarning")
def test_a_rise_and_then_a_cosine_at_every_step(times_of, torch_factors):
    rise, n = 5 * N_STEPS, N_EPOCHS * N_STEPS
    expected = torch_factors(
        lambda optimizer: lr_scheduler.SequentialLR(
            optimizer,
            [
                lr_scheduler.LinearLR(optimizer, 0.2, total_iters=rise),
                lr_scheduler.CosineAnnealingLR(optimizer, n - rise, eta_min=0.1),
            ],
            milestones=[rise],
        ),
        n,
    )
    found = WarmUp(epochs=5, start=0.2, then=Cosine(final_factor=0.1)).factors(
        times_of(N_EPOCHS, N_STEPS), N_EPOCHS
    )
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-14)
