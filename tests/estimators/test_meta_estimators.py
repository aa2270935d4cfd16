"""The estimators inside scikit-learn's meta-estimators."""

import numpy as np
import pytest
import sklearn
from sklearn.compose import TransformedTargetRegressor
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, RandomizedSearchCV
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import MLPClassifier, MLPRegressor
from sklearn_deep.optimizers import Adam
from sklearn_deep.stopping import EarlyStopping

rng = np.random.default_rng(0)
X, X_VAL = rng.normal(5, 3, size=(30, 3)), rng.normal(5, 3, size=(20, 3))
Y, Y_VAL = np.arange(30) % 3, np.arange(20) % 3
WEIGHT, WEIGHT_VAL = rng.uniform(size=30), rng.uniform(size=20)
SMALL = {"max_epochs": 3, "random_state": 0}


def test_a_pipeline_scales_and_classifies():
    pipeline = make_pipeline(StandardScaler(), MLPClassifier((4,), **SMALL)).fit(X, Y)
    alone = MLPClassifier((4,), **SMALL).fit(StandardScaler().fit_transform(X), Y)
    np.testing.assert_array_equal(
        pipeline.predict_proba(X), alone.predict_proba(StandardScaler().fit_transform(X))
    )


@pytest.mark.parametrize(
    ("kind", "scoring"), [(MLPClassifier, "neg_log_loss"), (MLPRegressor, "r2")]
)
@pytest.mark.parametrize("search", [GridSearchCV, RandomizedSearchCV])
def test_a_search_reaches_inside_plug_ins(kind, scoring, search):
    mlp = kind((4,), optimizer=Adam(), early_stopping=EarlyStopping("loss"), **SMALL)
    pipeline = Pipeline([("scale", StandardScaler()), ("mlp", mlp)])
    grid = {"mlp__optimizer__beta_1": [0.1, 0.9], "mlp__early_stopping__patience": [1, 2]}
    budget = {"n_iter": 3, "random_state": 0} if search is RandomizedSearchCV else {}
    found = search(pipeline, grid, scoring=scoring, cv=2, error_score="raise", **budget).fit(X, Y)
    best = found.best_estimator_.named_steps["mlp"]
    assert best.optimizer.beta_1 == found.best_params_["mlp__optimizer__beta_1"]
    assert mlp.optimizer.beta_1 == 0.9
    assert len(set(found.cv_results_["mean_test_score"])) > 1


def test_targets_can_be_transformed():
    mlp = MLPRegressor((8,), learning_rate=0.02, max_epochs=60, random_state=0)
    model = TransformedTargetRegressor(mlp, transformer=StandardScaler())
    assert (
        make_pipeline(StandardScaler(), model).fit(X, 1e3 * X[:, 0]).score(X, 1e3 * X[:, 0]) > 0.8
    )


def test_validation_rows_and_weights_are_routed_and_transformed():
    with sklearn.config_context(enable_metadata_routing=True):
        mlp = MLPClassifier((4,), **SMALL)
        mlp.set_fit_request(sample_weight=True, X_val=True, y_val=True, sample_weight_val=True)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        pipeline = Pipeline([("scale", scaler), ("mlp", mlp)], transform_input=["X_val"])
        routed = {"y_val": Y_VAL, "sample_weight_val": WEIGHT_VAL}
        pipeline.fit(X, Y, sample_weight=WEIGHT, X_val=X_VAL, **routed)
        expected = log_loss(Y_VAL, pipeline.predict_proba(X_VAL), sample_weight=WEIGHT_VAL)
    assert pipeline["mlp"].history_["val_loss"][-1] == pytest.approx(expected, rel=1e-5)
    scale = StandardScaler().fit(X)
    alone = MLPClassifier((4,), **SMALL)
    alone.fit(scale.transform(X), Y, WEIGHT, X_val=scale.transform(X_VAL), **routed)
    for name in ("loss", "val_loss"):
        np.testing.assert_array_equal(pipeline["mlp"].history_[name], alone.history_[name])
