"""Few samples, a single feature, constants and huge values."""

import warnings

import numpy as np
import pytest
import torch
from sklearn.exceptions import ConvergenceWarning

from sklearn_deep import MLPClassifier, MLPRegressor, ScaleWarning
from sklearn_deep.optimizers import LBFGS
from tests._support.refusals import check_refused

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 3))
Y = np.arange(30) % 3
FAST = {"max_epochs": 3, "random_state": 0}
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
SETTINGS = pytest.mark.parametrize(
    "params",
    [
        {},
        {"normalization": "batch"},
        {"normalization": "layer", "hidden_layer_sizes": (1,)},
        {"dropout": 0.5, "augmentation": "mixup"},
        {"optimizer": LBFGS()},
        {"batch_size": 1},
        {"hidden_layer_sizes": ()},
    ],
    ids=["plain", "batch norm", "layer norm", "dropout, mixup", "lbfgs", "one at a time", "linear"],
)


def finite(mlp):
    return all(p.isfinite().all() for p in mlp.module_.state_dict().values())


@SETTINGS
def test_one_row_of_numbers_is_learned(params):
    mlp = MLPRegressor(**FAST | params)
    if params == {"normalization": "batch"}:
        with pytest.raises(ValueError, match=r"requires at least 2 training samples .* got 1,"):
            mlp.fit(X[:1], [3.0])
        return
    mlp.fit(X[:1], [3.0])
    assert finite(mlp)
    assert mlp.predict(X[:1]).shape == (1,)
    assert not mlp.diverged_


@SETTINGS
def test_one_row_of_each_of_two_classes_is_learned(params):
    mlp = MLPClassifier(**FAST | params).fit(X[:2], ["a", "b"])
    assert finite(mlp)
    assert set(mlp.predict(X)) <= {"a", "b"}


@KINDS
@SETTINGS
def test_one_feature_is_enough(kind, params):
    assert finite(kind(**FAST | params).fit(X[:, :1], Y))


@KINDS
@SETTINGS
@pytest.mark.parametrize("value", [0.0, 7.0])
def test_constant_features_predict_constants(kind, params, value):
    mlp = kind(**FAST | params).fit(np.full((30, 3), value), Y)
    assert finite(mlp)
    predicted = mlp.predict(np.full((5, 3), value))
    if kind is MLPClassifier:
        assert len(np.unique(predicted)) == 1
    else:
        # Products may round the last samples of a batch differently.
        np.testing.assert_allclose(predicted, predicted[0], rtol=1e-12)


def test_a_constant_target_is_learned():
    mlp = MLPRegressor(
        (4,), learning_rate=0.05, early_stopping=None, max_epochs=300, random_state=0
    )
    np.testing.assert_allclose(mlp.fit(X, np.full(30, 2.0)).predict(X), 2, atol=0.1)
    assert np.isfinite(mlp.history_["r2"]).all()


@KINDS
@pytest.mark.parametrize("scale", [1e30, 1e38])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_huge_features_leave_finite_weights(kind, scale, dtype):
    with warnings.catch_warnings(record=True) as raised:
        warnings.simplefilter("always")
        mlp = kind((4,), dtype=dtype, early_stopping=None, **FAST).fit(scale * X, Y)
    assert finite(mlp)
    assert [w.category for w in raised] == [
        ScaleWarning,
        *[ConvergenceWarning] * mlp.diverged_,
    ]
    assert np.isfinite(mlp.predict(X)).all()


def test_tiny_features_are_trained_on():
    assert finite(MLPClassifier((4,), **FAST).fit(1e-300 * X, Y))


def test_many_classes_of_one_row_each_are_learned():
    with pytest.warns(UserWarning, match="unique classes is greater than 50%"):
        mlp = MLPClassifier((4,), **FAST).fit(X, np.arange(30))
    assert mlp.predict_proba(X).shape == (30, 30)


@KINDS
def test_more_features_than_rows_are_trained_on(kind):
    wide = rng.normal(size=(3, 500))
    assert finite(kind((4,), **FAST).fit(wide, [0, 1, 2]))


@KINDS
@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function", "score"])
def test_rows_to_predict_are_checked_too(kind, method):
    mlp = kind((4,), **FAST).fit(X, Y)
    if not hasattr(mlp, method):
        pytest.skip("classifiers only")
    call = getattr(mlp, method)
    target = (Y,) if method == "score" else ()
    for rows, words in [
        (X * np.nan, "X contains NaN"),
        (np.abs(X) * np.inf, "X contains infinity"),
        (X[:, :2], "X has 2 features"),
        (X[:0], r"0 sample\(s\)"),
        (X[0], "Expected 2D array"),
    ]:
        with pytest.raises(ValueError, match=words):
            call(rows, *target)


@KINDS
def test_no_features_are_refused(kind):
    check_refused(kind((4,)), ["0 feature(s)"], X[:24, :0], Y[:24])


@pytest.mark.parametrize("n_rows", [4095, 4096, 4097])
def test_predictions_do_not_depend_on_where_the_rows_are_parted(n_rows):
    mlp = MLPRegressor((4,), **FAST).fit(X, Y)
    rows = rng.normal(size=(n_rows, 3))
    own = np.concatenate([mlp.predict(rows[:2000]), mlp.predict(rows[2000:])])
    np.testing.assert_allclose(mlp.predict(rows), own, rtol=1e-12)
    assert mlp.predict(rows).shape == (n_rows,)


def test_predicting_needs_no_gradient_and_moves_no_generator():
    mlp = MLPClassifier((4,), dropout=0.5, **FAST).fit(X, Y)
    before = torch.get_rng_state()
    np.testing.assert_array_equal(mlp.predict_proba(X), mlp.predict_proba(X))
    assert torch.equal(before, torch.get_rng_state())
