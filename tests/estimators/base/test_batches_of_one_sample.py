"""Batch normalization never gets a batch of one sample."""

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import StratifiedKFold

from sklearn_deep import (
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from tests._support.torch_loop import Tape

rng = np.random.default_rng(0)
X = rng.normal(size=(41, 3))
Y = np.arange(41) % 2
SETTINGS = {
    "normalization": "batch",
    "batch_size": 8,
    "max_epochs": 3,
    "early_stopping": False,
    "random_state": 0,
}
ESTIMATORS = pytest.mark.parametrize(
    "estimator",
    [
        MLPClassifier((4,), **SETTINGS),
        MLPRegressor((4,), **SETTINGS),
        AutoencoderTransformer(2, encoder_layer_sizes=(4,), **SETTINGS),
        JointAEClassifier(2, encoder_layer_sizes=(4,), **SETTINGS),
        JointAERegressor(2, encoder_layer_sizes=(4,), **SETTINGS),
    ],
    ids=lambda estimator: type(estimator).__name__,
)


def call(method, X, y, **others):
    if not isinstance(method.__self__, AutoencoderTransformer):
        others |= {"y": y}
    return method(X, **others)


def sizes_of(tape):
    return [[len(x) for x, _ in epoch] for epoch in tape.epochs_]


@ESTIMATORS
def test_a_last_batch_of_one_sample_joins_the_one_before(estimator):
    estimator = clone(estimator).set_params(net_callbacks=[Tape()])
    (tape,) = call(estimator.fit, X, Y).net_.callbacks
    assert sizes_of(tape) == [[8, 8, 8, 8, 9]] * 3
    for epoch in tape.epochs_:
        seen = np.concatenate([x.numpy() for x, _ in epoch])
        np.testing.assert_allclose(np.sort(seen, 0), np.sort(X, 0), rtol=1e-6)
    plain = clone(estimator).set_params(normalization=None)
    assert sizes_of(call(plain.fit, X, Y).net_.callbacks[0]) == [[8] * 5 + [1]] * 3


def test_copies_count_among_the_samples_of_the_last_batch():
    mlp = MLPClassifier((4,), augmentation="gaussian", net_callbacks=[Tape()], **SETTINGS)
    mlp.set_params(batch_size=9).fit(X, Y)  # 82 samples with their copies
    assert sizes_of(mlp.net_.callbacks[0])[0] == [9] * 8 + [10]


@ESTIMATORS
@pytest.mark.parametrize("n_samples", [1, 2, 9, 17])
def test_a_chunk_of_partial_fit_needs_two_samples(estimator, n_samples):
    classes = {"classes": [0, 1]} if "Classifier" in type(estimator).__name__ else {}
    estimator = call(clone(estimator).partial_fit, X, Y, **classes)
    before = estimator.module_.state_dict()
    if n_samples > 1:
        call(estimator.partial_fit, X[:n_samples], Y[:n_samples])
        assert all(value.isfinite().all() for value in estimator.module_.state_dict().values())
        return
    name = type(estimator).__name__
    words = rf"{name}\.partial_fit with normalization='batch' requires at least 2 .* got 1,"
    for n, weight in [(1, None), (4, [0, 0, 2, 0])]:
        with pytest.raises(ValueError, match=words):
            call(estimator.partial_fit, X[:n], Y[:n], sample_weight=weight)
    after = estimator.module_.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


@ESTIMATORS
def test_a_batch_size_of_one_is_refused(estimator):
    estimator = clone(estimator).set_params(batch_size=1)
    words = rf"'batch_size' parameter of {type(estimator).__name__} must be at least 2 .* got 1,"
    with pytest.raises(ValueError, match=words):
        call(estimator.fit, X, Y)


def test_a_network_without_hidden_layers_has_nothing_to_normalize():
    MLPClassifier((), **SETTINGS | {"batch_size": 1}).fit(X, Y)


def test_a_batch_in_which_one_sample_has_weight_is_no_step():
    weight = (np.arange(41) < 2).astype(float)
    mlp = MLPClassifier((4,), **SETTINGS | {"batch_size": 2, "max_epochs": 1})
    variances = []
    for seed in range(3):  # the two are hardly ever in one batch
        normalization = mlp.set_params(random_state=seed).fit(X, Y, weight).module_.hidden[0]
        variances.append(normalization.normalization.running_var)
    assert all(torch.equal(variance, torch.ones(4)) for variance in variances)


@pytest.mark.slow
@pytest.mark.parametrize("n_samples", [41, 42, 43, 61])  # folds of three sizes, some joined
def test_folds_of_a_search_are_trained_as_each_alone(n_samples):
    chance = np.random.default_rng(1)
    rows, y = chance.normal(size=(n_samples, 3)), np.arange(n_samples) % 2
    mlp = MLPClassifier((4,), **SETTINGS | {"batch_size": 9})
    space = {"learning_rate": [1e-3, 1e-2], "dropout": [0.0, 0.3]}
    search = BatchedRandomizedSearchCV(mlp, space, n_iter=4, cv=3, random_state=0).fit(rows, y)
    for k, params in enumerate(search.cv_results_["params"]):
        for fold, (train, test) in enumerate(StratifiedKFold(3).split(rows, y)):
            alone = clone(mlp).set_params(**params).fit(rows[train], y[train])
            expected = alone.score(rows[test], y[test])
            assert search.cv_results_[f"split{fold}_test_score"][k] == expected


def test_a_candidate_that_takes_one_sample_at_a_time_fails_in_a_search():
    mlp = MLPClassifier((4,), **SETTINGS)
    search = BatchedRandomizedSearchCV(
        mlp, {"batch_size": [1, 8]}, n_iter=2, cv=2, random_state=0, refit=False
    )
    with (
        pytest.warns(FitFailedWarning, match="must be at least 2"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(X, Y)
    failed = np.isnan(search.cv_results_["mean_test_score"])
    assert [p["batch_size"] for p in np.array(search.cv_results_["params"])[failed]] == [1]
