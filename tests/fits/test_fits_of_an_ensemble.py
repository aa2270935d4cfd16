"""The scheduler of fits is not only for searches. In: jobs. Out: fitted estimators."""

import numpy as np
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression

from sklearn_deep._fits import FitScheduler, TrainingSubsets
from tests._support.searches.small import WEIGHTS, X, Y, network, pipeline


def test_members_on_bootstrap_samples_equal_single_fits(trained):
    members = [pipeline().set_params(net__random_state=seed) for seed in range(3)]
    members += [network(), LogisticRegression()]
    rows = [np.random.RandomState(k).randint(len(X), size=60) for k in range(len(members))]
    subsets = TrainingSubsets(X, Y, {}, rows)
    jobs = [subsets.job(clone(member), k) for k, member in enumerate(members)]
    found = [outcome.estimator for outcome in FitScheduler(jobs).outcomes()]
    assert trained == [1] * 4
    for member, own, fitted in zip(members, rows, found, strict=True):
        expected = clone(member).fit(X[own], Y[own])
        np.testing.assert_array_equal(fitted.predict_proba(X), expected.predict_proba(X))


def test_a_member_that_fails_is_its_error():
    subsets = TrainingSubsets(X, Y, {"sample_weight": WEIGHTS}, [np.arange(50)] * 2)
    jobs = [subsets.job(network(learning_rate=rate), k) for k, rate in enumerate((-1.0, 0.1))]
    error, fitted = (outcome.estimator for outcome in FitScheduler(jobs).outcomes())
    assert "learning_rate" in str(error)
    expected = network(learning_rate=0.1).fit(X[:50], Y[:50], sample_weight=WEIGHTS[:50])
    np.testing.assert_array_equal(fitted.predict_proba(X), expected.predict_proba(X))
