"""A callback, a plug-in or a scorer that raises: the error reaches the caller, the estimator is unchanged."""

from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.exceptions import FitFailedWarning
from skorch.callbacks import Callback

from sklearn_deep.schedules import Schedule
from sklearn_deep.stopping import EarlyStopping
from tests._support.searches.small import X, Y, batched, network


class Raising(Callback):
    """Raises after the second epoch."""

    def on_epoch_end(self, net, **values):
        if len(net.history) == 2:
            raise OSError("no network to report to")


@dataclass(eq=False, repr=False)
class RaisingLater(Schedule):
    """Raises in the second epoch, so the trial before training does not find it."""

    def factors(self, times, n_epochs):
        if times[-1] >= 1:
            raise RuntimeError("the second epoch is too much")
        return np.ones(len(times))


def raising(z):
    raise RuntimeError("no activation today")


def without_a_score(estimator, X, y):
    raise RuntimeError("no score today")


def check_unchanged(params, error, words):
    """Fit an estimator, then again with other parameters, which raise an error."""
    mlp = network(max_epochs=4).fit(X, Y)
    before = vars(mlp).copy() | params
    with pytest.raises(error, match=words):
        mlp.set_params(**params).fit(X, Y)
    assert vars(mlp) == before


def test_an_error_of_a_callback_is_raised_as_it_is():
    check_unchanged({"net_callbacks": [Raising()]}, OSError, "no network to report to")


def test_a_candidate_whose_callback_raises_is_a_failed_fit():
    space = {"net_callbacks": [None, [Raising()]]}
    search = batched(network(), space, n_iter="all", cv=2)
    with (
        pytest.warns(FitFailedWarning, match="no network to report to"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(X, Y)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [False, True]
    assert search.best_index_ == 0


def test_a_plug_in_that_raises_at_once_is_named_with_its_parameter():
    words = "'activation' parameter of MLPClassifier"
    check_unchanged({"activation": raising}, ValueError, words)


def test_an_error_of_a_plug_in_in_training_is_raised_as_it_is():
    check_unchanged({"schedule": RaisingLater()}, RuntimeError, "the second epoch is too much")


def test_a_candidate_whose_plug_in_raises_is_a_failed_fit():
    search = batched(network(), {"schedule": [None, RaisingLater()]}, n_iter="all", cv=2)
    with (
        pytest.warns(FitFailedWarning, match="the second epoch is too much"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(X, Y)
    assert np.isnan(search.cv_results_["mean_test_score"]).tolist() == [False, True]


def test_an_error_of_a_scorer_in_a_search_is_a_score_of_nan():
    search = batched(
        network(), {"dropout": [0.0, 0.1]}, scoring=without_a_score, refit=False, n_iter=2
    )
    with (
        pytest.warns(UserWarning, match="no score today"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(X, Y)
    assert np.isnan(search.cv_results_["mean_test_score"]).all()
    with pytest.raises(RuntimeError, match="no score today"):
        search.set_params(error_score="raise").fit(X, Y)


def test_an_error_of_a_scorer_that_stops_a_fit_is_named_with_its_parameter():
    words = "'early_stopping' parameter of MLPClassifier monitors 'val_score', whose scorer failed"
    check_unchanged({"early_stopping": EarlyStopping(without_a_score)}, ValueError, words)
