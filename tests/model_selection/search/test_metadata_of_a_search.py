"""Metadata reaches all that request it: estimator, scorer and splitter, as in the loop."""

import numpy as np
import pytest
import sklearn
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GroupKFold, KFold

from sklearn_deep.model_selection import BiasVarianceTuner
from tests._support.searches.small import WEIGHTS, X, Y, assert_same_scores, batched, loop, network

GROUPS = np.arange(len(X)) % 7
SPACE = {"dropout": [0.0, 0.2]}


class TimeSplit(KFold):
    """Trains on what came before."""

    __metadata_request__split = {"when": True}

    def split(self, X, y=None, groups=None, when=None):
        order = np.argsort(when, kind="stable")
        for train, test in super().split(X, y):
            yield order[train], order[test]

    def get_n_splits(self, X=None, y=None, groups=None, when=None):
        assert when is not None
        return super().get_n_splits(X, y)


@pytest.fixture(autouse=True)
def _routing():
    with sklearn.config_context(enable_metadata_routing=True):
        yield


def requesting(**settings):
    """Return the settings of a search whose parts request different metadata."""
    scorer = make_scorer(accuracy_score).set_score_request(sample_weight="scoring_weight")
    return {"cv": TimeSplit(3), "scoring": scorer, "n_iter": 2} | settings


METADATA = {
    "sample_weight": WEIGHTS,
    "scoring_weight": WEIGHTS[::-1].copy(),
    "when": np.random.RandomState(3).permutation(len(X)),
}


def estimator():
    return network().set_fit_request(sample_weight=True)


def test_each_part_gets_what_it_requests_as_in_the_loop():
    batch, one = (
        kind(estimator(), SPACE, **requesting()).fit(X, Y, **METADATA) for kind in (batched, loop)
    )
    assert_same_scores(batch, one)
    assert batch.score(X, Y, scoring_weight=WEIGHTS) == one.score(X, Y, scoring_weight=WEIGHTS)
    np.testing.assert_array_equal(batch.predict_proba(X), one.predict_proba(X))


def test_halving_and_stages_score_with_it_too():
    settings = requesting(n_iter=4, n_stages=2, min_epochs=1, factor=2)
    found = batched(estimator(), {"learning_rate": [1e-3, 1e-2, 1e-1, 1.0]}, **settings)
    results = found.fit(X, Y, **METADATA).cv_results_
    kept = {
        "learning_rate": [
            p["learning_rate"] for p in np.array(results["params"])[~results["dropped"]]
        ]
    }
    one = loop(estimator(), kept, **requesting(n_iter=len(kept["learning_rate"]), random_state=0))
    expected = one.fit(X, Y, **METADATA).cv_results_
    scores = dict(
        zip(
            (p["learning_rate"] for p in expected["params"]),
            expected["mean_test_score"],
            strict=True,
        )
    )
    for params, score, dropped in zip(
        results["params"], results["mean_test_score"], results["dropped"], strict=True
    ):
        assert dropped or score == scores[params["learning_rate"]]


def test_groups_are_for_splitters_that_request_them():
    settings = {"cv": GroupKFold(3), "n_iter": 2}
    batch, one = (
        kind(network(), SPACE, **settings).fit(X, Y, groups=GROUPS) for kind in (batched, loop)
    )
    assert_same_scores(batch, one)


def test_what_nobody_requests_is_the_error_of_the_loop():
    errors = []
    for kind in (batched, loop):
        with pytest.raises(TypeError, match="unknown") as caught:
            kind(network(), SPACE, n_iter=2).fit(X, Y, unknown=WEIGHTS)
        errors.append(str(caught.value).replace("BatchedRandomizedSearchCV", "RandomizedSearchCV"))
    assert errors[0] == errors[1]


def test_a_tuner_routes_as_a_search_does():
    scorer = requesting()["scoring"]
    tuner = BiasVarianceTuner(
        estimator(), cv=TimeSplit(3), scoring=scorer, max_fits=6, n_iter=1, random_state=0
    )
    tuner.fit(X, Y, **METADATA)
    first = loop(estimator(), {"dropout": [0.0]}, **requesting(n_iter=1)).fit(X, Y, **METADATA)
    assert 1 - tuner.steps_[0].validation_error == pytest.approx(first.best_score_)
