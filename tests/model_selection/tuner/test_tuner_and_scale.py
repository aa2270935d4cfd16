"""A tuner corrects the scale of features and target before anything else."""

import warnings

import numpy as np
import pytest
import sklearn
from scipy.sparse import csr_matrix
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier, MLPRegressor, ScaleWarning
from sklearn_deep.model_selection import BiasVarianceTuner

IRIS, KINDS = load_iris(return_X_y=True)
OFF = 1e6 * IRIS
MLP = MLPClassifier((8,), max_epochs=15, learning_rate=0.02, batch_size=16, random_state=0)
WEIGHTS = np.random.default_rng(0).uniform(0.5, 1.5, len(KINDS))


def tuned(estimator, samples=OFF, y=KINDS, n_rounds=1, **params):
    """Return a tuner after its first measurement and some rounds of one setting."""
    tuner = BiasVarianceTuner(
        estimator, cv=3, n_iter=1, max_fits=3 * (1 + n_rounds), tolerance=1e-3, random_state=0
    )
    return tuner.fit(samples, y, **params)


def test_a_bare_network_gets_a_scaler_before_it():
    tuner = tuned(MLP, n_rounds=2)
    first, second = tuner.steps_[1:3]
    assert (first.phase, first.kept, first.n_fits) == ("scale", True, 3)
    assert first.why == "The features are not scaled."
    assert repr(first.params) == "{'standardscaler': StandardScaler()}"
    assert all(name.startswith("mlpclassifier__") for name in second.params)
    best = tuner.best_estimator_
    assert [name for name, _ in best.steps] == ["standardscaler", "mlpclassifier"]
    assert "standardscaler" in tuner.best_params_
    assert tuner.score(OFF, KINDS) > 0.9
    again = sklearn.clone(best)
    assert (again.fit(OFF, KINDS).predict(OFF) == tuner.predict(OFF)).all()
    assert [a.code for a in tuner.report_.advice if a.code == "BV001"] == []


@pytest.mark.parametrize(
    ("estimator", "names", "params"),
    [
        (Pipeline([("net", MLP)]), ["standardscaler", "net"], "standardscaler"),
        (
            Pipeline([("standardscaler", StandardScaler(with_std=False)), ("net", MLP)]),
            ["standardscaler", "standardscaler-2", "net"],
            "standardscaler-2",
        ),
        (Pipeline([("scale", "passthrough"), ("net", MLP)]), ["scale", "net"], "scale"),
        (Pipeline([("scale", None), ("net", MLP)]), ["scale", "net"], "scale"),
    ],
)
def test_a_pipeline_gets_a_step_directly_before_the_network(estimator, names, params):
    tuner = tuned(estimator)
    assert list(tuner.steps_[1].params) == [params]
    assert [name for name, _ in tuner.best_estimator_.steps] == names
    assert tuner.score(OFF, KINDS) > 0.9
    assert len(estimator.steps) in (len(names), len(names) - 1)  # the user's scaler is unchanged


def test_inside_a_transformed_target_the_regressor_becomes_a_pipeline():
    net = MLPRegressor((8,), max_epochs=3, random_state=0)
    outer = TransformedTargetRegressor(net, transformer=StandardScaler())
    tuner = tuned(outer, y=IRIS[:, 0], sample_weight=WEIGHTS)
    assert list(tuner.steps_[1].params) == ["regressor__standardscaler"]
    assert isinstance(tuner.best_estimator_.regressor_, Pipeline)


PRICES = 2e5 + 6e4 * IRIS[:, 0]
RAW = MLPRegressor((8,), normalize_y=False, max_epochs=3, random_state=0)


@pytest.mark.parametrize(
    ("estimator", "samples", "names"),
    [
        (RAW, IRIS, ["normalize_y"]),
        (RAW, OFF, ["standardscaler", "mlpregressor__normalize_y"]),
        (Pipeline([("net", RAW)]), OFF, ["standardscaler", "net__normalize_y"]),
        (make_pipeline(StandardScaler(), RAW), OFF, ["mlpregressor__normalize_y"]),
    ],
)
def test_a_target_is_brought_to_scale_in_the_same_round(estimator, samples, names):
    tuner = tuned(estimator, samples, PRICES)
    assert tuner.steps_[1].phase == "scale"
    assert list(tuner.steps_[1].params) == names
    assert tuner.steps_[1].validation_error < tuner.steps_[0].validation_error
    assert tuner.best_estimator_.get_params()[names[-1]] is True


def test_a_target_that_its_network_normalizes_is_left_alone():
    tuner = tuned(sklearn.clone(RAW).set_params(normalize_y=True), IRIS, PRICES)
    assert "scale" not in {step.phase for step in tuner.steps_}


def test_sparse_samples_stay_sparse():
    tuner = tuned(MLP, csr_matrix(OFF))
    assert repr(tuner.best_estimator_[0]) == "StandardScaler(with_mean=False)"


def test_arguments_of_fit_still_reach_the_network():
    tuner = tuned(MLP, sample_weight=WEIGHTS)
    best = tuner.best_estimator_
    again = sklearn.clone(best).fit(OFF, KINDS, mlpclassifier__sample_weight=WEIGHTS)
    assert (again.predict_proba(OFF) == best.predict_proba(OFF)).all()


def test_arguments_that_are_routed_by_request_still_reach_the_network():
    with sklearn.config_context(enable_metadata_routing=True):
        net = sklearn.clone(MLP).set_fit_request(sample_weight=True, X_val=True, y_val=True)
        net.set_score_request(sample_weight=True)
        given = {"X_val": OFF[::4], "y_val": KINDS[::4], "sample_weight": WEIGHTS}
        tuner = tuned(net, **given)
        best = tuner.best_estimator_
        assert best.transform_input == ["X_val"]
        assert np.isfinite(best[-1].history_["val_loss"]).all()
        assert best[-1].history_["val_loss"][-1] < 1


@pytest.mark.parametrize("estimator", [MLP, Pipeline([("net", MLP)])])
def test_validation_samples_that_no_scaler_would_reach_keep_it_away(estimator):
    prefix = "" if estimator is MLP else "net__"
    given = {f"{prefix}X_val": OFF[::4], f"{prefix}y_val": KINDS[::4]}
    tuner = tuned(estimator, **given)
    assert [step.phase for step in tuner.steps_][:2] != ["start", "scale"]
    assert type(tuner.best_estimator_) is type(estimator)
    assert "BV001" in {a.code for a in tuner.report_.advice}


@pytest.mark.slow
def test_names_of_a_search_inside_are_not_broken():
    search = RandomizedSearchCV(
        MLP, {"learning_rate": [0.01, 0.02]}, n_iter=2, cv=2, random_state=0
    )
    assert tuned(search).best_estimator_.__class__ is RandomizedSearchCV


def test_what_is_on_scale_is_left_alone():
    tuner = tuned(make_pipeline(StandardScaler(), MLP))
    assert [step.phase for step in tuner.steps_] == ["start", "bias"]
    assert type(tuned(MLP, IRIS).best_estimator_) is MLPClassifier


def test_each_kind_is_told_once_with_a_count():
    slow = sklearn.clone(MLP).set_params(learning_rate=1e-3)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        tuned(slow, n_rounds=2)
    told = [w for w in caught if w.category in (ScaleWarning, ConvergenceWarning)]
    assert [w.category for w in told] == [ScaleWarning, ConvergenceWarning]
    assert str(told[0].message).startswith("3 of 9 fits: MLPClassifier got X")
    assert all("of 9 fits" in str(w.message) for w in told)
    assert {w.filename for w in told} == {__file__}
