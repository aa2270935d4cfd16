"""Networks that diverge are scored as in a loop, counted, and do not affect others."""

import warnings

import numpy as np
import pytest
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline

from sklearn_deep import AutoencoderTransformer
from tests._support.searches.small import X, Y, assert_same_scores, batched, loop, network, pipeline

RATES = [1e-2, 1e30, 1e-1]
SGD = network(optimizer="sgd")


def searched(kind=batched, rates=RATES, estimator=SGD, **settings):
    search = kind(
        estimator,
        {"learning_rate": rates},
        **{"scoring": "neg_log_loss", "refit": False, "n_iter": len(rates)} | settings,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return search.fit(X, Y)


def test_one_warning_counts_them():
    search = batched(SGD, {"learning_rate": RATES}, n_iter="all")
    with pytest.warns(ConvergenceWarning) as caught:
        search.fit(X, Y)
    (warning,) = (w for w in caught if "diverged" in str(w.message))
    told = str(warning.message)
    assert told.startswith("3 of 9 fits diverged. They are scored with the weights of their last")
    assert "Search smaller learning rates, or scale X." in told
    assert warning.filename == __file__


def test_results_count_the_folds_of_each_candidate():
    assert searched(n_iter="all").cv_results_["diverged"].tolist() == [0, 3, 0]


def test_what_diverged_is_scored_as_in_the_loop():
    found = searched()
    assert_same_scores(found, searched(loop))
    assert np.isfinite(found.cv_results_["mean_test_score"]).all()


@pytest.mark.parametrize("size", [1, 2, "auto"])
def test_others_are_not_disturbed(size):
    found = searched(n_iter="all", population_size=size).cv_results_
    without = searched(rates=[1e-2, 1e-1], n_iter="all").cv_results_
    for i in range(3):
        assert np.delete(found[f"split{i}_test_score"], 1).tolist() == (
            without[f"split{i}_test_score"].tolist()
        )


def test_a_network_in_the_middle_is_counted_too():
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), max_epochs=2, random_state=0)
    estimator = make_pipeline(encoder.set_params(optimizer="sgd"), *pipeline())
    space = {"autoencodertransformer__learning_rate": [1e-2, 1e30]}
    search = batched(estimator, space, n_iter="all", refit=False)
    with pytest.warns(ConvergenceWarning, match="3 of 6 fits diverged"):
        search.fit(X, Y)
    assert search.cv_results_["diverged"].tolist() == [0, 3]


def test_without_divergence_nothing_is_warned_of():
    assert batched().fit(X, Y).cv_results_["diverged"].sum() == 0  # warnings are errors here
