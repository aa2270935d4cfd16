"""Random searches have exactly the results of scikit-learn's search, or of a loop of single fits.

``FUZZ_CASES`` sets how many cases of each kind are run and ``FUZZ_FIRST`` the first seed.
"""

import os
import re
import warnings

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV

from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from tests._support.searches.fuzz import random_search

N_CASES = int(os.environ.get("FUZZ_CASES", "30"))
FIRST = int(os.environ.get("FUZZ_FIRST", "0"))
PLAIN = range(FIRST, FIRST + N_CASES)
FEWER = range(FIRST, FIRST + max(1, N_CASES // 4))


def fitted(kind, search, **settings):
    """Return a fitted search, and the data after the fit."""
    X, y = search.X.copy(), search.y.copy()
    params = {name: values.copy() for name, values in search.fit_params.items()}
    with warnings.catch_warnings(), sklearn.config_context(enable_metadata_routing=search.routed):
        warnings.simplefilter("ignore")
        estimator, space = search.build()
        given = {"error_score": "raise"} | search.settings | settings
        found = kind(estimator, space, **given).fit(X, y, **params)
    return found, (X, y, params)


def scores_of(search):
    results = search.cv_results_
    return {
        name: results[name].tolist() for name in results if name.startswith(("split", "mean_t"))
    }


def said(params):
    """Return parameters as text without addresses, and functions by their definition."""
    return [{name: _said(value) for name, value in one.items()} for one in params]


def _said(value):
    code = getattr(value, "__code__", None)
    text = repr(value) if code is None else f"{code.co_name}:{code.co_firstlineno}"
    return re.sub(r" at 0x\w+", "", text)


def assert_equal_data(one, other):
    for mine, theirs in zip(one[:2], other[:2], strict=True):
        np.testing.assert_array_equal(np.asarray(mine), np.asarray(theirs))
    for name, values in one[2].items():
        np.testing.assert_array_equal(values, other[2][name])


def predicted(search, X):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return search.predict(X.copy())


def cross_validated(candidate, search):
    """Return the results of scikit-learn's search over one candidate.

    ``cross_validate`` would score without the sample weights that a search passes to its scorers.
    """
    names = ("cv", "scoring")
    given = {name: search.settings[name] for name in names} | {"error_score": "raise"}
    params = {name: values.copy() for name, values in search.fit_params.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        alone = GridSearchCV(candidate, {}, refit=False, **given)
        return alone.fit(search.X.copy(), search.y.copy(), **params).cv_results_


@pytest.mark.slow
@pytest.mark.parametrize("seed", PLAIN)
def test_a_random_search_has_the_results_of_scikit_learn(seed):
    search = random_search(seed)
    try:
        theirs, their_data = fitted(RandomizedSearchCV, search)
    except (
        TypeError,
        ValueError,
    ) as error:  # one case in a hundred, which scikit-learn cannot score
        with pytest.raises(type(error), match=re.escape(str(error).partition("\n")[0])):
            fitted(BatchedRandomizedSearchCV, search)
        return
    mine, my_data = fitted(BatchedRandomizedSearchCV, search, population_size=seed % 4 or "auto")
    assert said(mine.cv_results_["params"]) == said(theirs.cv_results_["params"])
    assert scores_of(mine) == scores_of(theirs)
    assert mine.best_index_ == theirs.best_index_
    np.testing.assert_array_equal(predicted(mine, search.X), predicted(theirs, search.X))
    assert_equal_data(my_data, their_data)


@pytest.mark.slow
@pytest.mark.parametrize("budget", ["stages", "halving"])
@pytest.mark.parametrize("seed", FEWER)
def test_every_row_of_a_random_search_is_a_cross_validation(seed, budget):
    search = random_search(seed, budget)
    found, _ = fitted(BatchedRandomizedSearchCV, search)
    results = found.cv_results_
    with sklearn.config_context(enable_metadata_routing=search.routed):
        estimator, _ = search.build()
        for k, params in enumerate(results["params"]):
            candidate = clone(estimator).set_params(**clone(params, safe=False))
            if "dropped" in results and results["dropped"][k]:
                candidate.set_params(**{f"{search.network}max_epochs": int(results["n_epochs"][k])})
            again = cross_validated(candidate, search)
            for name in scores_of(found):
                assert results[name][k] == again[name][0], (name, k, params)
