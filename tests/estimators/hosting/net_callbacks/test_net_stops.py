"""Callbacks that stop a fit, and callbacks that fail."""

import numpy as np
import pytest
import torch
from skorch.callbacks import Callback

from sklearn_deep import MLPClassifier
from sklearn_deep.training._compiled import CompiledSteps
from sklearn_deep.training._step.gradient_step import GradientStep
from tests._support.refusals import check_refused

X, Y = np.random.default_rng(0).normal(size=(24, 3)), np.arange(24) % 2
PARAMS = {"max_epochs": 5, "batch_size": 8, "early_stopping": None, "random_state": 0}
EVENTS = [
    "on_train_begin",
    "on_epoch_begin",
    "on_batch_begin",
    "on_grad_computed",
    "on_batch_end",
    "on_epoch_end",
    "on_train_end",
]


class Raise(Callback):
    """Raises at the n-th of an event, and counts later events."""

    def __init__(self, event, n, error):
        self.event, self.n, self.error = event, n, error

    def initialize(self):
        self.count_, self.later_ = 0, []
        return self


def seeing(name):
    def method(self, net, *args, **kwargs):
        if self.count_ >= self.n:
            self.later_.append(name)
        if name == self.event:
            self.count_ += 1
            if self.count_ == self.n:
                raise self.error

    return method


for event in EVENTS:
    setattr(Raise, event, seeing(event))


def mlp_with(*callbacks, **params):
    return MLPClassifier((4,), net_callbacks=list(callbacks), **PARAMS | params)


@pytest.mark.parametrize("event", EVENTS)
def test_an_error_in_a_callback_leaves_the_estimator_as_it_was(event):
    failing = Raise(event, 1, ValueError("no such thing"))
    check_refused(mlp_with(failing), ["no such thing"], X, Y)


@pytest.mark.parametrize("event", ["on_epoch_end", "on_batch_end"])
@pytest.mark.parametrize("optimizer", ["adam", "nadam", torch.optim.Adagrad, "lbfgs"])
def test_an_error_in_a_callback_leaves_what_a_warm_start_goes_on_from(event, optimizer):
    params = {"optimizer": optimizer, "batch_size": "auto", "warm_start": True}
    fitted, undisturbed = (mlp_with(**params).fit(X, Y) for _ in range(2))
    fitted.set_params(net_callbacks=[Raise(event, 2, ValueError("no"))])
    with pytest.raises(ValueError, match="no"):
        fitted.fit(X, Y)
    fitted.set_params(net_callbacks=None).fit(X, Y)
    undisturbed.fit(X, Y)
    np.testing.assert_array_equal(fitted.predict_proba(X), undisturbed.predict_proba(X))


@pytest.mark.parametrize("event", ["on_epoch_end", "on_epoch_begin"])
def test_a_callback_stops_the_fit_between_epochs(event):
    n = 3 if event == "on_epoch_end" else 4
    stop = Raise(event, n, KeyboardInterrupt)
    mlp = mlp_with(stop).fit(X, Y)
    assert mlp.n_epochs_ == 3
    assert stop.later_ == ["on_train_end"]
    expected = mlp_with(max_epochs=3).fit(X, Y)
    np.testing.assert_array_equal(mlp.predict_proba(X), expected.predict_proba(X))
    np.testing.assert_array_equal(mlp.history_["loss"], expected.history_["loss"])


@pytest.mark.parametrize("event", ["on_batch_begin", "on_grad_computed", "on_batch_end"])
def test_a_callback_stops_the_fit_within_an_epoch_after_the_step(event):
    stop = Raise(event, 3 + 2, KeyboardInterrupt)  # the second of three batches of the second epoch
    mlp = mlp_with(stop, weight_decay=0.1).fit(X, Y)
    assert stop.later_ == ["on_train_end"]
    assert mlp.n_epochs_ == 2
    recorded = mlp.net_.history[1, "batches"]
    assert len(recorded) == 2
    if event == "on_batch_end":
        losses = [batch["train_loss"] for batch in recorded]
        assert mlp.history_["loss"][1] == pytest.approx(np.mean(losses))

    class Weights(Callback):
        def initialize(self):
            self.steps_ = []

        def on_batch_end(self, net, **kwargs):
            self.steps_.append(next(net.module_.parameters()).detach().clone())

    whole = Weights()
    mlp_with(whole, weight_decay=0.1).fit(X, Y)
    assert torch.equal(next(mlp.module_.parameters()), whole.steps_[4])
    assert len(mlp.history_["accuracy"]) == 2


def test_a_fit_that_was_stopped_within_an_epoch_can_go_on():
    stop = Raise("on_batch_end", 2, KeyboardInterrupt)
    mlp = mlp_with(stop, warm_start=True, normalization="batch").fit(X, Y)
    assert mlp.n_epochs_ == 1
    assert mlp.set_params(net_callbacks=None).fit(X, Y).n_epochs_ == 6


@pytest.mark.parametrize("event", ["on_train_begin", "on_epoch_begin"])
def test_a_callback_that_stops_before_the_first_step_leaves_the_estimator(event):
    stop = Raise(event, 1, KeyboardInterrupt)
    check_refused(mlp_with(stop), [], X, Y, error=KeyboardInterrupt)


class Nothing(Callback):
    """Does nothing."""


@pytest.mark.parametrize("callbacks", [[], [Nothing()]], ids=["no callback", "a callback"])
def test_an_interrupt_by_the_user_reaches_the_caller(callbacks, monkeypatch):
    steps = iter(range(1000))

    def interrupted(method):
        def call(*args):
            if next(steps) % 5 == 4:
                raise KeyboardInterrupt
            return method(*args)

        return call

    mlp = mlp_with(*callbacks)
    check_refused(
        mlp, ["inconsistent"], X, Y[:3]
    )  # fits the reference before steps are interrupted
    for kind, name in ((GradientStep, "__call__"), (CompiledSteps, "_run")):
        monkeypatch.setattr(kind, name, interrupted(getattr(kind, name)))
    check_refused(mlp, [], X, Y, error=KeyboardInterrupt)


def test_a_callback_that_stops_keeps_the_best_weights_where_the_rule_says_so():
    stop = Raise("on_epoch_end", 4, KeyboardInterrupt)
    data = {"X_val": X[:6], "y_val": 1 - Y[:6]}
    stopped = mlp_with(stop, early_stopping=True, learning_rate=0.1).fit(X, Y, **data)
    whole = mlp_with(early_stopping=True, learning_rate=0.1, max_epochs=4).fit(X, Y, **data)
    assert stopped.best_epoch_ == whole.best_epoch_ < 3
    np.testing.assert_array_equal(stopped.predict_proba(X), whole.predict_proba(X))
