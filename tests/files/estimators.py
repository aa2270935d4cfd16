"""Fitted estimators with every kind of part, to be saved in files."""

import warnings

import numpy as np
from sklearn import config_context
from sklearn.compose import TransformedTargetRegressor
from sklearn.metrics import make_scorer, mean_pinball_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deep import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
    tabular_pipeline,
)
from sklearn_deep.ensemble import DeepEnsembleClassifier, DeepEnsembleRegressor
from sklearn_deep.model_selection import (
    BatchedRandomizedSearchCV,
    BiasVarianceTuner,
    hidden_layers,
    int_loguniform,
    loguniform,
    one_minus_loguniform,
)
from sklearn_deep.optimizers import Adam
from sklearn_deep.preprocessing import PiecewiseLinearEncoder
from sklearn_deep.stopping import EarlyStopping

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 4))
CLASSES = np.array(["a", "b", "c"])[np.arange(60) % 3]
LABELS = (rng.random(size=(60, 3)) < 0.5).astype(int)
NUMBERS = 100 + 30 * X[:, 0] + rng.normal(size=60)
FAST = {"max_epochs": 2, "batch_size": 16, "random_state": 0}
MLP = MLPClassifier((4,), **FAST)
REGRESSOR = MLPRegressor((4,), **FAST)
with config_context(enable_metadata_routing=True):
    ROUTED = MLPClassifier((4,), **FAST).set_fit_request(sample_weight=True)
SPACE = {
    "learning_rate": loguniform(1e-3, 1e-1),
    "hidden_layer_sizes": hidden_layers((1, 2), (2, 4)),
    "optimizer__beta_1": one_minus_loguniform(0.5, 0.99),
    "batch_size": int_loguniform(8, 16),
}


def search(**params):
    """Return a search of two candidates."""
    numbers = {"n_iter": 2, "cv": StratifiedKFold(2), "random_state": 0}
    return BatchedRandomizedSearchCV(
        MLPClassifier((4,), optimizer=Adam(), **FAST), SPACE, **numbers | params
    )


# By name: an unfitted estimator and its target.
ESTIMATORS = {
    "classifier": (MLP, CLASSES),
    "labels": (MLP, LABELS),
    "regressor": (REGRESSOR, NUMBERS),
    "two_outputs": (REGRESSOR, np.stack([NUMBERS, -NUMBERS], 1)),
    "float64": (MLPRegressor((4,), dtype="float64", **FAST), NUMBERS),
    "normalization": (MLPClassifier((4,), normalization="batch", dropout=0.2, **FAST), CLASSES),
    "autoencoder": (
        AutoencoderTransformer(2, encoder_layer_sizes=(3,), tied_weights=True, **FAST),
        None,
    ),
    "outliers": (AutoencoderOutlierDetector(2, contamination=0.1, **FAST), None),
    "joint_classifier": (JointAEClassifier(2, **FAST), CLASSES),
    "joint_regressor": (JointAERegressor(2, **FAST), NUMBERS),
    "pipeline": (make_pipeline(StandardScaler(), MLP), CLASSES),
    "routed": (make_pipeline(StandardScaler(), ROUTED), CLASSES),
    "target": (TransformedTargetRegressor(REGRESSOR, transformer=StandardScaler()), NUMBERS),
    "ensemble": (DeepEnsembleClassifier(MLP, 2, random_state=0), CLASSES),
    "ensemble_of_folds": (
        DeepEnsembleRegressor(REGRESSOR, 2, resampling="folds", random_state=0),
        NUMBERS,
    ),
    "search": (search(), CLASSES),
    "search_with_ensemble": (search(ensemble_size=2, predict_with="ensemble"), CLASSES),
    "search_of_scores": (search(scoring=["accuracy", "neg_log_loss"], refit="accuracy"), CLASSES),
    "search_of_one_score": (search(scoring="f1_macro"), CLASSES),
    "tuner": (BiasVarianceTuner(MLP, max_fits=20, cv=2, random_state=0), CLASSES),
    "encoder": (PiecewiseLinearEncoder(n_bins=3, min_distinct=3), None),
    "table": (tabular_pipeline(DeepEnsembleRegressor(REGRESSOR, 2, random_state=0)), NUMBERS),
    "scorer": (
        MLPRegressor(
            (4,),
            early_stopping=EarlyStopping(make_scorer(mean_pinball_loss, greater_is_better=False)),
            **FAST,
        ),
        NUMBERS,
    ),
}


def fitted(name):
    """Return a fitted estimator of ``ESTIMATORS``."""
    from sklearn.base import clone

    estimator, y = ESTIMATORS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return clone(estimator).fit(X, y)


def outputs(estimator):
    """Return the results of all methods of an estimator on X, by method."""
    methods = ("predict", "predict_proba", "decision_function", "transform", "score_samples")
    found = {m: getattr(estimator, m)(X) for m in methods if hasattr(estimator, m)}
    assert found
    return {m: v.toarray() if hasattr(v, "toarray") else np.asarray(v) for m, v in found.items()}
