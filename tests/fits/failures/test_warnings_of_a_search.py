"""A search shows each kind of warning once, with the number of fits, at the user's line."""

import warnings
from collections import Counter

import numpy as np
import pytest
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from sklearn_deep import AutoencoderTransformer, JointAEClassifier, ScaleWarning
from tests._support.searches.small import X, Y, batched, loop, network

OFF = 100 * X
SLOW = {"max_epochs": 4, "learning_rate": 1e-3}
SPACE = {"dropout": [0.0, 0.1]}


def told(call):
    """Return the warnings of this library's kinds that a call gives."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        call()
    return [w for w in caught if issubclass(w.category, ScaleWarning | ConvergenceWarning)]


def searched(estimator, space=None, samples=OFF, **settings):
    settings = {"n_iter": "all", "refit": False} | settings
    search = batched(estimator, SPACE if space is None else space, **settings)
    return told(lambda: search.fit(samples, Y))


def texts(warned):
    return [str(w.message).partition(":")[0] for w in warned]


@pytest.mark.parametrize("refit", [True, False])
@pytest.mark.parametrize("n_jobs", [1, 2])
def test_every_kind_is_told_once_with_the_number_of_fits_that_warn_in_a_loop(refit, n_jobs):
    warned = searched(network(**SLOW), refit=refit, n_jobs=n_jobs)
    assert [w.category for w in warned] == [ScaleWarning, ConvergenceWarning]
    one_by_one = loop(network(**SLOW), SPACE, n_iter=2, refit=False)
    expected = Counter(w.category for w in told(lambda: one_by_one.fit(OFF, Y)))
    assert texts(warned) == [f"{expected[w.category]} of 6 fits" for w in warned]
    assert all(w.filename == __file__ for w in warned)
    assert "StandardScaler" in str(warned[0].message)
    assert "max_epochs" in str(warned[1].message)


def test_only_fits_that_are_concerned_are_counted():
    space = {"early_stopping": ["convergence", None]}
    assert texts(searched(network(**SLOW), space, X)) == ["3 of 6 fits"]
    steps = [FunctionTransformer(), FunctionTransformer(np.tanh)]
    pipeline = make_pipeline("passthrough", network(early_stopping=None))
    assert texts(searched(pipeline, {"passthrough": steps})) == ["3 of 6 fits"]


def test_what_the_refit_alone_has_is_told_without_a_count():
    # Every sample of the last third has an unsuitable scale; each fold leaves out one third.
    parts = np.arange(len(X)) % 3
    samples = np.where(parts[:, None] == 2, 1e3, 0) + X
    splits = [(np.flatnonzero(parts < 2), np.flatnonzero(parts == 2))] * 2
    (warning,) = searched(network(early_stopping=None), samples=samples, cv=splits, refit=True)
    assert str(warning.message).startswith("MLPClassifier got X")


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_estimators_that_are_fitted_by_themselves_are_counted_as_fits(n_jobs):
    bagging = BaggingClassifier(network(**SLOW), 2, random_state=0)
    warned = searched(bagging, {"max_samples": [0.9, 1.0]}, n_jobs=n_jobs)
    assert texts(warned[:1]) == ["6 of 6 fits"]
    assert len(warned) == 2


def test_a_network_in_the_middle_is_counted_too():
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), random_state=0, **SLOW)
    estimator = make_pipeline(encoder, network(early_stopping=None))
    space = {"mlpclassifier__dropout": [0.0, 0.1]}
    warned = searched(estimator, space)
    assert texts(warned)[:1] == ["6 of 6 fits"]
    assert "AutoencoderTransformer got X" in str(warned[0].message)


def test_candidates_that_are_dropped_are_no_unconverged_fits():
    estimator = network(max_epochs=6, learning_rate=1e-3)
    space = {"dropout": [0.0, 0.1, 0.2]}
    warned = searched(estimator, space, X, min_epochs=2, factor=3)
    assert texts(warned) == ["3 of 9 fits"]  # one candidate is trained to its end


def test_doubts_about_parameters_are_told_once_too():
    joint = JointAEClassifier(2, beta=0, encoder_layer_sizes=(4,), max_epochs=1, random_state=0)
    search = batched(joint, SPACE, n_iter="all", refit=False)
    with pytest.warns(UserWarning, match="6 of 6 fits: JointAEClassifier with beta=0") as caught:
        search.fit(X, Y)
    assert [w.category for w in caught].count(UserWarning) == 1


def test_a_search_of_scaled_samples_that_stops_says_nothing():
    assert searched(network(early_stopping=None), samples=X) == []
