"""Properties of all distributions of a search space, which searches use like those of scipy."""

import copy
import pickle

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.linear_model import SGDClassifier
from sklearn.model_selection import ParameterSampler, RandomizedSearchCV

from sklearn_deep._spaces.quantiles import Quantiles
from sklearn_deep.model_selection import (
    hidden_layers,
    int_loguniform,
    loguniform,
    one_minus_loguniform,
)
from tests._support.for_all import for_all

OURS = [
    one_minus_loguniform(0.8, 0.99),
    int_loguniform(2, 40),
    hidden_layers((0, 2), (4, 32), scale="log", shape="funnel", multiple_of=2),
]
DISTRIBUTIONS = [
    *OURS,
    Quantiles(loguniform(1e-3, 1e-1), 0.2, 0.7),
    Quantiles(stats.randint(2, 9), 0.2, 0.7),
]
CONTINUOUS = [one_minus_loguniform(0.8, 0.99), Quantiles(stats.norm(1, 2), 0.1, 0.6)]


def test_loguniform_is_that_of_scipy():
    assert loguniform is stats.loguniform


@for_all("distribution", DISTRIBUTIONS)
@for_all("source", [int, np.random.RandomState, np.random.default_rng])
def test_equal_seeds_draw_the_same_and_others_do_not(distribution, source):
    first, second, third = (
        distribution.rvs(size=20, random_state=source(seed)).tolist() for seed in (3, 3, 4)
    )
    assert first == second
    assert first != third


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=repr)
def test_the_global_generator_is_touched_where_no_other_is_given_alone(distribution):
    state = np.random.get_state()  # noqa: NPY002
    distribution.rvs(random_state=0)
    distribution.rvs(size=3, random_state=np.random.RandomState(0))
    assert np.array_equal(np.random.get_state()[1], state[1])  # noqa: NPY002
    assert np.random.get_state()[2] == state[2]  # noqa: NPY002
    try:
        drawn = []
        for _ in range(2):
            np.random.seed(5)  # noqa: NPY002
            drawn.append(distribution.rvs())
        assert drawn[0] == drawn[1]
    finally:
        np.random.set_state(state)  # noqa: NPY002


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=repr)
def test_a_size_is_a_shape(distribution):
    assert distribution.rvs(size=4, random_state=0).shape == (4,)
    assert distribution.rvs(size=(2, 3), random_state=0).shape == (2, 3)
    assert type(distribution.rvs(random_state=0)) in (int, float, tuple)


@pytest.mark.parametrize("distribution", OURS, ids=repr)
def test_its_words_copies_and_pickles_equal_it(distribution):
    again = [
        eval(repr(distribution)),
        copy.deepcopy(distribution),
        pickle.loads(pickle.dumps(distribution)),
        clone(distribution, safe=False),
    ]
    assert all(other == distribution for other in again)
    assert {distribution, *again} == {distribution}


@pytest.mark.parametrize("distribution", DISTRIBUTIONS, ids=repr)
def test_a_narrowed_or_whole_one_survives_a_pickle(distribution):
    loaded = pickle.loads(pickle.dumps(distribution))
    drawn = [d.rvs(size=5, random_state=0).tolist() for d in (distribution, loaded)]
    assert drawn[0] == drawn[1]


def test_scikit_learn_draws_the_same_candidates_from_equal_seeds():
    space = {str(index): distribution for index, distribution in enumerate(DISTRIBUTIONS)}
    first, second = (list(ParameterSampler(space, 5, random_state=7)) for _ in range(2))
    assert first == second
    assert len({candidate["0"] for candidate in first}) == 5


def test_a_search_of_scikit_learn_takes_them_where_integers_are_checked():
    X, y = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 2
    space = {
        "n_iter_no_change": int_loguniform(1, 4),
        "max_iter": Quantiles(stats.randint(3, 9), 0.2, 0.7),
        "eta0": Quantiles(loguniform(1e-3, 1e-1), 0.2, 0.7),
        "tol": [None],
    }
    search = RandomizedSearchCV(SGDClassifier(), space, n_iter=4, cv=2, error_score="raise")
    search.set_params(random_state=0).fit(X, y)
    assert all(type(p["max_iter"]) is int for p in search.cv_results_["params"])


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=repr)
def test_quantiles_and_probabilities_are_inverse(distribution):
    q = np.linspace(0, 1, 101)
    assert distribution.cdf(distribution.ppf(q)) == pytest.approx(q, abs=1e-12)
    assert distribution.cdf([-1e9, 1e9]).tolist() == [0, 1]
    assert np.isnan(distribution.ppf([-0.1, 1.1, np.nan])).all()
    assert isinstance(distribution.ppf(0.5), float)
    assert isinstance(distribution.cdf(0.9), float)


@pytest.mark.parametrize("distribution", CONTINUOUS, ids=repr)
def test_draws_have_the_probabilities_that_cdf_says(distribution):
    drawn = distribution.rvs(size=4000, random_state=0)
    assert stats.kstest(drawn, distribution.cdf).pvalue > 0.01
