"""Predictions are computed in parts, which changes neither their values nor their types."""

import tracemalloc

import numpy as np
import pytest
from scipy.sparse import csr_matrix, issparse

from sklearn_deep import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.estimators._base import prediction

X = np.random.default_rng(0).normal(size=(50, 6)).astype("float32")
CLASSES = np.array(["a", "b", "c"], dtype=object)[np.arange(50) % 3]
LABELS = np.stack([X[:, 0] > 0, X[:, 1] > 0, X[:, 2] > 0], 1).astype(int)
FAST = {"max_epochs": 2, "random_state": 0}
CASES = {
    "classes": (MLPClassifier((4,), **FAST), CLASSES),
    "two classes": (MLPClassifier((4,), **FAST), X[:, 0] > 0),
    "labels": (MLPClassifier((4,), **FAST), LABELS),
    "numbers": (MLPRegressor((4,), **FAST), X[:, 0]),
    "rows of numbers": (MLPRegressor((4,), loss="huber", **FAST), X[:, :2]),
    "codes": (AutoencoderTransformer(2, **FAST), None),
    "outliers": (AutoencoderOutlierDetector(2, **FAST), None),
    "codes and classes": (JointAEClassifier(2, **FAST), CLASSES),
    "codes and numbers": (JointAERegressor(2, **FAST), X[:, 0]),
}
METHODS = ["predict", "predict_proba", "predict_log_proba", "decision_function"]
METHODS += ["transform", "reconstruct", "score_samples"]


def predictions(estimator):
    return [getattr(estimator, name)(X) for name in METHODS if hasattr(estimator, name)]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("n_samples", [16, 32])
def test_the_size_of_the_parts_changes_roundings_only(name, n_samples, monkeypatch):
    estimator, y = CASES[name]
    estimator.fit(X, y)
    expected = predictions(estimator)
    monkeypatch.setattr(prediction, "_SAMPLES", n_samples)
    for found, whole in zip(predictions(estimator), expected, strict=True):
        assert (found.dtype, found.shape) == (whole.dtype, whole.shape)
        if found.dtype.kind == "f":  # products of few samples may be summed in another order
            np.testing.assert_allclose(found, whole, rtol=1e-5, atol=1e-6)
        else:
            np.testing.assert_array_equal(found, whole)


def test_sparse_labels_are_made_in_parts(monkeypatch):
    mlp = MLPClassifier((4,), **FAST).fit(X, csr_matrix(LABELS))
    expected = mlp.predict(X)
    monkeypatch.setattr(prediction, "_SAMPLES", 16)
    found = mlp.predict(X)
    assert issparse(found)
    np.testing.assert_array_equal(found.toarray(), expected.toarray())


@pytest.mark.parametrize("method", ["predict_proba", "predict_log_proba", "predict"])
def test_many_classes_take_little_more_memory_than_what_is_returned(method, monkeypatch):
    monkeypatch.setattr(prediction, "_SAMPLES", 100)
    samples = np.zeros((20_000, 2), "float32")
    mlp = MLPClassifier((4,), max_epochs=1).fit(samples[:400], np.arange(400) % 200)
    mlp.predict(samples)
    tracemalloc.start()
    found = getattr(mlp, method)(samples)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.05 * found.nbytes
