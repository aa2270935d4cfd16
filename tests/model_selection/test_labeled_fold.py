"""Unlabeled samples are in every training part and in no test part."""

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold, StratifiedKFold, cross_val_score

from sklearn_deep.model_selection import LabeledFold

Y = np.array([0, 1, -1, 0, 1, -1, 0, 1, 0, 1, -1])
X = np.arange(len(Y), dtype=float).reshape(-1, 1)
UNLABELED = np.flatnonzero(Y == -1)
LABELED = np.flatnonzero(Y != -1)


@pytest.mark.parametrize("cv", [2, 4, KFold(3), StratifiedKFold(2, shuffle=True, random_state=0)])
def test_unlabeled_rows_train_always_and_test_never(cv):
    fold = LabeledFold(cv)
    splits = list(fold.split(X, Y))
    assert len(splits) == fold.get_n_splits(X, Y)
    for train, test in splits:
        assert set(UNLABELED) <= set(train)
        assert not set(UNLABELED) & set(test)
        assert sorted([*train, *test]) == list(range(len(Y)))
    assert sorted(np.concatenate([test for _, test in splits])) == LABELED.tolist()


def test_labeled_rows_are_split_as_the_splitter_splits_them_alone():
    alone = StratifiedKFold(3).split(X[LABELED], Y[LABELED])
    for (_, test), (_, mine) in zip(alone, LabeledFold(3).split(X, Y), strict=True):
        assert LABELED[test].tolist() == mine.tolist()


def test_numbers_are_marked_by_nan_and_not_stratified():
    y = np.where(Y == -1, np.nan, X[:, 0] / 3)
    tests = [test for _, test in LabeledFold(4, np.nan).split(X, y)]
    assert [t.tolist() for t in tests] == [
        LABELED[t].tolist() for _, t in KFold(4).split(X[LABELED])
    ]


def test_strings_and_several_columns_have_markers_too():
    words = np.where(Y == -1, "", np.where(Y == 0, "no", "yes"))
    assert len(list(LabeledFold(2, "").split(X, words))) == 2
    columns = np.where((Y == -1)[:, None], -1, np.c_[Y, 1 - Y])
    for train, _ in LabeledFold(2).split(X, columns):
        assert set(UNLABELED) <= set(train)


def test_whole_numbers_that_come_once_are_split_as_numbers():
    y = np.where(Y == -1, np.nan, np.arange(len(Y)))
    tests = [test.tolist() for _, test in LabeledFold(4, np.nan).split(X, y)]
    assert tests == [LABELED[t].tolist() for _, t in KFold(4).split(X[LABELED])]


@pytest.mark.parametrize("marker", [np.nan, None, "", -1])
def test_labels_beside_any_marker_are_stratified(marker):
    y = np.array([marker if label == -1 else label for label in Y], dtype=object)
    expected = [test.tolist() for _, test in LabeledFold(3).split(X, Y)]
    assert [test.tolist() for _, test in LabeledFold(3, marker).split(X, y)] == expected


def test_sparse_labels_are_labels():
    columns = np.where((Y == -1)[:, None], -1, np.c_[Y, 1 - Y])
    splits = zip(
        LabeledFold(2).split(X, columns), LabeledFold(2).split(X, csr_array(columns)), strict=True
    )
    for (_, test), (_, other) in splits:
        assert test.tolist() == other.tolist()


def test_a_marker_that_no_row_carries_is_named():
    with pytest.warns(UserWarning, match="No sample has unlabeled_value=-9 in y, so LabeledFold"):
        next(LabeledFold(2, -9).split(X, Y))


def test_labeled_rows_that_are_too_few_are_counted():
    y = np.where(np.arange(len(Y)) < 2, [0, 1] + [0] * 9, -1)
    with pytest.raises(ValueError, match=r"the 2 labeled samples: .* n_splits=5"):
        next(LabeledFold().split(X, y))


def test_a_marker_is_one_value():
    with pytest.raises(ValueError, match="'unlabeled_value' parameter of LabeledFold must be one"):
        next(LabeledFold(2, [-1, -2]).split(X, Y))


def test_groups_stay_together():
    groups = np.arange(len(Y)) // 2
    for train, test in LabeledFold(GroupKFold(2)).split(X, Y, groups):
        assert not set(groups[np.intersect1d(train, LABELED)]) & set(groups[test])


def test_the_number_of_splits_is_known_without_data():
    assert LabeledFold(7).get_n_splits() == 7


def test_a_search_takes_it():
    scores = cross_val_score(LogisticRegression(), X, Y, cv=LabeledFold(2))
    assert scores.shape == (2,)


@pytest.mark.parametrize(
    ("y", "words"), [(None, "requires y"), (np.full(11, -1), "requires labeled samples")]
)
def test_targets_without_labels_are_refused(y, words):
    with pytest.raises(ValueError, match=words):
        next(LabeledFold(2).split(X, y))


def test_the_repr_shows_what_was_given():
    assert repr(LabeledFold(3, np.nan)) == "LabeledFold(cv=3, unlabeled_value=nan)"
