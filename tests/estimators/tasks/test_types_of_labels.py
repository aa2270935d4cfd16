"""Predicted labels have the type of the labels in y, for any type that can be sorted."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier as SklearnMLP

from sklearn_deep import MLPClassifier
from tests._support.refusals import check_refused

X = np.random.default_rng(0).normal(size=(30, 3))
Y = np.arange(30) % 3
LETTERS = np.array(["a", "bc", "d e"])[Y]
FAST = {"max_epochs": 3, "random_state": 0}
ARRAYS = {
    "strings": LETTERS,
    "objects": LETTERS.astype(object),
    "ints": Y * 10 - 10,
    "uint8": Y.astype("uint8"),
    "floats": Y - 1.0,
    "bools": Y > 0,
    "years": np.array(["2001", "1999", "2020"], dtype="datetime64[Y]")[Y],
    "tuple": tuple(LETTERS),
    "a column": LETTERS[:, None],
}


PANDAS = {
    "categories": lambda pd: pd.Series(LETTERS, dtype="category"),
    "a category nobody has": lambda pd: pd.Series(pd.Categorical(LETTERS, ["d e", "z", "a", "bc"])),
    "categories of ints": lambda pd: pd.Series(Y, dtype="category"),
    "Categorical": lambda pd: pd.Categorical(LETTERS),
    "strings": lambda pd: pd.Series(LETTERS, dtype="string"),
    "objects": lambda pd: pd.Series(LETTERS, dtype=object),
    "ints": lambda pd: pd.Series(Y),
    "nullable ints": lambda pd: pd.Series(Y, dtype="Int64"),
    "nullable bools": lambda pd: pd.Series(Y > 0, dtype="boolean"),
    "another index": lambda pd: pd.Series(LETTERS, index=np.arange(30)[::-1]),
}
POLARS = {
    "strings": lambda pl: pl.Series(LETTERS),
    "categories": lambda pl: pl.Series(LETTERS, dtype=pl.Categorical),
    "enum": lambda pl: pl.Series(LETTERS, dtype=pl.Enum(["d e", "bc", "a"])),
    "bools": lambda pl: pl.Series(Y > 0),
    "ints": lambda pl: pl.Series(Y),
}


def check(labels):
    values = np.asarray(labels).ravel()
    classes, place = np.unique(values, return_inverse=True)
    mlp = MLPClassifier((4,), **FAST).fit(X, labels, X_val=X, y_val=labels)
    assert mlp.classes_.tolist() == classes.tolist()
    expected = MLPClassifier((4,), **FAST).fit(X, place, X_val=X, y_val=place)
    np.testing.assert_array_equal(mlp.predict_proba(X), expected.predict_proba(X))
    np.testing.assert_array_equal(mlp.predict(X), classes[expected.predict(X)])
    assert mlp.score(X, values) == pytest.approx(mlp.history_["val_accuracy"][-1])
    return mlp


@pytest.mark.filterwarnings("ignore:A column-vector y was passed")
@pytest.mark.parametrize("kind", ARRAYS)
def test_labels_in_arrays_come_back_as_they_were(kind):
    mlp = check(ARRAYS[kind])
    assert mlp.predict(X).dtype == np.asarray(ARRAYS[kind]).dtype


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize(
    ("library", "kind"),
    [("pandas", kind) for kind in PANDAS] + [("polars", kind) for kind in POLARS],
)
def test_labels_in_series_come_back_as_from_scikit_learn(library, kind):
    made = {"pandas": PANDAS, "polars": POLARS}[library][kind]
    labels = made(pytest.importorskip(library))
    theirs = SklearnMLP((4,), max_iter=1).fit(X, labels)
    mlp = check(labels)
    assert mlp.classes_.tolist() == theirs.classes_.tolist()
    assert mlp.classes_.dtype.kind == theirs.classes_.dtype.kind or mlp.classes_.dtype == object


@pytest.mark.parametrize("kind", ["strings", "bools", "floats", "objects"])
def test_class_weights_are_given_by_label(kind):
    labels = ARRAYS[kind]
    first = np.unique(labels)[0]
    mlp = MLPClassifier((4,), class_weight={first: 0.0}, max_epochs=60, learning_rate=0.05)
    assert first not in mlp.fit(X, labels).predict(X)


@pytest.mark.parametrize(
    ("labels", "error", "words"),
    [
        (Y[:24].astype(object), ValueError, ["y of", "Unknown label type"]),  # as in scikit-learn
        (np.array([1, "a"] * 12, dtype=object), ValueError, ["y of", "Unknown label type"]),
        (np.array([None, "a"] * 12, dtype=object), ValueError, ["y of", "Unknown label type"]),
        (np.where(np.arange(24) % 2, np.nan, 1.0), ValueError, ["y", "NaN"]),
        (np.array([b"a", b"b"] * 12), TypeError, ["bytes"]),
        ([["a", "b"], ["b"]] * 12, ValueError, ["y"]),
        (np.arange(24) / 7, ValueError, ["y of", "continuous"]),
    ],
    ids=["int objects", "mixed", "None", "NaN", "bytes", "lists", "continuous"],
)
def test_labels_that_do_not_sort_are_refused(labels, error, words):
    check_refused(MLPClassifier((4,)), words, X[:24], labels, error=error)


def test_missing_labels_of_a_series_are_refused():
    pandas = pytest.importorskip("pandas")
    labels = pandas.Series([None, *Y[:23].tolist()], dtype="Int64")
    check_refused(MLPClassifier((4,)), ["y", "NaN"], X[:24], labels)
