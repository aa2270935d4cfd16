"""A report finds unsuitable scales of features and targets before anything else."""

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import JointAEClassifier, MLPClassifier, MLPRegressor, ScaleWarning
from sklearn_deep.inspection import BiasVarianceReport, bias_variance_report
from sklearn_deep.model_selection import BatchedRandomizedSearchCV

IRIS, KINDS = load_iris(return_X_y=True)
OFF = 1e6 * IRIS
FAST = {"max_epochs": 4, "random_state": 0}
MLP = MLPClassifier((4,), **FAST)


def report_of(estimator, samples=OFF, y=KINDS, **settings):
    return bias_variance_report(estimator, samples, y, cv=2, **settings)


def found(*args, **settings):
    return {a.code: a for a in report_of(*args, **settings).advice if a.code.startswith("BV0")}


@pytest.mark.parametrize(
    "estimator",
    [
        MLP,
        JointAEClassifier(2, encoder_layer_sizes=(4,), **FAST),
        make_pipeline(StandardScaler(with_std=False), MLP),
        BatchedRandomizedSearchCV(MLP, {"learning_rate": [0.01]}, n_iter=1, cv=2),
    ],
    ids=lambda e: type(e).__name__,
)
def test_features_as_the_network_sees_them_come_first(estimator):
    report = report_of(estimator)
    first = report.advice[0]
    assert first.code == "BV001"
    assert "StandardScaler" in first.action
    assert not first.settings
    assert first.problem in repr(report)


@pytest.mark.parametrize(
    ("estimator", "samples"),
    [
        (make_pipeline(StandardScaler(), MLP), OFF),
        (MLP, IRIS),
        (LogisticRegression(max_iter=5), IRIS * 20),
    ],
)
@pytest.mark.filterwarnings("ignore:lbfgs failed")
def test_scaled_features_and_other_learners_are_not_found(estimator, samples):
    assert found(estimator, samples) == {}


@pytest.mark.parametrize("nothing", [None, "passthrough"])
def test_a_step_that_does_nothing_is_set(nothing):
    pipeline = Pipeline([("scale", nothing), ("net", MLP)])
    advice = found(pipeline)["BV001"]
    assert repr(advice.settings) == "{'scale': StandardScaler()}"
    assert found(pipeline.set_params(**advice.settings)) == {}


def test_sparse_features_are_not_centered():
    assert "StandardScaler(with_mean=False)" in found(MLP, csr_matrix(OFF))["BV001"].action


def test_fits_made_already_are_judged_if_they_are_kept():
    settings = {"cv": 2, "return_train_score": True}
    kept = cross_validate(MLP, OFF, KINDS, return_estimator=True, **settings)
    assert BiasVarianceReport.from_cross_validate(MLP, kept).advice[0].code == "BV001"
    scores = cross_validate(MLP, OFF, KINDS, **settings)
    codes = [a.code for a in BiasVarianceReport.from_cross_validate(MLP, scores).advice]
    assert "BV001" not in codes


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_each_kind_is_told_once_with_a_count(n_jobs):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        mlp = MLPClassifier((4,), early_stopping="convergence", max_epochs=12, random_state=0)
        report_of(mlp, IRIS * 30, n_jobs=n_jobs)
    told = [w for w in caught if w.category in (ScaleWarning, ConvergenceWarning)]
    assert [w.category for w in told] == [ScaleWarning, ConvergenceWarning]
    assert all(str(w.message).startswith("2 of 2 fits: ") for w in told)
    assert {w.filename for w in told} == {__file__}


def test_networks_that_cannot_be_reached_are_told_of_once_too():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        report_of(BaggingClassifier(MLP, 2, random_state=0))
    assert [w.category for w in caught].count(ScaleWarning) == 1


PRICES = 2e5 + 6e4 * IRIS[:, 0]


def has_normalize_y():
    return "normalize_y" in MLPRegressor().get_params()


@pytest.mark.skipif(not has_normalize_y(), reason="no normalize_y")
def test_a_target_that_is_learned_as_it_is_and_off_scale_is_found():
    net = MLPRegressor((4,), normalize_y=False, **FAST)
    assert found(net, IRIS, PRICES)["BV002"].settings == {"normalize_y": True}
    pipeline = Pipeline([("scale", StandardScaler()), ("net", net)])
    assert found(pipeline, OFF, PRICES)["BV002"].settings == {"net__normalize_y": True}
    assert list(found(net, OFF, PRICES)) == ["BV001", "BV002"]
    assert found(net, IRIS, IRIS[:, 0]) == {}
    assert found(net, IRIS, np.column_stack([IRIS[:, 0], PRICES])).keys() == {"BV002"}
    assert found(MLPRegressor((4,), **FAST), IRIS, PRICES) == {}
    outer = TransformedTargetRegressor(net, transformer=StandardScaler())
    assert found(outer, IRIS, PRICES) == {}
