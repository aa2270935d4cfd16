"""Calls of ``partial_fit`` that raise an error leave the estimator unchanged."""

import numpy as np
import pytest
import torch

from sklearn_deep import JointAEClassifier, MLPClassifier, MLPRegressor
from sklearn_deep.schedules import Plateau

X = np.random.default_rng(0).normal(size=(24, 3))
Y = np.arange(24) % 3
PAIRS = np.c_[X[:, 0], X[:, 1]]
INDICATOR = (X > 0).astype(int)
ALL = [0, 1, 2]
PARAMS = {"random_state": 0}
FIRST = [
    ((X, Y), ["partial_fit requires classes in its first call", "np.unique(y)"]),
    ((X, Y, [0, 1]), ["y of", "[0, 1], got also [2]"]),
    ((X, Y, list("abc")), ["y of", "['a', 'b', 'c'], got also [0, 1, 2]"]),
    ((X, 0 * Y, [0]), ["at least 2 classes", "partial_fit: in classes", "1 class: 0"]),
    ((X, Y, [0.5, 1, 2]), ["classes of", "continuous"]),
    ((X, Y, [0, 1, 2, np.nan]), ["classes of", "NaN"]),
    ((X, Y, [ALL]), ["classes of", "1d array"]),
    ((X, INDICATOR, range(4)), ["classes of", "[0, 1, 2]", "multilabel", "got [0, 1, 2, 3]"]),
    ((X, np.c_[Y, Y], ALL), ["several columns", "MultiOutputClassifier"]),
    ((X, Y, ALL, -np.ones(24)), ["sample_weight", ">= 0"]),
    ((X, Y, ALL, np.ones(3)), ["sample_weight", "(3,)"]),
    ((X, Y, ALL, np.full(24, 1e300)), ["sample_weight", "float32", "1e+300"]),
    ((X, Y, ALL, np.full(24, 1e-60)), ["sample_weight", "zeros (in float32)"]),
]
LATER = [
    ((X, Y, [0, 1]), ["classes of", "must be [0, 1, 2]", "or None", "got [0, 1]"]),
    ((X, Y, [0, 1, 3]), ["classes of", "must be [0, 1, 2]", "got [0, 1, 3]"]),
    ((X, Y + 1), ["y of", "[0, 1, 2], got also [3]"]),
    ((X, INDICATOR), ["y of", "one label per sample", "(24, 3)"]),
    ((X[:, :2], Y), ["X has 2 features", "expecting 3"]),
    ((X[:3], Y), ["X and y", "[3, 24]"]),
    ((X[:0], Y[:0]), ["0 sample(s)"]),
    ((X * np.nan, Y), ["X", "NaN"]),
    ((X, Y, None, 0 * Y), ["sample_weight", "zero"]),
]
NUMBERS = [
    ((X, PAIRS[:, 0]), ["y of", "as many columns as the first y, 2, got 1"]),
    ((X[:, :2], PAIRS), ["X has 2 features", "expecting 3"]),
    ((X, PAIRS * np.nan), ["y", "NaN"]),
    ((X, PAIRS, -np.ones(24)), ["sample_weight", ">= 0"]),
]


def check_refused(mlp, words, arguments):
    before = vars(mlp).copy()
    with pytest.raises(ValueError) as raised:  # noqa: PT011
        mlp.partial_fit(*arguments)
    missing = [word for word in words if word not in str(raised.value)]
    assert not missing, str(raised.value)
    assert vars(mlp).keys() == before.keys()
    assert all(vars(mlp)[name] is value for name, value in before.items())


@pytest.mark.parametrize(
    "estimator", [MLPClassifier((4,)), JointAEClassifier(2, encoder_layer_sizes=())]
)
def test_classes_cannot_be_balanced_call_by_call(estimator):
    words = ["class_weight", "dict or None in partial_fit", "'balanced'", "compute_class_weight"]
    check_refused(estimator.set_params(class_weight="balanced"), words, (X, Y, ALL))


@pytest.mark.parametrize(("arguments", "words"), FIRST)
def test_a_first_call_that_cannot_be_is_refused(arguments, words):
    check_refused(MLPClassifier((4,)), words, arguments)


@pytest.mark.parametrize(("arguments", "words"), LATER)
def test_a_later_call_that_does_not_fit_the_first_is_refused(arguments, words):
    check_refused(MLPClassifier((4,)).partial_fit(X, Y, ALL), words, arguments)
    check_refused(MLPClassifier((4,), max_epochs=1).fit(X, Y), words, arguments)


@pytest.mark.parametrize(("arguments", "words"), NUMBERS)
def test_a_later_call_of_the_regressor_is_refused_too(arguments, words):
    check_refused(MLPRegressor((4,)).partial_fit(X, PAIRS), words, arguments)


def test_a_schedule_that_needs_validation_rows_is_refused():
    mlp = MLPClassifier((4,), schedule=Plateau(monitor="val_loss"))
    words = ["'schedule'", "'val_loss'", "partial_fit has no validation samples", "warm_start=True"]
    check_refused(mlp, words, (X, Y, ALL))


def test_layers_of_another_size_are_refused():
    mlp = MLPClassifier((4,)).partial_fit(X, Y, ALL).set_params(hidden_layer_sizes=(5,))
    check_refused(mlp, ["layer sizes", "different shapes"], (X, Y))


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop", "lbfgs", torch.optim.Adagrad])
def test_a_call_that_is_cut_short_changes_nothing_of_the_next_ones(optimizer, monkeypatch):
    own, other = (MLPRegressor((4,), optimizer=optimizer, **PARAMS) for _ in range(2))
    own.partial_fit(X, PAIRS)
    other.partial_fit(X, PAIRS)
    with monkeypatch.context() as patch:
        from sklearn_deep.training import Training

        def interrupted(self, *args):
            original(self, *args)
            raise KeyboardInterrupt

        original = Training._values
        patch.setattr(Training, "_values", interrupted)
        with pytest.raises(KeyboardInterrupt):
            own.partial_fit(X, PAIRS)
    for _ in range(2):
        own.partial_fit(X, PAIRS)
        other.partial_fit(X, PAIRS)
    np.testing.assert_array_equal(own.predict(X), other.predict(X))
    np.testing.assert_array_equal(own.history_["loss"], other.history_["loss"])
