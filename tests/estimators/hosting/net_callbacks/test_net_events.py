"""The events of skorch's callbacks; skorch's own loop is the reference for their order."""

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.model_selection import RandomizedSearchCV, cross_val_score
from skorch import NeuralNetClassifier
from skorch.callbacks import Callback, LRScheduler
from skorch.dataset import Dataset
from skorch.helper import predefined_split
from torch import nn

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.training._loop.steps import FollowedSteps

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(20, 3)), np.arange(20) % 3
X_VAL, Y_VAL = rng.normal(size=(9, 3)), np.arange(9) % 3
EVENTS = [f"on_{what}_{when}" for what in ("train", "epoch", "batch") for when in ("begin", "end")]


class Recorder(Callback):
    """Records every event with the names of its arguments and the shapes of the batch."""

    def initialize(self):
        self.events_ = []
        return self


def record(name):
    def method(self, net, *args, **kwargs):
        assert not args
        seen = [name, sorted(kwargs), kwargs.get("training")]
        for part in kwargs.get("batch", ()):
            seen.append((tuple(part.shape), part.dtype))
        self.events_.append(seen)

    return method


for event in [*EVENTS, "on_grad_computed"]:
    setattr(Recorder, event, record(event))


class Nothing(Callback):
    """Does nothing."""


def fitted(*callbacks, kind=MLPClassifier, **params):
    params = {"max_epochs": 2, "batch_size": 8, "random_state": 0} | params
    return kind((5,), net_callbacks=list(callbacks), **params).fit(X, Y, X_val=X_VAL, y_val=Y_VAL)


def test_the_events_are_those_of_skorchs_own_loop():
    data = [(x.astype(np.float32), y) for x, y in ((X, Y), (X_VAL, Y_VAL))]
    theirs = Recorder()
    net = NeuralNetClassifier(
        nn.Linear(3, 3),
        criterion=nn.CrossEntropyLoss,
        train_split=predefined_split(Dataset(*data[1])),
        max_epochs=2,
        batch_size=8,
        callbacks=[theirs],
        verbose=0,
    )
    net.fit(*data[0])
    mlp = fitted(ours := Recorder())
    assert ours.events_ == theirs.events_
    assert len(ours.events_) == 2 + 2 * (2 + 3 * 3 + 2 * 2)
    for batch, other in zip(
        mlp.net_.history[-1]["batches"], net.history[-1]["batches"], strict=True
    ):
        assert batch.keys() == other.keys()
    # Older releases of skorch add the accuracy of a classifier automatically.
    theirs_alone = set(net.history[-1]) - set(mlp.net_.history[-1])
    assert theirs_alone <= {"valid_acc", "valid_acc_best"}
    assert mlp.net_.history[:, "train_batch_count"] == net.history[:, "train_batch_count"]
    assert mlp.net_.history[:, "valid_batch_count"] == net.history[:, "valid_batch_count"]


@pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize("optimizer", ["adam", "nadam", "sgd", torch.optim.Adagrad])
def test_a_callback_that_does_nothing_changes_no_bit(kind, optimizer):
    params = {
        "kind": kind,
        "optimizer": optimizer,
        "dropout": 0.3,
        "normalization": "batch",
        "penalty": "max_norm",
        "augmentation": "gaussian",
        "schedule": "cosine",
        "early_stopping": True,
        "max_epochs": 4,
    }
    with_one, without = fitted(Nothing(), **params), fitted(**params)
    assert_same_fit(with_one, without)


def test_a_callback_that_does_nothing_changes_no_bit_of_lbfgs():
    params = {"optimizer": "lbfgs", "batch_size": "auto", "dtype": "float64"}
    assert_same_fit(fitted(Nothing(), **params), fitted(**params))


def assert_same_fit(one, other):
    assert one.history_.keys() == other.history_.keys()
    for name in one.history_.keys() - {"seconds"}:
        np.testing.assert_array_equal(one.history_[name], other.history_[name])
    for name, value in one.module_.state_dict().items():
        assert torch.equal(value, other.module_.state_dict()[name]), name


@pytest.mark.parametrize("callbacks", [None, [], ()])
def test_without_callbacks_nothing_is_followed(callbacks, monkeypatch):
    monkeypatch.setattr(FollowedSteps, "__init__", None)
    mlp = MLPClassifier((5,), net_callbacks=callbacks, max_epochs=2).fit(X, Y)
    assert mlp.net_.history[-1]["batches"] == []


def test_the_history_of_the_net_has_the_losses_under_skorchs_names_too():
    mlp = fitted(Nothing(), max_epochs=6)
    history = mlp.net_.history
    for theirs, ours in {"train_loss": "loss", "valid_loss": "val_loss"}.items():
        values = mlp.history_[ours]
        np.testing.assert_array_equal(history[:, theirs], values)
        best = values < np.minimum.accumulate(np.append(np.inf, values))[:-1]
        assert history[:, f"{theirs}_best"] == best.tolist()
    np.testing.assert_array_equal(history[:, "dur"], mlp.history_["seconds"])


def test_without_validation_rows_there_are_no_validation_events():
    recorder = Recorder()
    mlp = MLPClassifier((5,), net_callbacks=[recorder], max_epochs=1).fit(X, Y)
    assert [event[2] for event in recorder.events_ if event[0] == "on_batch_end"] == [True]
    assert not [name for name in mlp.net_.history[-1] if name.startswith("valid")]


def test_a_batch_has_its_rows_and_no_padding():
    class Rows(Callback):
        def on_batch_end(self, net, batch, training, loss, y_pred, **kwargs):
            if training:
                self.rows_ = [*getattr(self, "rows_", []), *batch[0].tolist()]
                assert len(batch[0]) == len(batch[1]) == len(y_pred)
                labels = torch.from_numpy(Y)[[X_ROWS[tuple(row)] for row in batch[0].tolist()]]
                assert torch.equal(batch[1], labels)
                mean = nn.functional.cross_entropy(y_pred, batch[1])
                assert loss.item() == pytest.approx(mean.item(), rel=1e-5)

    X_ROWS = {tuple(row): i for i, row in enumerate(X.tolist())}
    fitted(rows := Rows(), max_epochs=1, dtype="float64")
    assert sorted(rows.rows_) == sorted(X.tolist())


def test_the_loss_of_a_batch_has_the_penalties():
    class First(Callback):
        def on_batch_end(self, net, loss, **kwargs):
            self.loss_ = getattr(self, "loss_", loss.item())

    params = {"weight_decay": 0.5, "penalty": "l1", "batch_size": 20, "max_epochs": 1}
    mlp = fitted(first := First(), **params)
    assert first.loss_ == pytest.approx(mlp.history_["loss"][0])


def test_the_weights_of_the_module_are_seen_moving():
    class Weights(Callback):
        def on_batch_end(self, net, training, **kwargs):
            if training:
                weight = next(net.module_.parameters()).detach().clone()
                self.seen_ = [*getattr(self, "seen_", []), weight]

    mlp = fitted(weights := Weights())
    assert len({tuple(w.ravel().tolist()) for w in weights.seen_}) == len(weights.seen_) == 6
    assert torch.equal(weights.seen_[-1], next(mlp.module_.parameters()))


def test_weights_that_a_callback_writes_are_trained_on():
    class Zero(Callback):
        def on_train_begin(self, net, **kwargs):
            for parameter in net.module_.parameters():
                nn.init.zeros_(parameter)

    zeros = fitted(init="zeros")
    written = fitted(Zero())
    assert_same_fit(written, zeros)


def test_a_callback_has_autograd():
    class Slope(Callback):
        def on_batch_end(self, net, batch, training, **kwargs):
            net.module_(batch[0]).sum().backward()
            self.slope_ = next(net.module_.parameters()).grad.abs().sum().item()
            net.module_.zero_grad()

    assert_same_fit(fitted(slope := Slope()), fitted())
    assert slope.slope_ > 0


def test_a_callback_that_predicts_leaves_the_training_mode_as_it_was():
    def drop():
        # A new class for each fit, because an existing recording would hide the mode.
        return type("Drop", (nn.Dropout,), {})

    class Predict(Callback):
        def on_batch_begin(self, net, **kwargs):
            net.predict(X)

        on_grad_computed = on_epoch_begin = on_batch_begin

    assert_same_fit(fitted(Predict(), activation=drop()), fitted(activation=drop()))


def test_callbacks_may_have_names():
    mlp = fitted(("first", Nothing()), ("second", Nothing()), Nothing())
    assert [name for name, _ in mlp.net_.callbacks_] == ["first", "second", "Nothing"]


def test_clones_have_callbacks_of_their_own():
    mlp = MLPClassifier(net_callbacks=[Recorder(), ("named", Recorder())])
    twin = clone(mlp)
    assert [type(mlp.net_callbacks[0]), type(mlp.net_callbacks[1][1])] == [Recorder] * 2
    assert twin.net_callbacks[0] is not mlp.net_callbacks[0]
    assert twin.net_callbacks[1][1] is not mlp.net_callbacks[1][1]
    assert twin.get_params()["net_callbacks"] is twin.net_callbacks


@pytest.mark.slow
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_a_search_fits_with_callbacks_and_tries_them(n_jobs):
    values = [None, [LRScheduler("StepLR", step_size=1, gamma=0.0)]]
    mlp = MLPClassifier((5,), max_epochs=3, learning_rate=0.1, random_state=0)
    search = RandomizedSearchCV(
        mlp, {"net_callbacks": values}, n_iter=2, cv=2, n_jobs=n_jobs, random_state=0
    )
    search.fit(X, Y)
    params = search.cv_results_["params"]
    scores = search.cv_results_["mean_test_score"]
    for candidate, score in zip(params, scores, strict=True):
        one = clone(mlp).set_params(**candidate)
        assert score == cross_val_score(one, X, Y, cv=2).mean()


def test_a_callback_and_its_state_can_be_read_after_the_fit():
    mlp = fitted(recorder := Recorder())
    first = len(recorder.events_)
    mlp.fit(X, Y, X_val=X_VAL, y_val=Y_VAL)
    assert len(recorder.events_) == first > 0


def test_the_net_of_partial_fit_and_of_a_warm_start_has_the_history_of_the_last_call():
    mlp = MLPClassifier((5,), net_callbacks=[Nothing()], max_epochs=3, warm_start=True).fit(X, Y)
    mlp.fit(X, Y)
    assert (len(mlp.net_.history), mlp.n_epochs_) == (3, 6)
    mlp.partial_fit(X, Y)
    assert (len(mlp.net_.history), mlp.n_epochs_) == (1, 7)
