"""``dtype`` is the dtype of training; predictions have the dtype of their input."""

import numpy as np
import pytest
import torch

from sklearn_deep import MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
DTYPES = pytest.mark.parametrize("dtype", ["float32", "float64"])


@KINDS
@DTYPES
def test_the_network_is_trained_in_the_given_type(kind, dtype):
    mlp = kind((4,), max_epochs=2, dtype=dtype).fit(X, Y)
    assert {p.dtype for p in mlp.module_.parameters()} == {getattr(torch, dtype)}


@DTYPES
@pytest.mark.parametrize("given", ["float32", "float64"])
def test_predictions_have_the_type_of_their_input(dtype, given):
    rows = X.astype(given)
    mlp = MLPClassifier((4,), max_epochs=2, dtype=dtype).fit(X, Y)
    for method in ("predict_proba", "predict_log_proba", "decision_function"):
        assert getattr(mlp, method)(rows).dtype == given
    assert MLPRegressor((4,), max_epochs=2, dtype=dtype).fit(X, Y).predict(rows).dtype == given


@KINDS
def test_integers_are_predicted_in_float64(kind):
    mlp = kind((4,), max_epochs=2).fit(X, Y)
    rows = np.arange(9).reshape(3, 3)
    np.testing.assert_array_equal(mlp.predict(rows), mlp.predict(rows.astype(float)))


def test_float64_input_is_predicted_in_float64_arithmetic():
    mlp = MLPRegressor((4,), max_epochs=2).fit(X, Y)
    exact = mlp.predict(X)
    rounded = mlp.predict(X.astype(np.float32))
    np.testing.assert_allclose(exact, rounded, rtol=1e-4)
    assert (exact != rounded).any()


def test_predicting_in_another_type_leaves_the_network_in_its_own():
    mlp = MLPRegressor((4,), max_epochs=2).fit(X, Y)
    mlp.predict(X)
    assert {p.dtype for p in mlp.module_.parameters()} == {torch.float32}
