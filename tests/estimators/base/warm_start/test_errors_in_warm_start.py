"""Fits that cannot continue raise an error that says why, and leave the estimator unchanged."""

import numpy as np
import pytest
import torch

from sklearn_deep import MLPClassifier, MLPRegressor

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 3
INDICATOR = (X > 0).astype(int)
CLASSES = [
    ((X[:, :2], Y), ["X has 2 features", "expecting 3"]),
    ((X, Y + 1), ["y of", "[0, 1, 2], got also [3]"]),
    ((X, np.array(list("abc"))[Y]), ["y of", "[0, 1, 2], got also ['a', 'b', 'c']"]),
    ((X, INDICATOR), ["y of", "one label per sample", "(24, 3)"]),
    ((X, X[:, 0]), ["continuous"]),
]
NUMBERS = [
    ((X[:, :2], X), ["X has 2 features", "expecting 3"]),
    ((X, X[:, :2]), ["y of", "as many columns as the first y, 3, got 2"]),
    ((X, X[:, 0]), ["y of", "as many columns as the first y, 3, got 1"]),
]
OTHER_WEIGHTS = [
    {"hidden_layer_sizes": (5,)},
    {"hidden_layer_sizes": (4, 4)},
    {"hidden_layer_sizes": ()},
    {"activation": torch.nn.PReLU},
    {"normalization": "batch"},
    {"normalization": "layer"},
]


def check_refused(mlp, words, arguments):
    before = vars(mlp).copy()
    predictions = mlp.predict(X)
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        mlp.fit(*arguments)
    missing = [word for word in words if word not in str(raised.value)]
    assert not missing, str(raised.value)
    assert vars(mlp).keys() == before.keys()
    assert all(vars(mlp)[name] is value for name, value in before.items())
    np.testing.assert_array_equal(mlp.predict(X), predictions)


@pytest.mark.parametrize(("arguments", "words"), CLASSES)
def test_data_of_another_kind_is_refused(arguments, words):
    mlp = MLPClassifier((4,), max_epochs=1, warm_start=True).fit(X, Y)
    check_refused(mlp, words, arguments)


@pytest.mark.parametrize(("arguments", "words"), NUMBERS)
def test_targets_of_another_shape_are_refused(arguments, words):
    mlp = MLPRegressor((4,), max_epochs=1, warm_start=True).fit(X, X)
    check_refused(mlp, words, arguments)


@pytest.mark.parametrize("changed", OTHER_WEIGHTS, ids=str)
def test_a_network_of_other_weights_is_refused(changed):
    mlp = MLPClassifier((4,), max_epochs=1, warm_start=True).fit(X, Y).set_params(**changed)
    words = ["MLPClassifier cannot continue", "different shapes", "warm_start=False"]
    check_refused(mlp, words, (X, Y))
    assert mlp.set_params(warm_start=False).fit(X, Y).n_epochs_ == 1


def test_frames_of_other_columns_are_refused():
    pandas = pytest.importorskip("pandas")
    mlp = MLPClassifier((4,), max_epochs=1, warm_start=True)
    mlp.fit(pandas.DataFrame(X, columns=list("abc")), Y)
    with pytest.raises(ValueError, match="feature names"):
        mlp.fit(pandas.DataFrame(X, columns=list("abx")), Y)
    assert mlp.feature_names_in_.tolist() == list("abc")


def test_an_error_in_the_first_fit_leaves_nothing_to_go_on_from():
    mlp = MLPClassifier((4,), max_epochs=1, warm_start=True)
    with pytest.raises(ValueError, match="NaN"):
        mlp.fit(X * np.nan, Y)
    assert mlp.fit(X[:, :2], Y).n_features_in_ == 2
