"""Callbacks of skorch that save, load and stop."""

import json
import pickle

import numpy as np
import pytest
import torch
from skorch.callbacks import (
    Checkpoint,
    EarlyStopping,
    LoadInitState,
    TrainEndCheckpoint,
)
from skorch.exceptions import SkorchException

from sklearn_deep import MLPClassifier, MLPRegressor

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(size=(40, 3)), rng.normal(size=(12, 3))
Y, Y_VAL = ((x[:, :2] + 0.8 * x[:, 1:] > 0).sum(1) for x in (X, X_VAL))
VALIDATION = {"X_val": X_VAL, "y_val": Y_VAL}
PARAMS = {
    "max_epochs": 8,
    "batch_size": 16,
    "learning_rate": 0.1,
    "normalization": "batch",
    "early_stopping": None,
    "random_state": 0,
}


def fitted(*callbacks, **params):
    mlp = MLPClassifier((5,), net_callbacks=list(callbacks), **PARAMS | params)
    return mlp.fit(X, Y, **VALIDATION)


def after(n_epochs):
    return fitted(max_epochs=n_epochs)


def assert_same_weights(one, other):
    for name, value in one.module_.state_dict().items():
        assert torch.equal(value, other.module_.state_dict()[name]), name


@pytest.mark.parametrize(
    ("monitor", "own"), [("valid_loss_best", "val_loss"), ("train_loss_best", "loss")]
)
def test_a_checkpoint_holds_the_weights_of_the_best_epoch(monitor, own, tmp_path):
    mlp = fitted(Checkpoint(monitor=monitor, dirname=str(tmp_path)))
    best = int(mlp.history_[own].argmin())
    assert [bool(event) for event in mlp.net_.history[:, "event_cp"]].count(True) > 1
    fresh = fitted(max_epochs=1, random_state=1)
    fresh.net_.load_params(f_params=tmp_path / "params.pt")
    assert_same_weights(fresh, after(best + 1))
    np.testing.assert_array_equal(fresh.predict_proba(X), after(best + 1).predict_proba(X))
    rows = json.loads((tmp_path / "history.json").read_text())
    assert len(rows) == best + 1


def test_the_best_checkpoint_can_be_loaded_at_the_end(tmp_path):
    mlp = fitted(Checkpoint(dirname=str(tmp_path), load_best=True))
    best = int(mlp.history_["val_loss"].argmin())
    assert best + 1 < mlp.n_epochs_ == 8
    assert_same_weights(mlp, after(best + 1))


def test_a_checkpoint_that_monitors_nothing_saves_every_epoch(tmp_path):
    name = "epoch_{last_epoch[epoch]}.pt"
    fitted(Checkpoint(None, name, None, None, None, dirname=str(tmp_path)), max_epochs=3)
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"epoch_{i}.pt" for i in (1, 2, 3)]


def test_a_whole_net_can_be_saved(tmp_path):
    mlp = fitted(Checkpoint(None, None, None, None, None, f_pickle=str(tmp_path / "net.pkl")))
    net = pickle.loads((tmp_path / "net.pkl").read_bytes())
    # It still has the network used for training, whose products are rounded differently.
    np.testing.assert_allclose(net.predict_proba(X), mlp.net_.predict_proba(X), rtol=1e-4)


def test_a_checkpoint_that_monitors_validation_needs_validation_rows(tmp_path):
    mlp = MLPClassifier(net_callbacks=[Checkpoint(dirname=str(tmp_path))], max_epochs=1)
    with pytest.raises(SkorchException, match="Make sure you have validation data"):
        mlp.fit(X, Y)


def test_the_last_weights_can_be_saved(tmp_path):
    mlp = fitted(TrainEndCheckpoint(dirname=str(tmp_path)))
    fresh = fitted(max_epochs=1, random_state=1)
    fresh.net_.load_params(f_params=tmp_path / "train_end_params.pt")
    assert_same_weights(fresh, mlp)


def test_a_fit_can_begin_with_saved_weights(tmp_path):
    # The state of the optimizer has the learning rate, which would be loaded too.
    saved = TrainEndCheckpoint(f_optimizer=None, dirname=str(tmp_path))
    first = fitted(saved, LoadInitState(saved))
    last = fitted(saved, LoadInitState(saved), max_epochs=1, learning_rate=1e-12, random_state=1)
    assert (len(last.net_.history), last.n_epochs_) == (9, 1)
    for one, other in zip(first.module_.parameters(), last.module_.parameters(), strict=True):
        torch.testing.assert_close(one, other)


def test_a_net_saves_and_loads_its_weights(tmp_path):
    mlp, fresh = fitted(), fitted(random_state=1)
    mlp.net_.save_params(f_params=tmp_path / "weights.pt")
    fresh.net_.load_params(f_params=tmp_path / "weights.pt")
    assert_same_weights(fresh, mlp)


@pytest.mark.parametrize(("monitor", "own"), [("valid_loss", "val_loss"), ("train_loss", "loss")])
@pytest.mark.parametrize("load_best", [True, False])
def test_skorchs_early_stopping_stops(monitor, own, load_best):
    rule = EarlyStopping(monitor, patience=2, load_best=load_best, sink=lambda text: None)
    mlp = fitted(rule, max_epochs=200)
    values = mlp.history_[own]
    best = int(values.argmin())
    assert mlp.n_epochs_ < 200
    assert len(mlp.net_.history) == mlp.n_epochs_
    assert_same_weights(mlp, after(best + 1 if load_best else mlp.n_epochs_))


def test_skorchs_early_stopping_stops_a_regressor(capsys):
    rule = EarlyStopping("valid_loss", patience=1)
    mlp = MLPRegressor((5,), net_callbacks=[rule], early_stopping=None, random_state=0)
    mlp.set_params(learning_rate=0.1, verbose=1).fit(X, Y, **VALIDATION)
    assert mlp.n_epochs_ < 200
    assert "valid_loss has not improved" in capsys.readouterr().out


def test_both_kinds_of_stopping_work_together():
    rule = EarlyStopping("train_loss", patience=500)
    mlp = fitted(rule, early_stopping=True, max_epochs=300)
    assert_same_weights(mlp, after(mlp.best_epoch_ + 1))
    assert mlp.n_epochs_ == mlp.best_epoch_ + 11
