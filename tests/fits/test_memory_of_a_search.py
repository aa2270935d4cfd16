"""The samples a search stores: positions in one copy, or transformed samples of few folds."""

import gc
import sys
from weakref import ref

import numpy as np
import pandas as pd
import pytest
import torch
from scipy.sparse import csr_matrix
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPRegressor
from sklearn_deep._fits import budget as _budget
from sklearn_deep._fits import task as _task
from sklearn_deep.training import Shared
from sklearn_deep.training._data.taken import TakenRows
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
)

CV = 5


@pytest.fixture
def plans(monkeypatch):
    """Return the list of all plans that are trained."""
    seen, train = [], _task.train

    def noting(plans, *args, **kwargs):
        seen.extend(plans)
        return train(plans, *args, **kwargs)

    monkeypatch.setattr(_task, "train", noting)
    return seen


def on_disk(path):
    np.save(path, X)
    return np.load(path, mmap_mode="r")


SOURCES = {
    "an array": lambda _: X,
    "another type": lambda _: X.astype(np.float32),
    "integers": lambda _: (X * 10).astype(int),
    "a frame": lambda _: pd.DataFrame(X, columns=list("abcde")),
    "lists": lambda _: X.tolist(),
    "sparse": lambda _: csr_matrix(X * (X > 0)),
    "on disk": on_disk,
}
EARLY = {"early_stopping": True}


@pytest.mark.slow
@pytest.mark.parametrize("settings", [{}, EARLY], ids=["all samples", "a part for validation"])
@pytest.mark.parametrize("case", SOURCES)
def test_samples_that_nothing_transforms_are_held_once(case, settings, plans, tmp_path):
    rows = SOURCES[case](tmp_path / "X.npy")
    estimator = Pipeline([("none", "passthrough"), ("net", network(**settings))])
    searches = [
        kind(estimator, {"net__learning_rate": RATES}, n_iter=2, cv=3, refit=False).fit(
            rows, Y, net__sample_weight=WEIGHTS
        )
        for kind in (batched, loop)
    ]
    assert_same_scores(*searches)
    assert len(plans) == 2 * 3
    parts = [part for plan in plans for part in (plan.data, plan.validation) if part is not None]
    assert len(parts) == len(plans) * (1 + bool(settings))
    assert len({part.x.source_key for part in parts}) == 1
    source = parts[0].x.source
    if case in ("sparse", "on disk"):
        assert np.shares_memory(
            getattr(source.array, "data", source.array), getattr(rows, "data", rows)
        )
    else:
        assert source.shape == X.shape
    # The positions of each fold are stored once for all candidates.
    assert len({id(part.x) for part in parts}) == len({id(part.x.index) for part in parts})


def test_folds_that_take_a_sample_twice_are_held_as_they_are(plans):
    generator = np.random.RandomState(0)
    cv = [(generator.randint(len(X), size=60), np.arange(20)) for _ in range(3)]
    searches = [
        kind(network(), {"dropout": [0, 0.1]}, n_iter=2, cv=cv).fit(X, Y)
        for kind in (batched, loop)
    ]
    assert_same_scores(*searches)
    assert len({id(plan.data.x) for plan in plans}) == 3


def test_places_may_be_counted_from_the_end(plans):
    cv = [(np.arange(-60, 0), np.arange(20)), (np.arange(60), np.arange(60, 80))]
    searches = [
        kind(network(), {"dropout": [0, 0.1]}, n_iter=2, cv=cv).fit(X, Y)
        for kind in (batched, loop)
    ]
    assert_same_scores(*searches)
    assert len({plan.data.x.source_key for plan in plans}) == 1


class Noting(TransformerMixin, BaseEstimator):
    """Tracks the arrays it has returned, and counts its fits."""

    made = []
    n_fits = 0

    def __init__(self, factor=1.0):
        self.factor = factor

    def fit(self, X, y=None):
        type(self).n_fits += 1
        self.mean_ = X.mean(0)
        return self

    def transform(self, X):
        return self.factor * (X - self.mean_)

    def fit_transform(self, X, y=None):
        made = self.fit(X).transform(X)
        self.made.append(ref(made))
        return made

    @classmethod
    def n_held(cls):
        gc.collect()
        return sum(made() is not None for made in cls.made)


@pytest.fixture
def held(monkeypatch):
    """Return, for each training, how many transformed arrays and tensors of them exist."""
    monkeypatch.setattr(Noting, "made", [])
    monkeypatch.setattr(Noting, "n_fits", 0)
    tensors, counts, train, plan_of = {}, [], _task.train, Shared.plan

    def noting_plan(self, plan, origin=None):
        shared = plan_of(self, plan, origin)
        tensors[id(shared.data.x)] = ref(shared.data.x)
        return shared

    def noting_train(plans, *args, **kwargs):
        arrays = Noting.n_held()
        counts.append((arrays, sum(tensor() is not None for tensor in tensors.values())))
        return train(plans, *args, **kwargs)

    monkeypatch.setattr(Shared, "plan", noting_plan)
    monkeypatch.setattr(_task, "train", noting_train)
    return counts


def behind_noting(*others):
    return Pipeline([("first", Noting()), *others, ("net", network())])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("estimator", "name", "y"),
    [
        (behind_noting(), "net__learning_rate", Y),
        (behind_noting(("second", StandardScaler())), "net__learning_rate", Y),
        (
            TransformedTargetRegressor(
                Pipeline(
                    [("first", Noting()), ("net", MLPRegressor((8,), max_epochs=2, random_state=0))]
                ),
                transformer=StandardScaler(),
            ),
            "regressor__net__learning_rate",
            NUMBERS,
        ),
    ],
    ids=["a step", "two steps", "a transformed target"],
)
def test_large_samples_are_transformed_a_fold_at_a_time(estimator, name, y, held, monkeypatch):
    monkeypatch.setattr(_budget, "_LEAST_BYTES", 0)
    settings = {"n_iter": 4, "cv": CV, "refit": False}
    found = batched(estimator, {name: RATES}, **settings).fit(X, y)
    assert Noting.n_fits == CV  # still once per fold
    assert held == [(0, 1)] * 4 * CV
    assert Noting.n_held() == 0
    assert_same_scores(found, loop(estimator, {name: RATES}, **settings).fit(X, y))


def test_small_samples_are_transformed_at_once_and_trained_together(held):
    batched(behind_noting(), {"net__learning_rate": RATES}, n_iter=4, cv=CV, refit=False).fit(X, Y)
    assert Noting.n_fits == CV
    assert set(held) == {(0, CV)}


@pytest.mark.slow
def test_searched_steps_are_held_for_few_candidates_at_a_time(held, monkeypatch):
    monkeypatch.setattr(_budget, "_LEAST_BYTES", 0)
    space = {"first__factor": [0.5, 1.0, 2.0, 3.0], "net__dropout": [0.0, 0.2]}
    settings = {"n_iter": 8, "cv": CV, "refit": False}
    found = batched(behind_noting(), space, **settings).fit(X, Y)
    assert Noting.n_fits == 4 * CV
    assert max(held) == (0, 1)
    assert_same_scores(found, loop(behind_noting(), space, **settings).fit(X, Y))


@pytest.mark.slow
def test_halving_and_stages_train_large_samples_too(held, monkeypatch):
    plenty = {"min_epochs": 1, "factor": 2, "n_iter": 4, "cv": CV, "random_state": 0}
    expected = batched(behind_noting(), {"net__learning_rate": RATES}, **plenty).fit(X, Y)
    staged = batched(behind_noting(), {"net__learning_rate": RATES}, n_iter=4, n_stages=2).fit(X, Y)
    monkeypatch.setattr(_budget, "_LEAST_BYTES", 0)
    found = batched(behind_noting(), {"net__learning_rate": RATES}, **plenty).fit(X, Y)
    assert_same_scores(found, expected)
    assert found.cv_results_["dropped"].tolist() == expected.cv_results_["dropped"].tolist()
    found = batched(behind_noting(), {"net__learning_rate": RATES}, n_iter=4, n_stages=2).fit(X, Y)
    assert_same_scores(found, staged)


def test_what_is_not_transformed_waits_for_no_fold(held, monkeypatch):
    monkeypatch.setattr(_budget, "_LEAST_BYTES", 0)
    space = [{"first": ["passthrough"]}, {"first": [Noting()]}]
    batched(behind_noting(), space, n_iter="all", cv=CV, refit=False).fit(X, Y)
    assert len(held) >= CV
    assert max(arrays for arrays, _ in held) == 0


def test_a_plan_holds_nothing_of_what_its_fit_was_given():
    planned = []
    # The folder has a function of the name of its module.
    module = sys.modules["sklearn_deep._fits.fitting"]
    begin = module.begin_fit

    def noting(*args, **kwargs):
        planned.append(begin(*args, **kwargs))
        return planned[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "begin_fit", noting)
        batched(network(), {"dropout": [0.0]}, n_iter=1, refit=False).fit(
            X, Y, X_val=X[:5], y_val=Y[:5]
        )
    given = planned[0].call
    assert (given.X, given.y, given.sample_weight, given.validation.X) == (None,) * 4


def test_sizes_of_arrays():
    assert _budget.n_bytes(X) == X.nbytes == _budget.n_bytes(torch.from_numpy(X))
    matrix = csr_matrix(X)
    assert _budget.n_bytes(matrix) > matrix.data.nbytes
    assert _budget.n_bytes(pd.DataFrame(X)) >= X.nbytes
    assert _budget.n_bytes(X.tolist()) == 0


def test_taken_rows_read_like_a_tensor():
    source = torch.from_numpy(X)
    rows = TakenRows(source, torch.tensor([5, 3, 90]))
    assert (len(rows), rows.shape, rows.dtype, rows.device) == (
        3,
        (3, 5),
        source.dtype,
        source.device,
    )
    assert torch.equal(rows[torch.tensor([[2, 0]])], source[torch.tensor([[90, 5]])])
