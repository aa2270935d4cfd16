"""The search is an estimator: it predicts, and can be copied, displayed and saved like any other."""

import pickle
from inspect import signature

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import KFold, RandomizedSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils import estimator_html_repr
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklearn_deep import AutoencoderTransformer, MLPClassifier, MLPRegressor
from sklearn_deep.model_selection import BatchedRandomizedSearchCV
from tests._support.searches.small import (
    NUMBERS,
    RATES,
    X,
    Y,
    assert_same_results,
    batched,
    network,
)


@pytest.fixture(scope="module")
def fitted():
    return batched(n_stages=2).fit(X, Y)


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function"]
)
def test_predictions_are_those_of_the_best_estimator(fitted, method):
    expected = getattr(fitted.best_estimator_, method)(X)
    np.testing.assert_array_equal(getattr(fitted, method)(X), expected)


def test_it_has_the_methods_of_its_estimator(fitted):
    assert not hasattr(fitted, "transform")
    assert not hasattr(fitted, "score_samples")
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), max_epochs=1, random_state=0)
    search = batched(encoder, {"learning_rate": RATES}).fit(X)
    best = search.best_estimator_
    np.testing.assert_array_equal(search.transform(X), best.transform(X))
    np.testing.assert_array_equal(
        search.inverse_transform(best.transform(X)), best.inverse_transform(best.transform(X))
    )
    np.testing.assert_array_equal(search.score_samples(X), best.score_samples(X))
    assert search.score(X) == best.score(X)
    assert not hasattr(search, "predict")


def test_it_is_what_its_estimator_is(fitted):
    assert is_classifier(fitted)
    assert fitted.classes_.tolist() == [0, 1, 2]
    assert fitted.n_features_in_ == 5
    assert is_regressor(batched(MLPRegressor(), {}))


def test_before_fit_it_does_not_predict():
    with pytest.raises(NotFittedError, match="BatchedRandomizedSearchCV"):
        batched().predict(X)


def test_a_pickle_predicts_the_same(fitted):
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict_proba(X), fitted.predict_proba(X))
    assert_same_results(copy, fitted)
    assert repr(copy.stages_) == repr(fitted.stages_)


def test_a_fitted_search_holds_no_rows_and_no_candidates(fitted):
    assert len(pickle.dumps(fitted)) < 5 * len(pickle.dumps(fitted.best_estimator_)) + 10_000


def test_a_clone_is_unfitted_and_finds_the_same(fitted):
    copy = clone(fitted)
    assert not hasattr(copy, "cv_results_")
    assert copy.get_params(deep=False).keys() == fitted.get_params(deep=False).keys()
    assert_same_results(copy.fit(X, Y), fitted)


def test_parameters_are_those_of_the_loop_and_a_few_more():
    mine, theirs = (
        signature(kind).parameters for kind in (BatchedRandomizedSearchCV, RandomizedSearchCV)
    )
    more = {"n_stages", "min_epochs", "factor", "population_size", "device", "checkpoint"}
    more |= {"ensemble_size", "predict_with", "max_seconds"}
    assert set(mine) == set(theirs) | more
    for name, parameter in theirs.items():
        assert (mine[name].default, mine[name].kind) == (parameter.default, parameter.kind)


def test_parameters_are_set_and_read_by_name():
    search = batched(population_size=3, checkpoint="file")
    given = search.get_params()
    assert (given["population_size"], given["n_stages"], given["checkpoint"]) == (3, 1, "file")
    assert given["estimator__net__max_epochs"] == 2
    search.set_params(n_stages=2, estimator__net__max_epochs=1, checkpoint=None)
    assert search.n_stages == 2
    assert search.fit(X, Y).best_estimator_["net"].n_epochs_ == 1


def test_its_repr_names_what_was_set():
    shown = repr(batched(network(), {"dropout": [0.1]}, n_stages=2))
    assert shown.startswith("BatchedRandomizedSearchCV(cv=3,")
    assert "n_stages=2" in shown
    assert "checkpoint" not in shown


def test_its_view_shows_the_best_pipeline(fitted):
    shown = estimator_html_repr(fitted)
    for words in ("BatchedRandomizedSearchCV", "best_estimator_", "StandardScaler", "Fitted"):
        assert words in shown
    assert "Not fitted" in estimator_html_repr(batched())


def test_it_may_be_a_step_and_inside_another_search(fitted):
    search = batched(network(), {"learning_rate": RATES}, n_iter=2, cv=2)
    piped = make_pipeline(StandardScaler(), search).fit(X, Y)
    assert piped.score(X, Y) == search.best_estimator_.score(StandardScaler().fit_transform(X), Y)
    assert len(cross_val_score(search, X, Y, cv=2)) == 2
    outer = batched(search, {"estimator__max_epochs": [1, 2]}, n_iter=2, cv=2).fit(X, Y)
    assert isinstance(outer.best_estimator_, BatchedRandomizedSearchCV)


def test_targets_that_are_numbers_are_scored_with_r2():
    mlp = MLPRegressor((8,), max_epochs=2, random_state=0)
    search = batched(mlp, {"learning_rate": RATES}).fit(X, NUMBERS)
    assert search.score(X, NUMBERS) == search.best_estimator_.score(X, NUMBERS)


def test_networks_train_on_the_device_of_the_search():
    net = AutoencoderTransformer(2, max_epochs=1, random_state=0, device="cuda:77")
    pipeline = make_pipeline(net, network().set_params(device="cuda:77"))
    space = {"mlpclassifier": [network().set_params(device="cuda:78")]}
    search = BatchedRandomizedSearchCV(pipeline, space, n_iter=1, cv=2, device="cpu").fit(X, Y)
    assert [step.device for _, step in search.best_estimator_.steps] == ["cpu", "cpu"]
    assert net.device == "cuda:77"


# A warning of scikit-learn about an infinite label.
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast:RuntimeWarning")
@parametrize_with_checks(
    [
        BatchedRandomizedSearchCV(
            MLPClassifier((4,), max_epochs=6, learning_rate=0.05, batch_size=16, random_state=0),
            {"dropout": [0.0, 0.1]},
            n_iter=2,
            cv=2,
            random_state=0,
            error_score="raise",
        )
    ]
)
def test_it_passes_the_checks_of_estimators(estimator, check):
    check(estimator)


def test_what_a_fit_does_not_find_is_not_left_from_an_earlier_one():
    search = batched(n_iter=2, min_epochs=1).fit(pd.DataFrame(X, columns=list("abcde")), Y)
    assert {"n_epochs_saved_", "share_saved_", "best_estimator_", "feature_names_in_"} <= set(
        vars(search)
    )
    fresh = batched(n_iter=2).fit(X, Y)
    assert vars(search.set_params(min_epochs=None).fit(X, Y)).keys() == vars(fresh).keys()
    fresh = batched(n_iter=2, refit=False, scoring=["accuracy", "f1_macro"]).fit(X, Y)
    search.set_params(refit=False, scoring=["accuracy", "f1_macro"])
    assert vars(search.fit(X, Y)).keys() == vars(fresh).keys()
    assert not hasattr(search, "best_estimator_")


def test_a_splitter_that_miscounts_is_an_error():
    class Miscounting(KFold):
        def get_n_splits(self, *args, **kwargs):
            return 1

    with pytest.raises(ValueError, match=r"inconsistent results\. Expected 1 splits, got 3"):
        batched(cv=Miscounting(3)).fit(X, Y)
