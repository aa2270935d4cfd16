"""The Bayes error by nearest neighbors."""

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_deep.inspection import bias_variance_report

X, Y = load_iris(return_X_y=True)
FOLDS = KFold(3, shuffle=True, random_state=0)


def half_the_error(X, y, before=None):
    errors = []
    for train, test in FOLDS.split(X):
        nearest = KNeighborsClassifier(1)
        model = nearest if before is None else make_pipeline(before, nearest)
        errors.append(np.mean(model.fit(X[train], y[train]).predict(X[test]) != y[test]))
    return np.mean(errors) / 2


def test_half_the_error_of_the_nearest_neighbor_over_the_folds():
    report = bias_variance_report(DecisionTreeClassifier(), X, Y, cv=FOLDS, bayes_error="1nn")
    assert report.bayes_error == pytest.approx(half_the_error(X, Y))
    assert report.bayes_error > 0


def test_neighbors_are_near_in_what_the_last_step_of_a_pipeline_is_given():
    far = X * [1, 1, 1000, 1]
    pipeline = make_pipeline(StandardScaler(), DecisionTreeClassifier())
    report = bias_variance_report(pipeline, far, Y, cv=FOLDS, bayes_error="1nn")
    assert report.bayes_error == pytest.approx(half_the_error(far, Y, StandardScaler()))
    assert report.bayes_error != pytest.approx(half_the_error(far, Y))


@pytest.mark.parametrize("n_searches", [1, 2])
def test_a_pipeline_in_a_search_is_looked_into(n_searches):
    far, searched = X * [1, 1, 1000, 1], make_pipeline(StandardScaler(), DecisionTreeClassifier())
    for _ in range(n_searches):
        searched = GridSearchCV(searched, {}, cv=2)
    report = bias_variance_report(searched, far, Y, cv=FOLDS, bayes_error="1nn")
    assert report.bayes_error == pytest.approx(half_the_error(far, Y, StandardScaler()))


def test_it_bounds_a_known_bayes_error_from_below():
    rng = np.random.default_rng(0)
    X = rng.uniform(size=(4000, 1))
    y = (X[:, 0] > 0.5) ^ (rng.uniform(size=4000) < 0.1)  # The Bayes error is 0.1.
    report = bias_variance_report(
        DecisionTreeClassifier(max_depth=1), X, y, cv=FOLDS, bayes_error="1nn"
    )
    assert report.bayes_error == pytest.approx(0.1 * 0.9, abs=0.01)
    assert report.train_error == pytest.approx(0.1, abs=0.015)
