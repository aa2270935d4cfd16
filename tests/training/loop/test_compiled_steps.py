"""Which code runs the steps of a fit, and that compiled code and torch agree."""

import numpy as np
import pytest
import torch
from torch import nn

from sklearn_deep._compiled import codes
from sklearn_deep.noise import Dropout, GaussianNoise
from sklearn_deep.optimizers import SGD, Adam, AdamW, NAdam, RMSprop
from sklearn_deep.training import StepObserver, Training, train
from sklearn_deep.training._compiled.formulas import CoefficientTable, UpdateFormula
from tests._support.plans import make_data, make_plan, same

pytest.importorskip("numba")


@pytest.fixture(autouse=True)
def _compiled(monkeypatch):
    """Turn compiled code on, whatever the environment says."""
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "1")


def results(plan, monkeypatch):
    """Return the results of compiled steps, and those of torch."""
    compiled = train([plan])[0]
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")
    recorded = train([plan])[0]
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "1")
    return compiled, recorded


def agree(compiled, recorded):
    for mine, theirs in zip(
        compiled.network.parameters(), recorded.network.parameters(), strict=True
    ):
        torch.testing.assert_close(mine, theirs, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(compiled.history["loss"], recorded.history["loss"], rtol=1e-10)


def test_steps_are_compiled_unless_the_environment_says_no(monkeypatch):
    plan = make_plan(make_data(96), noise={"dropout.1": Dropout(rate=0.3)})
    training = Training([plan])
    training.run_epoch()
    assert training.steps.compiled is not None
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")
    training = Training([plan])
    training.run_epoch()
    assert training.steps.compiled is None
    assert training.steps.why_not == "SKLEARN_DEEP_COMPILED=0"


def test_a_module_changed_between_two_fits_is_noticed(monkeypatch):
    activation = nn.LeakyReLU(0.1)
    plan = make_plan(make_data(96, dtype=torch.float64), activation=activation)
    agree(*results(plan, monkeypatch))
    activation.negative_slope = 0.4
    agree(*results(plan, monkeypatch))


@pytest.mark.parametrize("optimizer", [Adam(), AdamW(), Adam(clip_norm=1.0)])
def test_adam_has_a_loop_of_its_own(optimizer):
    plan = make_plan(make_data(64), optimizer=optimizer, weight_decay=(0.1, 0.0, 0.1))
    training = Training([plan])
    training.run_epoch()
    assert codes.ADAM in training.steps.compiled.compiled.program.update[:, 0]


def test_an_operation_that_is_not_known_is_torch_s(monkeypatch):
    def sorting(z):
        return z.sort(-1).values

    plan = make_plan(make_data(96, dtype=torch.float64), activation=sorting)
    training = Training([plan])
    training.run_epoch()
    assert training.steps.compiled is None
    assert "aten.sort" in training.steps.why_not
    agree(*results(plan, monkeypatch))


class Watching(StepObserver):
    """Changes nothing."""

    def begin_step(self, batch):
        return 1.0

    def see_gradient(self, batch, gradients):
        return []

    def end_step(self, batch, output, loss):
        return False


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_an_observer_that_changes_nothing_changes_no_bit(dtype):
    noise = {"input_noise.0": GaussianNoise(std=0.3), "dropout.1": Dropout(rate=0.3)}
    plan = make_plan(make_data(90, dtype=dtype), noise=noise, weight_decay=(0.1, 0.0, 0.1))
    followed = train([plan], [Watching()])[0]
    assert same(followed, train([plan])[0])


RULES = [SGD(), SGD(nesterov=True), Adam(), AdamW(clip_norm=2.0), RMSprop(), NAdam()]


@pytest.mark.parametrize("optimizer", RULES)
def test_a_table_of_coefficients_has_those_of_each_epoch(optimizer):
    plan = make_plan(make_data(64), optimizer=optimizer)
    update = UpdateFormula(plan, Training([plan]).population)
    table = CoefficientTable(update, torch.float64, 10)
    first = 1
    for n, rate in [(3, 0.1), (3, 0.1), (5, 0.1), (5, 0.2), (4090, 0.2), (7, 0.2), (1, 0.2)]:
        steps, rates = np.arange(first, first + n), np.full(n, rate)
        expected = update.coefficients(torch.from_numpy(steps), torch.from_numpy(rates))
        np.testing.assert_array_equal(table(steps, rates), expected.numpy())
        first += n
    # Batches that make no step do not count, and a schedule may change the rate within an epoch.
    steps, rates = np.array([0, 1, 1, 2]), np.array([0.1, 0.1, 0.2, 0.2])
    expected = update.coefficients(torch.tensor([1, 1, 1, 2]), torch.from_numpy(rates))
    np.testing.assert_array_equal(table(steps, rates), expected.numpy())
