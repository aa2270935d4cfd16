"""Callbacks of skorch that change gradients, freeze parameters or log them."""

from functools import partial

import numpy as np
import pytest
import torch
from skorch.callbacks import (
    Callback,
    Freezer,
    GradientNormClipping,
    Initializer,
    ParamMapper,
    Unfreezer,
)
from torch import nn

from sklearn_deep import MLPClassifier
from sklearn_deep.optimizers import SGD, Adam
from sklearn_deep.training._step.gradient_step import GradientStep
from tests._support.torch_loop import Tape, trained_by_hand, weights

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(44, 3)), np.arange(44) % 3
PARAMS = {
    "max_epochs": 4,
    "batch_size": 16,
    "learning_rate": 0.05,
    "early_stopping": None,
    "dtype": "float64",
    "random_state": 0,
}
OPTIMIZERS = pytest.mark.parametrize(
    ("optimizer", "oracle"),
    [
        (SGD(momentum=0.0), torch.optim.SGD),
        ("adam", torch.optim.Adam),
        ("nadam", torch.optim.NAdam),
        (torch.optim.Adagrad, torch.optim.Adagrad),
    ],
    ids=["sgd", "adam", "nadam", "a class of torch"],
)


def fitted(*callbacks, **params):
    return MLPClassifier((5,), net_callbacks=list(callbacks), **PARAMS | params).fit(X, Y)


def assert_close(one, other):
    torch.testing.assert_close(one, other, rtol=1e-6, atol=1e-8)


@OPTIMIZERS
def test_clipping_is_that_of_a_plain_loop(optimizer, oracle):
    tape = Tape()
    mlp = fitted(tape, GradientNormClipping(0.1), optimizer=optimizer)

    def clip(module):
        nn.utils.clip_grad_norm_(module.parameters(), 0.1)

    expected = trained_by_hand(tape, oracle, lr=0.05, change_gradient=clip)
    assert_close(weights(mlp.module_), expected)


@pytest.mark.parametrize("rule", [Adam, SGD])
def test_clipping_is_the_clip_norm_of_the_optimizer(rule):
    clipped = fitted(GradientNormClipping(0.1), optimizer=rule())
    assert_close(weights(clipped.module_), weights(fitted(optimizer=rule(clip_norm=0.1)).module_))
    assert not torch.allclose(weights(clipped.module_), weights(fitted(optimizer=rule()).module_))


def test_every_callback_sees_all_gradients():
    clips = [GradientNormClipping(1.0), ("second", GradientNormClipping(0.1))]
    assert_close(
        weights(fitted(*clips).module_), weights(fitted(GradientNormClipping(0.1)).module_)
    )


class Scale(Callback):
    """Multiplies gradients, in place or by a new tensor."""

    def __init__(self, factor, in_place):
        self.factor, self.in_place = factor, in_place

    def on_grad_computed(self, net, named_parameters, **kwargs):
        for _, parameter in named_parameters:
            if self.in_place:
                parameter.grad.mul_(self.factor)
            else:
                parameter.grad = parameter.grad * self.factor


@pytest.mark.parametrize("in_place", [True, False])
def test_a_gradient_that_a_callback_changes_is_the_one_that_moves(in_place):
    doubled = fitted(Scale(2.0, in_place), optimizer="sgd")
    faster = fitted(optimizer="sgd", learning_rate=0.1)
    assert_close(weights(doubled.module_), weights(faster.module_))


def test_every_evaluation_of_lbfgs_shows_its_gradient(monkeypatch):
    class Count(Callback):
        def initialize(self):
            self.gradients_ = self.steps_ = 0

        def on_grad_computed(self, net, **kwargs):
            self.gradients_ += 1

        def on_batch_end(self, net, **kwargs):
            self.steps_ += 1

    compute, evaluations = GradientStep.__call__, []

    def counting(self, *args):
        evaluations.append(args)
        return compute(self, *args)

    monkeypatch.setattr(GradientStep, "__call__", counting)
    mlp = fitted(count := Count(), optimizer="lbfgs", batch_size="auto")
    assert count.steps_ == mlp.n_epochs_
    assert count.gradients_ == len(evaluations) > count.steps_


def test_lbfgs_searches_around_what_is_frozen():
    params = {"optimizer": "lbfgs", "batch_size": "auto"}
    few, many = (fitted(Freezer("hidden*"), **params, max_epochs=n) for n in (1, 50))
    hidden = few.module_.hidden[0].linear.weight
    assert torch.equal(hidden, many.module_.hidden[0].linear.weight)
    assert (np.diff(many.history_["loss"]) <= 1e-12).all()
    assert many.history_["loss"][-1] < many.history_["loss"][0]


def frozen_by_hand(tape, oracle, since):
    first = sum(len(epoch) for epoch in tape.epochs_[:since])
    steps = iter(range(1000))

    def decay_and_drop(module):
        step = next(steps)
        for name, parameter in module.named_parameters():
            if parameter.ndim == 2:
                parameter.grad += 0.1 * parameter.detach()
            if step >= first and name.startswith("hidden"):
                parameter.grad = None

    return trained_by_hand(tape, oracle, lr=0.05, change_gradient=decay_and_drop)


def test_unfrozen_parameters_move_again_with_the_momentum_they_had():
    tape, momentum = Tape(), {"momentum": 0.9}
    pause = Freezer("hidden*", at=2), Unfreezer("hidden*", at=3)
    mlp = fitted(tape, *pause, optimizer=SGD(**momentum))
    n_steps, steps = len(tape.epochs_[0]), iter(range(1000))

    def drop(module):
        if next(steps) // n_steps == 1:
            for parameter in module.hidden.parameters():
                parameter.grad = None

    expected = trained_by_hand(tape, torch.optim.SGD, lr=0.05, change_gradient=drop, **momentum)
    assert_close(weights(mlp.module_), expected)


@pytest.mark.parametrize("kind", [ParamMapper, Initializer])
def test_a_mapper_writes_the_weights(kind):
    fill = partial(nn.init.constant_, val=0.5)
    mlp = fitted(kind("output.bias", fn=fill), Freezer("output.bias", at=1))
    np.testing.assert_array_equal(mlp.module_.output.bias.detach(), [0.5] * 3)


def test_weights_written_after_the_last_epoch_are_kept():
    class Write(Callback):
        def on_train_end(self, net, **kwargs):
            nn.init.zeros_(net.module_.output.weight)

    mlp = fitted(Write())
    assert not mlp.module_.output.weight.any()
    assert mlp.module_.output.bias.any()
