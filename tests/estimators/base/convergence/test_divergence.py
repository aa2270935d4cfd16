"""A fit that diverges ends normally, with finite weights, a warning and a score."""

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import cross_val_score

from sklearn_deep import MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])


def diverging(kind, **params):
    params = {"learning_rate": 1e6, "batch_size": 5, "random_state": 0} | params
    return kind((8, 8), optimizer="sgd", **params)


@KINDS
def test_a_diverged_fit_warns_and_has_finite_weights(kind):
    with pytest.warns(ConvergenceWarning) as warned:
        mlp = diverging(kind).fit(X, Y)
    (warning,) = warned
    assert f"in epoch {mlp.n_epochs_ - 1} with learning_rate=1e+06" in str(warning.message)
    assert kind.__name__ in str(warning.message)
    assert "Lower learning_rate" in str(warning.message)
    assert warning.filename == __file__
    assert mlp.diverged_
    assert all(p.isfinite().all() for p in mlp.module_.parameters())
    assert np.isfinite(mlp.score(X, Y))


@KINDS
def test_a_fit_that_converges_says_so(kind):
    assert not kind(max_epochs=2).fit(X, Y).diverged_


@pytest.mark.slow
def test_divergence_in_the_first_epoch_keeps_the_initial_weights():
    with pytest.warns(ConvergenceWarning, match="initial weights are kept"):
        mlp = diverging(MLPRegressor).fit(X, Y)
    start = MLPRegressor((8, 8), learning_rate=1e-30, max_epochs=1, random_state=0).fit(X, Y)
    assert mlp.n_epochs_ == 1
    for mine, initial in zip(mlp.module_.parameters(), start.module_.parameters(), strict=True):
        torch.testing.assert_close(mine, initial, rtol=0, atol=1e-20)


@pytest.mark.parametrize("normalization", [None, "batch"])
def test_divergence_later_keeps_the_last_finite_epoch(normalization):
    slower = {"learning_rate": 1e3, "batch_size": 30, "normalization": normalization}
    mlp = diverging(MLPRegressor, activation="identity", **slower)
    with pytest.warns(ConvergenceWarning, match="weights of epoch") as warned:
        mlp.fit(X, Y)
    n_finite = mlp.n_epochs_ - 1
    assert n_finite >= 1
    assert f"weights of epoch {n_finite - 1} are kept" in str(warned[0].message)
    predictions = mlp.predict(X)
    ended_before = mlp.set_params(max_epochs=n_finite).fit(X, Y)
    assert not ended_before.diverged_
    np.testing.assert_array_equal(ended_before.predict(X), predictions)


def test_a_diverged_fit_is_scored_like_any_other():
    with pytest.warns(ConvergenceWarning):
        scores = cross_val_score(diverging(MLPClassifier), X, Y, cv=3, error_score="raise")
    assert np.isfinite(scores).all()
