"""User-defined functions that read variables which change during a fit."""

import functools
from dataclasses import dataclass

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback
from torch import nn

from sklearn_deep import AutoencoderTransformer, MLPRegressor
from sklearn_deep._recording.recorded_step import RecordedStep
from sklearn_deep.losses import Huber
from sklearn_deep.noise import Noise
from sklearn_deep.penalties import L1, CodePenalty, Penalty
from sklearn_deep.training import Training

rng = np.random.default_rng(0)
X = rng.normal(size=(40, 3))
Y = X @ rng.normal(size=3)
NOW = {"value": 1.0}
SETTINGS = {
    "batch_size": 10,
    "learning_rate": 0.01,
    "max_epochs": 6,
    "early_stopping": False,
    "dropout": 0.2,
    "random_state": 0,
}


def penalty(weight):
    return NOW["value"] * weight.square().sum()


def loss(output, target):
    return NOW["value"] * (output - target).square().mean(-1)


def activation(z):
    return torch.tanh(NOW["value"] * z)


class Scaled(nn.Module):
    def forward(self, z):
        return NOW["value"] * z


@dataclass(eq=False, repr=False)
class ByEpoch(Penalty):
    strength: float | torch.Tensor = 0.1

    def penalty(self, weight):
        return NOW["value"] * self.strength * weight.square().sum()


@dataclass(eq=False, repr=False)
class OnCode(CodePenalty):
    def code_penalty(self, encoding):
        return NOW["value"] * encoding.code.square().sum()


@dataclass(eq=False, repr=False)
class Shaking(Noise):
    distribution = "normal"

    def apply(self, signal, draws):
        return signal + NOW["value"] * draws


@dataclass(eq=False, repr=False)
class Squared(Huber):
    def rows(self, output, target):
        return NOW["value"] * super().rows(output, target)


CHANGING = {
    "penalty": {"penalty": penalty},
    "method": {"penalty": [ByEpoch(), L1(l1=0.1)]},
    "loss": {"loss": loss},
    "subclass of a loss": {"loss": Squared()},
    "activation": {"activation": activation},
    "module": {"activation": nn.Sequential(nn.Tanh(), Scaled())},
    "noise": {"input_noise": Shaking()},
    "partial": {"penalty": functools.partial(lambda k, weight: k * penalty(weight), 0.5)},
}


class Anneal(Callback):
    """Changes the variables that functions read, in each epoch or each batch."""

    def __init__(self, each="epoch"):
        self.each = each

    def on_epoch_begin(self, net, **kwargs):
        NOW["value"] = 1 / (1 + len(net.history))

    def on_batch_begin(self, net, batch, training, **kwargs):
        if self.each == "batch" and training:
            NOW["value"] *= 0.9


def fitted(monkeypatch=None, **params):
    """Return the weights of a fit; with ``monkeypatch``, none of its steps is recorded."""
    if monkeypatch is not None:
        monkeypatch.setattr(RecordedStep, "_first_call", RecordedStep.evaluated)
    NOW["value"] = 1.0
    mlp = MLPRegressor((4,), **SETTINGS | params).fit(X, Y)
    if monkeypatch is not None:
        monkeypatch.undo()
    return torch.cat([p.detach().flatten() for p in mlp.module_.parameters()]).numpy()


@pytest.mark.slow
@pytest.mark.parametrize("each", ["epoch", "batch"])
@pytest.mark.parametrize("name", CHANGING)
def test_what_a_callback_changes_acts_at_once(name, each, monkeypatch):
    still = fitted(**CHANGING[name])
    annealed = fitted(**CHANGING[name], net_callbacks=[Anneal(each)])
    expected = fitted(monkeypatch, **CHANGING[name], net_callbacks=[Anneal(each)])
    assert np.array_equal(annealed, expected)
    assert not np.allclose(annealed, still, rtol=1e-3)


@pytest.mark.parametrize("name", CHANGING)
def test_a_change_between_epochs_acts_without_callbacks(name, monkeypatch):
    run_epoch = Training.run_epoch

    def annealed_epoch(training):
        # Done by other code, such as another thread, of which the training is not notified.
        NOW["value"] = 1.0 if training.epoch < 3 else 0.2
        run_epoch(training)

    still = fitted(**CHANGING[name])
    fits = []
    for is_recorded in (True, False):
        with monkeypatch.context() as patch:
            patch.setattr(Training, "run_epoch", annealed_epoch)
            if not is_recorded:
                patch.setattr(RecordedStep, "_first_call", RecordedStep.evaluated)
            fits.append(fitted(**CHANGING[name]))
    assert np.array_equal(*fits)
    assert not np.allclose(fits[0], still, rtol=1e-3)


def test_a_penalty_of_the_code_that_changes_acts():
    ae = AutoencoderTransformer(2, encoder_layer_sizes=(4,), penalty=OnCode(), **SETTINGS)
    NOW["value"] = 1.0
    still = ae.fit(X).transform(X)
    annealed = ae.set_params(net_callbacks=[Anneal()]).fit(X).transform(X)
    assert not np.allclose(annealed, still, rtol=1e-3)


@pytest.mark.parametrize("kind", [ByEpoch, L1])
def test_a_number_of_a_plug_in_that_a_callback_changes_acts(kind):
    plugin = kind()
    (name,) = plugin.numbers()

    class Change(Callback):
        def __init__(self, change):
            self.change = change

        def on_epoch_begin(self, net, **kwargs):
            self.change(5.0 if len(net.history) < 3 else 0.0)

    def function(weight):
        size = weight.abs() if kind is L1 else weight.square()
        return NOW["value"] * size.sum()

    setattr(plugin, name, 5.0)
    still = fitted(penalty=plugin)
    freed = fitted(
        penalty=plugin, net_callbacks=[Change(lambda value: setattr(plugin, name, value))]
    )
    expected = fitted(
        penalty=function, net_callbacks=[Change(lambda value: NOW.update(value=value))]
    )
    np.testing.assert_allclose(freed, expected, rtol=1e-4, atol=1e-7)
    assert not np.allclose(freed, still, rtol=1e-3)


def calls_of_step(monkeypatch, **params):
    made = []
    step = RecordedStep.evaluated
    monkeypatch.setattr(RecordedStep, "evaluated", lambda *args: made.append(1) or step(*args))
    fitted(**params)
    return len(made)


def test_known_functions_are_checked_once_a_structure_and_others_once_an_epoch(monkeypatch):
    known = {"activation": torch.tanh, "penalty": L1(l1=0.1), "loss": "huber"}
    fitted(**known)
    assert calls_of_step(monkeypatch, **known) == 0
    monkeypatch.undo()
    fitted(penalty=penalty)
    # Two batches at the beginning of a fit, then one per epoch.
    assert calls_of_step(monkeypatch, penalty=penalty) == 1 + SETTINGS["max_epochs"]
    monkeypatch.undo()
    followed = calls_of_step(monkeypatch, penalty=penalty, net_callbacks=[Callback()])
    assert followed == 4 * SETTINGS["max_epochs"]
