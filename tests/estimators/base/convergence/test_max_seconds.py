"""A fit ends after the epoch in which its time limit is reached, and gives a warning."""

import pickle
import warnings

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from skorch.callbacks import Callback

from sklearn_deep import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.stopping import EarlyStopping
from tests._support.clock import EpochClock

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 3))
Y = (X[:, 0] > 0).astype(int)
SMALL = {"max_epochs": 8, "early_stopping": None, "random_state": 0, "batch_size": 20}
ALL = [
    MLPClassifier((4,)),
    MLPRegressor((4,)),
    AutoencoderTransformer(2, encoder_layer_sizes=(4,)),
    AutoencoderOutlierDetector(2, encoder_layer_sizes=(4,)),
    JointAEClassifier(2, encoder_layer_sizes=(4,)),
    JointAERegressor(2, encoder_layer_sizes=(4,)),
]


@pytest.fixture
def clock(monkeypatch):
    """Return a clock that each epoch advances by one second."""
    return EpochClock(monkeypatch)


def network(**params):
    return MLPClassifier((4,), **SMALL | params)


def weights(fitted):
    return torch.cat([p.detach().ravel() for p in fitted.module_.parameters()]).numpy()


def ended(estimator, *given, **named):
    """Return a fitted estimator and the text of its only warning."""
    with pytest.warns(ConvergenceWarning) as caught:
        estimator.fit(*given or (X, Y), **named)
    (warning,) = caught
    assert warning.filename == __file__
    return estimator, str(warning.message)


@pytest.mark.parametrize("estimator", ALL, ids=lambda estimator: type(estimator).__name__)
def test_every_network_ends_after_the_epoch_in_which_its_time_has_passed(clock, estimator):
    limited = clone(estimator).set_params(max_seconds=2.5, **SMALL)
    fitted, text = ended(limited)
    assert fitted.n_epochs_ == 3
    assert fitted.stop_reason_ == "max_seconds"
    owner = type(estimator).__name__
    assert text.startswith(
        f"{owner} reached max_seconds=2.5 and stopped after 3 of at most 8 epochs"
    )
    # Bit-identical to a fit of this number of epochs.
    whole = clone(estimator).set_params(**SMALL | {"max_epochs": 3}).fit(X, Y)
    assert (weights(fitted) == weights(whole)).all()
    assert whole.stop_reason_ == "max_epochs"


def test_one_epoch_is_trained_however_short_the_time():
    fitted, _ = ended(network(max_seconds=1e-12))
    assert fitted.n_epochs_ == 1


@pytest.mark.parametrize("limit", [None, 8.0, 1e9])
def test_a_limit_that_is_not_reached_changes_no_bit(clock, limit):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = network(max_seconds=limit).fit(X, Y)
    assert fitted.n_epochs_ == 8
    assert fitted.stop_reason_ == "max_epochs"
    assert (weights(fitted) == weights(network().fit(X, Y))).all()


@pytest.mark.parametrize(
    "params",
    [
        {"optimizer": "lbfgs", "batch_size": "auto"},
        {"optimizer": torch.optim.Adagrad},
        {"optimizer": "sgd", "schedule": "cosine"},
        {"activation": lambda z: z.clamp_min(0)},
        {"penalty": lambda weight: weight.square().sum()},
        {"dtype": "float64"},
        {"net_callbacks": [Callback()]},
    ],
    ids=["lbfgs", "torch.optim", "schedule", "activation", "penalty", "float64", "callbacks"],
)
def test_every_way_of_training_can_be_limited(clock, params):
    fitted, _ = ended(network(max_seconds=2, **params))
    assert fitted.n_epochs_ == 2


def test_steps_that_are_not_compiled_can_be_limited(clock, monkeypatch):
    monkeypatch.setenv("SKLEARN_DEEP_COMPILED", "0")
    fitted, _ = ended(network(max_seconds=2))
    assert fitted.n_epochs_ == 2


def test_the_best_weights_are_restored(clock):
    rule = EarlyStopping("val_loss", patience=50, restore_best_weights=True)
    params = {"learning_rate": 0.5, "early_stopping": rule, "max_epochs": 20}
    given = {"X_val": X[::2] + 1, "y_val": 1 - Y[::2]}  # training makes the loss worse
    fitted, _ = ended(network(max_seconds=6, **params), **given)
    assert fitted.n_epochs_ == 6
    assert fitted.best_epoch_ < 5
    whole = network(**params | {"max_epochs": fitted.best_epoch_ + 1}).set_params(
        early_stopping=None
    )
    assert (weights(fitted) == weights(whole.fit(X, Y, **given))).all()


def test_callbacks_see_the_end(clock):
    class Ends(Callback):
        def on_train_end(self, net, **values):
            self.n_epochs = len(net.history)

    seen = Ends()
    ended(network(max_seconds=2, net_callbacks=[seen]))
    assert seen.n_epochs == 2


def test_the_last_line_tells_it(clock, capsys):
    ended(network(max_seconds=2, verbose=1))
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("Stopped after epoch 2/8: max_seconds was reached.")


def test_each_call_has_its_own_time(clock):
    warm, _ = ended(network(max_seconds=3, warm_start=True))
    assert ended(warm)[0].n_epochs_ == 6
    whole = network(max_epochs=6).fit(X, Y)
    assert (weights(warm) == weights(whole)).all()
    warm.partial_fit(X, Y)  # one epoch, and no warning
    assert warm.n_epochs_ == 7
    assert warm.stop_reason_ == "partial_fit"


def test_time_counts_from_the_beginning_of_training(clock, monkeypatch):
    def slow(self, call, seed, make=MLPClassifier._plan):
        clock.now += 100
        return make(self, call, seed)

    monkeypatch.setattr(MLPClassifier, "_plan", slow)
    assert network(max_seconds=9).fit(X, Y).n_epochs_ == 8


def test_other_reasons_to_stop_are_named():
    def stops(net):
        net.stopped_ = True

    class Stops(Callback):
        def on_epoch_end(self, net, **values):
            stops(net)

    assert network(net_callbacks=[Stops()]).fit(X, Y).stop_reason_ == "callback"
    rule = EarlyStopping("loss", min_delta=1e9, patience=2)
    assert network(early_stopping=rule).fit(X, Y).stop_reason_ == "early_stopping"
    with pytest.warns(ConvergenceWarning, match="diverged"):
        fitted = network(optimizer="sgd", learning_rate=1e30).fit(X, Y)
    assert fitted.stop_reason_ == "divergence"
    assert pickle.loads(pickle.dumps(fitted)).stop_reason_ == "divergence"


@pytest.mark.parametrize("wrong", [0, -1.0, "long", float("nan")])
def test_a_time_that_is_not_positive_is_an_error(wrong):
    with pytest.raises(ValueError, match="'max_seconds' parameter of MLPClassifier must be"):
        network(max_seconds=wrong).fit(X, Y)


def test_a_file_without_the_parameter_gets_its_default():
    state = network().fit(X, Y).__getstate__()
    del state["max_seconds"]
    old = MLPClassifier.__new__(MLPClassifier)
    old.__setstate__(state)
    assert old.get_params()["max_seconds"] is None
    assert old.fit(X, Y).n_epochs_ == 8
