"""Labels whose meaning is doubtful give one warning, which says what to do."""

import warnings

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array, csr_matrix

from sklearn_deep import JointAEClassifier, MLPClassifier
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

rng = np.random.default_rng(0)
X = rng.normal(size=(30, 3))
LABELS = np.arange(30) % 3
ONE_HOT = np.eye(3)[LABELS]
FORMS = {
    "floats": (ONE_HOT, "y.argmax(axis=1)"),
    "ints": (ONE_HOT.astype(int), "y.argmax(axis=1)"),
    "bools": (ONE_HOT.astype(bool), "y.argmax(axis=1)"),
    "lists": (ONE_HOT.tolist(), "y.argmax(axis=1)"),
    "frame": (pd.DataFrame(ONE_HOT), "y.to_numpy().argmax(axis=1)"),
    "matrix": (csr_matrix(ONE_HOT), "y.toarray().argmax(axis=1)"),
    "array": (csr_array(ONE_HOT), "y.toarray().argmax(axis=1)"),
    "four columns, one empty": (np.eye(4)[LABELS], "y.argmax(axis=1)"),
}
KINDS = [MLPClassifier, JointAEClassifier]


def said(kind, y, method="fit", rows=X, **params):
    estimator = kind(max_epochs=1, random_state=0, **params)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        more = {"classes": np.unique(y)} if method == "partial_fit" and np.ndim(y) == 1 else {}
        getattr(estimator, method)(rows, y, **more)
    return [str(one.message) for one in caught]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_one_hot_targets_are_told_with_what_to_give(kind, form):
    y, instead = FORMS[form]
    for method in ("fit", "partial_fit"):
        (warning,) = said(kind, y, method)
        assert f"y of {kind.__name__} has exactly one 1 in each row" in warning
        assert f"pass {instead}." in warning


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "y",
    [
        np.where(np.arange(30)[:, None] == 7, 1, ONE_HOT),
        np.where(np.arange(30)[:, None] == 7, 0, ONE_HOT),
        ONE_HOT[:, :2],
        np.eye(2)[LABELS % 2],
        LABELS,
    ],
    ids=["a sample has all", "a sample has none", "some have none", "two columns", "classes"],
)
def test_other_targets_are_taken_as_they_are(kind, y):
    assert said(kind, y) == []


def test_a_small_part_may_be_one_hot_by_chance():
    assert said(MLPClassifier, ONE_HOT[:4], "partial_fit", X[:4]) == []


def test_samples_without_labels_are_not_looked_at():
    y = np.where(np.arange(30)[:, None] % 2 == 0, -1, ONE_HOT)
    (warning,) = said(JointAEClassifier, y, unlabeled_value=-1)
    assert "exactly one 1" in warning


MARKED = np.where(np.arange(30) % 4 == 0, -1, LABELS)


@pytest.mark.parametrize(
    "y",
    [MARKED, MARKED.astype(float), MARKED.tolist(), MARKED.astype(str)],
    ids=["ints", "floats", "lists", "strings"],
)
def test_a_class_minus_one_is_told_with_the_parameter(y):
    for method in ("fit", "partial_fit"):
        (warning,) = said(JointAEClassifier, y, method)
        assert "unlabeled_value=-1" in warning


@pytest.mark.parametrize(
    ("kind", "y", "params"),
    [
        (JointAEClassifier, MARKED, {"unlabeled_value": -1}),
        (JointAEClassifier, np.where(LABELS == 0, -1, 1), {}),
        (JointAEClassifier, LABELS - 2, {}),
        (JointAEClassifier, np.array(["a", "b", "-1"])[LABELS], {}),
        (MLPClassifier, MARKED, {}),
    ],
    ids=["told", "two classes", "beside negative ones", "letters", "no marker"],
)
def test_other_classes_are_taken_as_they_are(kind, y, params):
    assert said(kind, y, **params) == []


def test_a_search_tells_it_once():
    mlp = MLPClassifier(max_epochs=1, early_stopping=False, random_state=0)
    search = BatchedRandomizedSearchCV(mlp, {"dropout": [0.1, 0.2]}, n_iter=2, cv=2)
    with pytest.warns(UserWarning, match="exactly one 1") as caught:
        search.fit(X, ONE_HOT)
    assert len(caught) == 1
