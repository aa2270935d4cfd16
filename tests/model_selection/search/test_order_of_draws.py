"""Candidates and folds that share a generator equal those of scikit-learn's search."""

import numpy as np
from sklearn.model_selection import KFold, RandomizedSearchCV

from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from tests._support.searches.small import RATES, X, Y, network


def test_candidates_are_drawn_before_the_folds():
    found = []
    for kind in (RandomizedSearchCV, BatchedRandomizedSearchCV):
        source = np.random.RandomState(0)
        cv = KFold(3, shuffle=True, random_state=source)
        search = kind(network(), {"learning_rate": RATES}, n_iter=3, cv=cv, random_state=source)
        found.append(search.fit(X, Y).cv_results_)
    loop, batched = found
    assert loop["params"] == batched["params"]
    np.testing.assert_array_equal(loop["mean_test_score"], batched["mean_test_score"])
