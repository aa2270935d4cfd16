"""Folds, groups, weights and validation samples are split as scikit-learn splits them."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from scipy.sparse import csr_matrix
from sklearn.model_selection import GroupKFold, KFold, ShuffleSplit, StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPRegressor
from sklearn_deep.stopping import EarlyStopping
from tests._support.searches.small import (
    NUMBERS,
    RATES,
    WEIGHTS,
    X,
    Y,
    assert_same_scores,
    batched,
    loop,
    network,
    pipeline,
    scores,
)

NAMES = list("abcde")
GROUPS = np.arange(len(X)) % 7


class CountingFold(KFold):
    """Counts how often it has split."""

    n_splittings = 0

    def split(self, X, y=None, groups=None):
        type(self).n_splittings += 1
        return super().split(X, y, groups)


@pytest.mark.parametrize("n_stages", [1, 3])
def test_rows_are_split_once(n_stages, monkeypatch):
    monkeypatch.setattr(CountingFold, "n_splittings", 0)
    batched(cv=CountingFold(3), n_stages=n_stages).fit(X, Y)
    assert CountingFold.n_splittings == 1


def test_a_generator_of_splits_is_used_up_once():
    expected = loop(cv=KFold(3).split(X)).fit(X, Y)
    found = batched(cv=KFold(3).split(X), n_stages=1).fit(X, Y)
    assert_same_scores(found, expected)


def test_random_splits_are_the_same_for_all_candidates_and_stages():
    cv = ShuffleSplit(3, test_size=0.3, random_state=np.random.RandomState(0))
    space = {"net__learning_rate": [0.01, 0.01, 0.01, 0.01]}
    found = batched(space=space, cv=cv, n_stages=2).fit(X, Y)
    for i in range(3):
        assert len(set(found.cv_results_[f"split{i}_test_score"])) == 1


@pytest.mark.parametrize(
    "cv",
    [2, StratifiedKFold(3, shuffle=True, random_state=1), ShuffleSplit(2, random_state=0)],
    ids=str,
)
def test_splitters_are_those_of_the_loop(cv):
    assert_same_scores(batched(cv=cv).fit(X, Y), loop(cv=cv).fit(X, Y))


def test_boolean_masks_are_splits_too():
    masks = [(k != GROUPS, k == GROUPS) for k in range(2)]
    assert_same_scores(batched(cv=masks).fit(X, Y), loop(cv=masks).fit(X, Y))


def test_groups_go_to_the_splitter():
    found, expected = (kind(cv=GroupKFold(3)).fit(X, Y, groups=GROUPS) for kind in (batched, loop))
    assert_same_scores(found, expected)
    assert scores(found) != scores(batched(cv=KFold(3)).fit(X, Y))


def test_weights_are_routed_to_fit_and_score():
    with sklearn.config_context(enable_metadata_routing=True):
        mlp = network().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        scaler = StandardScaler().set_fit_request(sample_weight=True)
        space = {"mlpclassifier__learning_rate": RATES}
        found, expected, without = (
            kind(make_pipeline(scaler, mlp), space, cv=GroupKFold(3)).fit(
                X, Y, groups=GROUPS, **given
            )
            for kind, given in (
                (batched, {"sample_weight": WEIGHTS}),
                (loop, {"sample_weight": WEIGHTS}),
                (batched, {}),
            )
        )
    assert_same_scores(found, expected)
    assert scores(found) != scores(without)


def test_weights_that_nobody_asked_for_are_refused():
    with sklearn.config_context(enable_metadata_routing=True):
        search = batched(network(), {"learning_rate": RATES})
        with pytest.raises(sklearn.exceptions.UnsetMetadataPassedError, match="sample_weight"):
            search.fit(X, Y, sample_weight=WEIGHTS)


@pytest.mark.parametrize(
    "table",
    [pd.DataFrame(X, columns=NAMES), pl.DataFrame(X, schema=NAMES)],
    ids=["pandas", "polars"],
)
def test_names_of_columns_are_kept(table):
    found = batched().fit(table, Y)
    assert found.feature_names_in_.tolist() == NAMES
    assert found.n_features_in_ == 5
    assert_same_scores(found, loop().fit(X, Y))


def test_steps_that_give_frames_score_as_in_the_loop():
    estimator = pipeline().set_output(transform="pandas")
    table = pd.DataFrame(X, columns=NAMES)
    found, expected = (kind(estimator).fit(table, Y) for kind in (batched, loop))
    assert_same_scores(found, expected)
    assert found.best_estimator_["net"].feature_names_in_.tolist() == NAMES


def test_sparse_rows_and_words_as_labels_score_as_in_the_loop():
    rows, labels = csr_matrix(X * (X > 0)), np.array(["no", "yes", "maybe"])[Y]
    found, expected = (
        kind(network(), {"learning_rate": RATES}).fit(rows, labels) for kind in (batched, loop)
    )
    assert_same_scores(found, expected)
    assert found.classes_.tolist() == ["maybe", "no", "yes"]


def test_several_outputs_score_as_in_the_loop():
    mlp = MLPRegressor((8,), max_epochs=2, random_state=0)
    targets = np.column_stack([NUMBERS, X[:, 2]])
    found, expected = (
        kind(mlp, {"learning_rate": RATES}).fit(X, targets) for kind in (batched, loop)
    )
    assert_same_scores(found, expected)
    assert found.predict(X).shape == targets.shape


STOPPING = network(early_stopping=EarlyStopping(restore_best_weights=True), max_epochs=5)


def test_validation_rows_of_another_length_are_those_of_every_fit():
    given = {"X_val": X[:30] + 0.1, "y_val": Y[:30]}
    found, expected = (
        kind(STOPPING, {"learning_rate": RATES}).fit(X, Y, **given) for kind in (batched, loop)
    )
    assert_same_scores(found, expected)
    assert "val_loss" in found.best_estimator_.history_


def test_as_many_validation_rows_as_rows_are_doubted():
    search = batched(STOPPING, {"learning_rate": RATES})
    with pytest.warns(
        UserWarning, match="has as many samples as X, so it is split into the folds"
    ) as caught:
        search.fit(X, Y, X_val=X + 0.1, y_val=Y)
    told = [str(w.message) for w in caught if w.category is UserWarning]
    assert len(told) == 2
    assert told[0].startswith("X_val of BatchedRandomizedSearchCV.fit")
    assert told[1].startswith("y_val of BatchedRandomizedSearchCV.fit")
    assert all("Pass a different number of validation samples" in words for words in told)
    assert all(warning.filename == __file__ for warning in caught)


def test_rows_of_a_step_are_doubted_too():
    with pytest.warns(UserWarning, match="has as many samples as X") as caught:
        batched().fit(X, Y, net__X_val=X + 0.1, net__y_val=Y)
    assert str(caught[0].message).startswith("net__X_val of BatchedRandomizedSearchCV.fit")


def test_no_validation_rows_are_no_doubt():
    given = {"X_val": None, "y_val": None}  # warnings are errors here
    found, expected = (
        kind(network(), {"learning_rate": RATES}).fit(X, Y, **given) for kind in (batched, loop)
    )
    assert_same_scores(found, expected)
