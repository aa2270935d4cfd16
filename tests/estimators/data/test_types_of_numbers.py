"""Numbers of any type are trained on as float64 numbers of the same values."""

import numpy as np
import pytest

from sklearn_deep import MLPClassifier, MLPRegressor
from tests._support.refusals import check_refused

X = np.random.default_rng(0).normal(size=(30, 3)) * 4
Y = np.arange(30) % 3
FAST = {"max_epochs": 3, "batch_size": 16, "random_state": 0}
KINDS = pytest.mark.parametrize("kind", [MLPClassifier, MLPRegressor])
FORMS = {
    "float16": X.astype("float16"),
    "float32": X.astype("float32"),
    "longdouble": X.astype("longdouble"),
    "big-endian": X.astype(">f8"),
    "int8": X.astype("int8"),
    "uint8": np.abs(X).astype("uint8"),
    "int64": X.astype("int64"),
    "bool": X > 0,
    "objects": X.astype(object),
    "mixed objects": np.array([[1, 2.5, True], [np.float32(3), 0, -1]] * 15, dtype=object),
    "objects that read as numbers": np.array([["1", "2.5", "-3"], ["0", "1e3", "2"]] * 15, object),
    "lists": X.tolist(),
    "Fortran order": np.asfortranarray(X),
    "a reversed view": X[::-1, ::-1],
    "every other row": np.repeat(X, 2, axis=0)[::2],
    "read-only": np.frombuffer(X.tobytes()).reshape(X.shape),
}


@pytest.mark.slow
@KINDS
@pytest.mark.parametrize("form", FORMS)
def test_rows_of_any_type_are_their_numbers(kind, form):
    rows, numbers = FORMS[form], np.array(FORMS[form], dtype="float64")
    mlp = kind((4,), **FAST).fit(rows, Y, X_val=rows, y_val=Y)
    expected = kind((4,), **FAST).fit(numbers, Y, X_val=numbers, y_val=Y)
    for name in ("loss", "val_loss"):
        np.testing.assert_array_equal(mlp.history_[name], expected.history_[name])
    given = numbers.astype("float32") if form == "float32" else numbers
    predicted = mlp.predict(rows)
    np.testing.assert_array_equal(predicted, expected.predict(given))
    assert kind is MLPClassifier or predicted.dtype == given.dtype


@pytest.mark.parametrize("form", [*FORMS, "numbers as text"])
def test_targets_of_any_type_are_their_numbers(form):
    y = np.array(FORMS.get(form, X.astype(str)))[:, 0]
    mlp = MLPRegressor((4,), **FAST).fit(X, y, X_val=X, y_val=y)
    expected = MLPRegressor((4,), **FAST).fit(X, y.astype("float64"))
    np.testing.assert_array_equal(mlp.predict(X), expected.predict(X))


@KINDS
@pytest.mark.parametrize("type_", ["int8", "bool", "float16", ">f8", object])
def test_weights_of_any_type_are_their_numbers(kind, type_):
    weight = (np.arange(30) % 2).astype(type_)
    mlp, expected = (kind((4,), **FAST).fit(X, Y, w) for w in (weight, weight.astype("float64")))
    np.testing.assert_array_equal(mlp.predict(X), expected.predict(X))


@KINDS
def test_the_arguments_are_left_as_they_are(kind):
    rows, y, weight = X.copy(), Y.copy(), np.ones(30)
    kind((4,), augmentation="mixup", input_noise=1.0, **FAST).fit(rows, y, weight).predict(rows)
    np.testing.assert_array_equal(rows, X)
    np.testing.assert_array_equal(y, Y)
    np.testing.assert_array_equal(weight, 1)


@KINDS
def test_complex_numbers_are_refused(kind):
    check_refused(kind((4,)), ["Complex"], X.astype(complex), Y)


@KINDS
@pytest.mark.parametrize("type_", [str, object])
def test_words_are_refused(kind, type_):
    rows = np.array([["a", "b", "c"]] * 24, dtype=type_)
    check_refused(kind((4,)), ["could not convert string to float"], rows, Y[:24])
