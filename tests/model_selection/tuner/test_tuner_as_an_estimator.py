"""The tuner is an estimator like any other: it predicts, is copied and saved; it tunes all networks."""

import pickle

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn import config_context
from sklearn.base import clone, is_classifier, is_regressor
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_score, cross_validate
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import estimator_html_repr
from sklearn.utils.estimator_checks import parametrize_with_checks

from sklearn_deep import JointAEClassifier, MLPRegressor
from sklearn_deep.inspection import bias_variance_report
from sklearn_deep.model_selection import BiasVarianceTuner
from sklearn_deep.model_selection._tuner.moves import merged, with_settings
from sklearn_deep.model_selection._tuner.steps import TunerSteps
from sklearn_deep.stopping import EarlyStopping
from tests._support.callback_recorder import Recorder
from tests._support.searches.small import NUMBERS, X, Y, network, pipeline


def tuner(estimator=None, **settings):
    estimator = pipeline(max_epochs=6) if estimator is None else estimator
    return BiasVarianceTuner(
        estimator, **{"cv": 3, "n_iter": 10, "max_fits": 33, "random_state": 0} | settings
    )


@pytest.fixture(scope="module")
def fitted():
    return tuner().fit(X, Y)


def test_it_finds_less_error_than_the_estimator_as_given(fitted):
    first = bias_variance_report(pipeline(max_epochs=6), X, Y, cv=3)
    assert first.validation_error == fitted.steps_[0].validation_error
    assert fitted.report_.validation_error < first.validation_error - 0.05
    kept = [step.validation_error for step in fitted.steps_ if step.kept]
    assert fitted.report_.validation_error == min(kept)


def test_the_report_is_that_of_the_best_setting(fitted):
    best = pipeline(max_epochs=6).set_params(**fitted.best_params_)
    again = bias_variance_report(best, X, Y, cv=3)
    np.testing.assert_array_equal(again.validation_errors, fitted.report_.validation_errors)
    np.testing.assert_array_equal(again.train_errors, fitted.report_.train_errors)
    assert repr(again) == repr(fitted.report_)
    assert fitted.best_score_ == pytest.approx(1 - again.validation_error)
    np.testing.assert_array_equal(best.fit(X, Y).predict_proba(X), fitted.predict_proba(X))


@pytest.mark.slow
def test_the_same_random_state_finds_the_same(fitted):
    again = tuner().fit(X, Y)
    assert [s[:-1] for s in again.steps_] == [s[:-1] for s in fitted.steps_]
    other = tuner(random_state=2).fit(X, Y)
    assert [s.params for s in other.steps_] != [s.params for s in fitted.steps_]


@pytest.mark.parametrize(
    "method", ["predict", "predict_proba", "predict_log_proba", "decision_function"]
)
def test_predictions_are_those_of_the_best_estimator(fitted, method):
    expected = getattr(fitted.best_estimator_, method)(X)
    np.testing.assert_array_equal(getattr(fitted, method)(X), expected)


def test_it_is_what_its_estimator_is(fitted):
    assert is_classifier(fitted)
    assert is_regressor(tuner(MLPRegressor()))
    assert fitted.classes_.tolist() == [0, 1, 2]
    assert fitted.n_features_in_ == 5
    assert not hasattr(fitted, "transform")
    assert fitted.score(X, Y) == fitted.best_estimator_.score(X, Y)


def test_before_fit_it_does_not_predict():
    with pytest.raises(NotFittedError, match="BiasVarianceTuner"):
        tuner().predict(X)


def test_copies(fitted):
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict_proba(X), fitted.predict_proba(X))
    assert isinstance(copy.steps_, TunerSteps)
    assert repr(copy.steps_) == repr(fitted.steps_)
    assert not hasattr(clone(fitted), "steps_")
    assert clone(fitted).get_params(deep=False).keys() == fitted.get_params(deep=False).keys()
    assert len(pickle.dumps(fitted)) < 5 * len(pickle.dumps(fitted.best_estimator_)) + 10_000


def test_its_view_shows_the_best_pipeline(fitted):
    shown = estimator_html_repr(fitted)
    assert "best_estimator_" in shown
    assert "StandardScaler" in shown


def test_the_table_has_a_line_a_round(fitted):
    head, first, *others = repr(fitted.steps_).splitlines()
    assert head.split()[:4] == ["round", "train", "validation", "verdict"]
    assert "initial setting" in first
    assert len(others) == len(fitted.steps_) - 1
    assert "net__" in others[0]
    assert fitted.steps_._repr_html_().count("<tr>") == len(fitted.steps_) + 1
    why = fitted.steps_[1].why
    assert why == f"avoidable bias {fitted.steps_[0].avoidable_bias:.4g} > 0.02"


def test_a_line_a_round_is_printed(capsys):
    found = tuner(verbose=1, max_fits=15).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(",")[0] for line in lines] == ["Round 0", "Round 1"]
    assert f"validation error {found.steps_[0].validation_error:.4g}" in lines[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("estimator", "y"),
    [
        (network(), Y),
        (network(optimizer="lbfgs", batch_size="auto"), Y),
        (network(early_stopping=EarlyStopping(patience=1), max_epochs=40), Y),
        (MLPRegressor((4,), max_epochs=3, random_state=0), NUMBERS),
        (TransformedTargetRegressor(MLPRegressor((4,), max_epochs=3, random_state=0)), NUMBERS),
        (JointAEClassifier(2, encoder_layer_sizes=(4,), max_epochs=3, random_state=0), Y),
        (make_pipeline(StandardScaler(), LogisticRegression(C=1e-3)), Y),
        (KNeighborsClassifier(40), Y),
        (Ridge(100.0), NUMBERS),
        (DecisionTreeClassifier(max_depth=1, random_state=0), Y),
        (GridSearchCV(DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2]}, cv=2), Y),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.filterwarnings("ignore:.*diverged")
def test_estimators_of_all_kinds_can_be_acted_on(estimator, y):
    found = tuner(estimator, max_fits=30).fit(X, y)
    assert len(found.steps_) > 1
    assert found.report_.validation_error <= found.steps_[0].validation_error
    assert found.predict(X).shape == y.shape


def test_settings_inside_a_setting_stay_as_they_were():
    settings = {"early_stopping": EarlyStopping(), "early_stopping__patience": 3}
    assert with_settings(network(), settings).early_stopping.patience == 3
    assert settings["early_stopping"].patience == 0


def test_a_new_object_takes_the_place_of_what_was_set_in_the_old_one():
    present = {"net__early_stopping__patience": 5, "net__dropout": 0.1}
    found = merged(present, {"net__early_stopping": True, "net__dropout": 0.2})
    assert found == {"net__early_stopping": True, "net__dropout": 0.2}


def test_an_estimator_without_such_parameters_is_fitted_as_it_is():
    found = tuner(GaussianNB()).fit(X, Y)
    assert (found.stop_reason_, found.best_params_) == ("no moves", {})
    assert found.report_.advice
    np.testing.assert_array_equal(found.predict(X), GaussianNB().fit(X, Y).predict(X))


@pytest.mark.slow
def test_variance_rounds_regularize_a_network():
    flexible = network(max_epochs=100, learning_rate=0.01).set_params(hidden_layer_sizes=(64,))
    found = tuner(flexible).fit(X, Y)
    assert {step.phase for step in found.steps_[1:]} == {"variance"}
    restraints = {"weight_decay", "dropout", "input_noise", "label_smoothing", "augmentation"}
    changed = {name for step in found.steps_ for name in step.params}
    assert changed
    assert changed <= restraints | {"early_stopping"}


def test_processes_find_the_same(fitted):
    assert repr(tuner(n_jobs=2).fit(X, Y).best_params_) == repr(fitted.best_params_)


def test_sparse_rows(fitted):
    found = tuner(network(), max_fits=15).fit(csr_array(X), Y)
    assert found.best_params_ == tuner(network(), max_fits=15).fit(X, Y).best_params_


@pytest.mark.slow
def test_weights_and_groups_reach_whom_they_are_for():
    weights = np.where(Y == 0, 0.0, 1.0)
    found = tuner(network(max_epochs=30), max_fits=15).fit(X, Y, sample_weight=weights)
    assert 0 not in found.predict(X)
    assert 0 in tuner(network(max_epochs=30), max_fits=15).fit(X, Y).predict(X)
    groups = np.arange(len(X)) // 20
    by_group = tuner(network(), cv=GroupKFold(3), max_fits=15).fit(X, Y, groups=groups)
    splits = list(GroupKFold(3).split(X, Y, groups))
    expected = bias_variance_report(network(), X, Y, cv=splits).validation_error
    assert by_group.steps_[0].validation_error == expected


def test_errors_are_those_of_the_scoring():
    found = tuner(scoring="neg_log_loss", max_fits=15, tolerance=0.1).fit(X, Y)
    assert found.best_score_ == pytest.approx(-found.report_.validation_error)
    assert found.score(X, Y) < 0


def test_nearest_neighbors_give_the_bayes_error_once():
    found = tuner(max_fits=15, bayes_error="1nn").fit(X, Y)
    expected = bias_variance_report(
        pipeline(max_epochs=6), X, Y, cv=3, bayes_error="1nn"
    ).bayes_error
    assert found.report_.bayes_error == expected > 0


def test_weights_are_routed_by_request():
    weights = np.where(Y == 0, 0.0, 1.0)
    net = network(max_epochs=30)
    with config_context(enable_metadata_routing=True):
        net.set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        found = tuner(net, max_fits=15).fit(X, Y, sample_weight=weights)
        only_known = found.score(X, Y, sample_weight=weights)
    assert 0 not in found.predict(X)
    assert only_known == found.best_estimator_.score(X[Y > 0], Y[Y > 0])


def test_callbacks_are_told_of_a_search_a_round():
    pytest.importorskip("sklearn.callback")
    recorder = Recorder()
    found = tuner(max_fits=33).set_callbacks(recorder).fit(X, Y)
    assert recorder.hooks.count("setup") == recorder.hooks.count("teardown") == len(found.steps_)
    assert recorder.begun["candidate-split-evaluation"] == found.n_fits_


def test_it_may_be_cross_validated_itself():
    assert len(cross_val_score(tuner(max_fits=3), X, Y, cv=2)) == 2
    results = cross_validate(tuner(max_fits=3), X, Y, cv=2, return_estimator=True)
    assert all(len(one.steps_) == 1 for one in results["estimator"])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:invalid value encountered in cast")  # a cast of inf in check_cv
@parametrize_with_checks(
    [BiasVarianceTuner(LogisticRegression(), cv=2, max_fits=4, random_state=0)]
)
def test_scikit_learns_checks(estimator, check):
    check(estimator)
