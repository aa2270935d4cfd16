"""Invalid data: the error message, and that the estimator is unchanged."""

import numpy as np
import pytest

from sklearn_deep import MLPClassifier, MLPRegressor
from tests._support.for_all import for_all
from tests._support.refusals import check_refused

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 3
R = X[:, 0]
ONES = np.ones(24)
LETTERS = np.array(list("ab") * 12)


def with_first(array, value):
    array = array.astype(float)
    array.flat[0] = value
    return array


ANY = [
    ((with_first(X, np.nan), Y), {}, ["X", "NaN"]),
    ((with_first(X, np.inf), Y), {}, ["X", "infinity"]),
    ((X, with_first(Y, np.nan)), {}, ["y", "NaN"]),
    ((X, with_first(Y, np.inf)), {}, ["y", "infinity"]),
    ((X[:, 0], Y), {}, ["Expected 2D array", "Reshape"]),
    ((X[:0], Y[:0]), {}, ["0 sample(s)"]),
    ((X, Y[:20]), {}, ["X and y", "[24, 20]"]),
    ((X, None), {}, ["requires y"]),
    ((X, Y, ONES[:5]), {}, ["sample_weight", "(5,)", "(24,)"]),
    ((X, Y, ONES[:, None]), {}, ["sample_weight", "1D"]),
    ((X, Y, with_first(ONES, -2)), {}, ["sample_weight", ">= 0", "-2 for sample 0", "Use 0"]),
    ((X, Y, with_first(ONES, np.nan)), {}, ["sample_weight", "NaN"]),
    ((X, Y, 0 * ONES), {}, ["sample_weight", "zero"]),
    ((with_first(X, 1e300), Y), {}, ["X", "float32", "1e+300", "dtype='float64'"]),
    ((X, Y), {"X_val": X}, ["X_val", "no y_val", "Pass both"]),
    ((X, Y), {"y_val": Y}, ["y_val", "no X_val", "Pass both"]),
    ((X, Y), {"sample_weight_val": ONES}, ["sample_weight_val", "no X_val and y_val"]),
]
VALIDATION = [
    ({"X_val": with_first(X, np.nan)}, ["X_val", "NaN"]),
    ({"X_val": with_first(X, np.inf)}, ["X_val", "infinity"]),
    ({"X_val": with_first(X, 1e300)}, ["X_val", "float32", "1e+300"]),
    ({"X_val": X[:, 0]}, ["X_val", "Expected 2D array"]),
    ({"X_val": X[:, :2]}, ["X_val", "2 features", "expecting 3"]),
    ({"y_val": with_first(Y, np.nan)}, ["y_val", "NaN"]),
    ({"y_val": Y[:3]}, ["y_val", "[24, 3]"]),
    ({"sample_weight_val": ONES[:3]}, ["sample_weight_val", "(3,)", "(24,)"]),
    ({"sample_weight_val": with_first(ONES, -2)}, ["sample_weight_val", ">= 0", "-2"]),
    ({"sample_weight_val": with_first(ONES, np.nan)}, ["sample_weight_val", "NaN"]),
    ({"sample_weight_val": 0 * ONES}, ["sample_weight_val", "zero"]),
]
CLASSES = [
    ((X, 0 * Y), {}, ["y", "at least 2 classes", "1 class: 0"]),
    ((X, R), {}, ["continuous", "classifier"]),
    ((X, np.c_[Y, Y]), {}, ["several columns", "MultiOutputClassifier"]),
    ((X, Y), {"X_val": X, "y_val": Y + 1}, ["y_val", "[3]", "[0, 1, 2]"]),
    ((X, Y), {"X_val": X, "y_val": LETTERS}, ["y_val", "['a', 'b']", "[0, 1, 2]"]),
    ((X, LETTERS), {"X_val": X, "y_val": Y}, ["y_val", "[0, 1, 2]", "['a', 'b']"]),
]
NUMBERS = [
    ((X, LETTERS), {}, ["y of", "numbers", "'a'", "MLPClassifier"]),
    ((X, np.array([1.0, None] * 12)), {}, ["y of", "numbers", "got None"]),
    ((X, R), {"X_val": X, "y_val": LETTERS}, ["y_val of", "numbers", "'a'"]),
    ((X, R), {"X_val": X, "y_val": X}, ["y_val", "columns", "1", "3"]),
    ((X, with_first(R, 1e300)), {}, ["y of", "float32", "1e+300"]),
]


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("args", "kwargs", "words"), ANY)
def test_bad_rows_are_refused_with_the_name_of_the_argument(kind, args, kwargs, words):
    check_refused(kind((4,)), words, *args, **kwargs)


@for_all("kind", [MLPClassifier, MLPRegressor])
@for_all(("bad", "words"), VALIDATION)
def test_bad_validation_rows_are_refused_with_the_name_of_the_argument(kind, bad, words):
    check_refused(kind((4,)), words, X, Y, **{"X_val": X, "y_val": Y} | bad)


@for_all(("args", "kwargs", "words"), CLASSES)
def test_bad_labels_are_refused_with_the_labels(args, kwargs, words):
    check_refused(MLPClassifier((4,)), words, *args, **kwargs)


@pytest.mark.parametrize(("args", "kwargs", "words"), NUMBERS)
def test_bad_targets_are_refused_with_the_value(args, kwargs, words):
    check_refused(MLPRegressor((4,)), words, *args, **kwargs)


def test_values_too_large_for_float32_train_in_float64():
    big = MLPRegressor((4,), dtype="float64", max_epochs=1).fit(1e60 * X, R)
    assert np.isfinite(big.history_["loss"]).all()


def test_weights_that_leave_no_row_are_refused():
    mlp = MLPClassifier((4,), class_weight={0: 1, 1: 0, 2: 0})
    check_refused(mlp, ["sample_weight times class_weight", "zeros"], X, Y, (Y > 0) * ONES)
