"""Fits that are not networks: their scores are kept, and they are fitted again only if they are needed."""

import os

import numpy as np
import pytest
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier, RandomForestClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from sklearn_deep import AutoencoderTransformer
from tests._support.searches.small import X, Y, assert_same_results, batched, network, pipeline

STATE = np.random.RandomState(0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kept"


@pytest.fixture
def fits(monkeypatch):
    """Return the list of the classes of all estimators that are fitted, filled as they are."""
    found = []
    for kind in (LogisticRegression, DecisionTreeClassifier, StandardScaler, PCA):
        monkeypatch.setattr(kind, "fit", _noting(kind.fit, found))
    monkeypatch.setattr(PCA, "fit_transform", _noting(PCA.fit_transform, found))
    return found


def _noting(fit, found):
    def noting(self, *args, **kwargs):
        found.append(type(self).__name__)
        return fit(self, *args, **kwargs)

    return noting


def search(path, estimator, space, **settings):
    given = {"checkpoint": path, "n_iter": "all", "refit": False, "cv": 2} | settings
    return batched(estimator, space, **given)


LOGISTIC = make_pipeline(StandardScaler(), LogisticRegression(random_state=0))
STRENGTHS = {"logisticregression__C": [0.1, 1.0, 10.0]}


def test_a_fit_that_was_scored_is_not_made_again(path, fits):
    settings = {"scoring": ["accuracy", "neg_log_loss"], "return_train_score": True}
    first = search(path, LOGISTIC, STRENGTHS, **settings).fit(X, Y)
    assert fits.count("LogisticRegression") == 6
    fits.clear()
    second = search(path, LOGISTIC, STRENGTHS, **settings).fit(X, Y)
    assert fits == []
    assert_same_results(second, first)
    assert (
        second.cv_results_["mean_fit_time"].tolist() == first.cv_results_["mean_fit_time"].tolist()
    )


def test_a_search_that_is_stopped_between_fits_resumes_to_the_same_results(path, fits, monkeypatch):
    expected = search(None, LOGISTIC, STRENGTHS).fit(X, Y)
    n_fitted, fit = 0, LogisticRegression.fit

    def stopping(self, *args, **kwargs):
        nonlocal n_fitted
        n_fitted += 1
        if n_fitted == 5:
            raise KeyboardInterrupt
        return fit(self, *args, **kwargs)

    monkeypatch.setattr(LogisticRegression, "fit", stopping)
    with pytest.raises(KeyboardInterrupt):
        search(path, LOGISTIC, STRENGTHS).fit(X, Y)
    fits.clear()
    assert_same_results(search(path, LOGISTIC, STRENGTHS).fit(X, Y), expected)
    assert fits.count("LogisticRegression") == 2


UNFIXED = {
    "alone": (LogisticRegression(), {"C": [1.0]}),
    "a step": (make_pipeline(PCA(2), LogisticRegression(random_state=0)), STRENGTHS),
    "a generator": (LogisticRegression(random_state=STATE), {"C": [1.0]}),
    "inside another": (
        BaggingClassifier(LogisticRegression(), n_estimators=2, random_state=0),
        {"bootstrap": [True]},
    ),
    "a splitter inside": (
        GridSearchCV(LogisticRegression(random_state=0), {"C": [1.0]}, cv=KFold(2, shuffle=True)),
        {"error_score": [0.0]},
    ),
    "drawn by a function": (
        make_pipeline(
            FunctionTransformer(lambda A: A + np.random.rand()),  # noqa: NPY002
            LogisticRegression(random_state=0),
        ),
        STRENGTHS,
    ),
}


@pytest.mark.parametrize("case", UNFIXED)
def test_what_has_no_fixed_random_state_is_fitted_again(case, path, fits):
    estimator, space = UNFIXED[case]
    n_fits = []
    for _ in range(2):
        fits.clear()
        search(path, estimator, space).fit(X, Y)
        n_fits.append(fits.count("LogisticRegression"))
    assert n_fits[0] == n_fits[1] > 0


def test_a_network_after_a_step_that_came_out_differently_is_trained_again(
    path, trained, monkeypatch
):
    shifting = FunctionTransformer(lambda A: A + float(os.environ["SHIFT"]))
    estimator, space = make_pipeline(shifting, network()), {"mlpclassifier__dropout": [0.0, 0.1]}
    for shift, n_trained in (("0", 4), ("0", 0), ("0.5", 4)):
        monkeypatch.setenv("SHIFT", shift)
        expected = search(None, estimator, space).fit(X, Y)
        trained.clear()
        assert_same_results(search(path, estimator, space).fit(X, Y), expected)
        assert len(trained) == n_trained


def test_a_network_without_a_fixed_seed_is_trained_again(path, trained):
    for _ in range(2):
        trained.clear()
        search(path, network(random_state=None), {"dropout": [0.0, 0.1]}).fit(X, Y)
        assert len(trained) == 4


def test_preprocessing_is_fitted_again_and_networks_are_not_trained_again(path, fits, trained):
    space = {"net__dropout": [0.0, 0.1]}
    first = search(path, pipeline(), space).fit(X, Y)
    fits.clear()
    trained.clear()
    assert_same_results(search(path, pipeline(), space).fit(X, Y), first)
    assert fits == ["StandardScaler"] * 2
    assert trained == []


def test_an_autoencoder_inside_is_kept_with_the_scores_after_it(path, fits, trained):
    encoder = AutoencoderTransformer(2, encoder_layer_sizes=(4,), max_epochs=2, random_state=0)
    estimator = make_pipeline(encoder, LogisticRegression(random_state=0))
    first = search(path, estimator, STRENGTHS).fit(X, Y)
    fits.clear()
    trained.clear()
    assert_same_results(search(path, estimator, STRENGTHS).fit(X, Y), first)
    assert fits == trained == []


@pytest.mark.filterwarnings("ignore:One or more of the test scores:UserWarning")
def test_fits_that_fail_are_made_again(path, fits):
    space = {"logisticregression__C": [1.0, -1.0]}
    for n_fits in (4, 2):
        fits.clear()
        with pytest.warns(FitFailedWarning):
            search(path, LOGISTIC, space).fit(X, Y)
        assert fits.count("LogisticRegression") == n_fits


MIXED = [
    {"net": [DecisionTreeClassifier(max_depth=3, random_state=0)], "net__max_depth": [1, 5]},
    {"net__learning_rate": [1e-2, 1e-1]},
]


def test_an_ensemble_is_the_same_and_only_what_is_chosen_is_fitted_again(path, fits):
    settings = {"ensemble_size": 2, "predict_with": "ensemble"}
    first = search(path, pipeline(), MIXED, **settings).fit(X, Y)
    fits.clear()
    second = search(path, pipeline(), MIXED, **settings).fit(X, Y)
    assert_same_results(second, first)
    assert second.ensemble_weights_.tolist() == first.ensemble_weights_.tolist()
    n_chosen = np.count_nonzero(first.ensemble_weights_[:2])
    assert n_chosen > 0
    assert fits.count("DecisionTreeClassifier") == 2 * n_chosen
    np.testing.assert_array_equal(second.predict_proba(X), first.predict_proba(X))


def test_a_search_that_needs_more_than_was_kept_fits_again(path, fits):
    tree, space = DecisionTreeClassifier(random_state=0), {"max_depth": [1, 5]}
    search(path, tree, space).fit(X, Y)
    for settings in ({"ensemble_size": 1}, {"ensemble_size": 1, "return_train_score": True}):
        for n_fits in (4, 0):
            fits.clear()
            found = search(path, tree, space, **settings).fit(X, Y)
            n_chosen = 2 * np.count_nonzero(found.ensemble_weights_)
            assert fits.count("DecisionTreeClassifier") == n_fits + n_chosen * (n_fits == 0)


def test_halving_sees_the_scores_that_were_kept(path, fits):
    settings = {"min_epochs": 1, "factor": 2, "estimator": pipeline(max_epochs=3), "space": MIXED}
    first = search(path, **settings).fit(X, Y)
    fits.clear()
    second = search(path, **settings).fit(X, Y)
    assert_same_results(second, first)
    assert second.cv_results_["dropped"].tolist() == first.cv_results_["dropped"].tolist()
    assert second.share_saved_ == first.share_saved_
    assert "DecisionTreeClassifier" not in fits


def test_forests_in_processes_are_kept_too(path):
    forest = RandomForestClassifier(n_estimators=3, n_jobs=2, random_state=0)
    space = {"max_depth": [1, 5]}
    first = search(path, forest, space).fit(X, Y)
    assert_same_results(search(path, forest, space).fit(X, Y), first)
