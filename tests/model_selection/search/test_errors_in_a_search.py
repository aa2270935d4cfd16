"""Errors in the arguments of a search name the argument, its owner and what to do."""

import numpy as np
import pytest
from scipy.stats import uniform
from sklearn.base import BaseEstimator

from tests._support.searches.small import RATES, X, Y, batched, network


class NoScore(BaseEstimator):
    """Can be fitted, but has no ``score``."""

    def fit(self, X, y):
        return self


OWNER = "BatchedRandomizedSearchCV"


def check_refused(search, words, error=ValueError):
    with pytest.raises(error) as caught:
        search.fit(X, Y)
    for expected in (*words, OWNER):
        assert expected in str(caught.value)
    assert not hasattr(search, "cv_results_")


def test_all_combinations_leave_nothing_for_stages():
    search = batched(space={"net__dropout": [0.0, 0.1]}, n_iter="all", n_stages=2)
    check_refused(
        search,
        ["'n_stages' parameter", "must be 1 with n_iter='all'", "got 2", "n_iter to a number"],
    )


def test_each_stage_needs_a_candidate():
    words = ["'n_iter' parameter", "at least n_stages=3", "one candidate per stage", "got 2"]
    check_refused(batched(n_iter=2, n_stages=3), words)


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("population_size", 0, "an int in the range [1, inf) or a str among {'auto'}"),
        ("population_size", "large", "an int in the range [1, inf) or a str among {'auto'}"),
        ("population_size", 2.5, "an int in the range [1, inf) or a str among {'auto'}"),
        ("n_stages", 0, "an int in the range [1, inf)"),
        ("n_iter", "some", "an int in the range [1, inf) or a str among {'all'}"),
        ("n_iter", 0, "an int in the range [1, inf) or a str among {'all'}"),
        ("checkpoint", 3, "an instance of 'str', an instance of 'os.PathLike' or None"),
        ("error_score", "ignore", "'raise'"),
        ("refit", 1.5, "an instance of 'str' or a callable"),
        ("random_state", "seed", "random_state"),
    ],
)
def test_values_out_of_range_are_named(argument, value, words):
    check_refused(batched(**{argument: value}), [f"{argument!r} parameter", words, repr(value)])


@pytest.mark.parametrize("random_state", [None, pytest.param("instance", id="instance")])
def test_a_checkpoint_needs_the_same_candidates_again(random_state, tmp_path):
    given = np.random.RandomState(0) if random_state else None
    search = batched(random_state=given, checkpoint=tmp_path / "file")
    words = ["'random_state' parameter", "must be an int", "'checkpoint'", "same candidates"]
    check_refused(search, words)
    assert not list(tmp_path.iterdir())


def test_a_checkpoint_must_know_what_it_belongs_to(tmp_path):
    endless = (i for i in range(3))
    search = batched(
        network(activation=lambda z: z.relu() + 0 * next(endless)),
        {"dropout": uniform()},
        checkpoint=tmp_path / "file",
    )
    check_refused(search, ["must be able to recognize the estimator", "type generator"])
    assert not list(tmp_path.iterdir())


def test_an_estimator_must_be_one():
    with pytest.raises(ValueError, match=r"'estimator' parameter of Batched.*'fit'"):
        batched(object(), {}).fit(X, Y)


def test_no_candidates_are_an_error():
    with pytest.raises(ValueError, match="non-empty sequence"):
        batched(space={"net__dropout": []}, n_iter="all").fit(X, Y)


def test_no_splits_are_an_error():
    with pytest.raises(ValueError, match=r"n_splits|[Nn]o fits|empty"):
        batched(cv=[]).fit(X, Y)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        batched(space={"net__learning_rate": RATES}).fit(X, Y[:-1])


def test_an_estimator_without_a_score_needs_a_scoring():
    with pytest.raises(TypeError, match="no scoring is specified"):
        batched(NoScore(), {}).fit(X, Y)
