"""A small problem, and both searches for it."""

import numpy as np
from scipy.stats import loguniform, uniform
from sklearn.datasets import make_classification
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

X, Y = make_classification(
    91, 5, n_informative=4, n_redundant=0, n_classes=3, n_clusters_per_class=1, random_state=0
)
NUMBERS = X[:, 0] - X[:, 1] ** 2
WEIGHTS = np.random.RandomState(1).uniform(0.1, 2, len(X))
RATES = loguniform(1e-3, 1e-1)
SPACE = {"net__learning_rate": RATES, "net__dropout": uniform(0, 0.5)}


def network(**settings):
    return MLPClassifier((8,), **{"batch_size": 32, "max_epochs": 2, "random_state": 0} | settings)


def pipeline(**settings):
    """Return a network behind a scaler."""
    return Pipeline([("scale", StandardScaler()), ("net", network(**settings))])


def loop(estimator=None, space=None, **settings):
    return _search(RandomizedSearchCV, estimator, space, settings)


def batched(estimator=None, space=None, **settings):
    return _search(BatchedRandomizedSearchCV, estimator, space, settings)


def _search(kind, estimator, space, settings):
    estimator = pipeline() if estimator is None else estimator
    given = {"n_iter": 4, "cv": 3, "random_state": 0} | settings
    return kind(estimator, SPACE if space is None else space, **given)


def scores(search):
    """Return all scores and ranks of a fitted search, and its attributes that identify the best one."""
    return {
        name: np.asarray(values, float).tolist()
        for name, values in search.cv_results_.items()
        if "score" in name and "time" not in name
    }


def assert_same_scores(first, second):
    mine, theirs = scores(first), scores(second)
    assert mine.keys() == theirs.keys()
    for name, values in mine.items():
        np.testing.assert_array_equal(values, theirs[name], err_msg=name)


def assert_same_results(first, second):
    """Check that everything except times is equal, including parameters."""
    assert_same_scores(first, second)
    mine, theirs = first.cv_results_, second.cv_results_
    assert mine.keys() == theirs.keys()
    assert list(map(str, mine["params"])) == list(map(str, theirs["params"]))
    for name in ("stage", "diverged"):
        np.testing.assert_array_equal(mine[name], theirs[name])
