"""The estimators: parameters and data in, a fitted scikit-learn estimator out."""

from sklearn_deep.estimators._autoencoder_transformer import AutoencoderTransformer
from sklearn_deep.estimators._deep_estimator import DeepEstimator
from sklearn_deep.estimators._joint_ae_classifier import JointAEClassifier
from sklearn_deep.estimators._joint_ae_regressor import JointAERegressor
from sklearn_deep.estimators._mlp_classifier import MLPClassifier
from sklearn_deep.estimators._mlp_regressor import MLPRegressor
from sklearn_deep.estimators._network_rows import network_rows
from sklearn_deep.estimators._planned_fit import (
    PlannedFit,
    begin_fit,
    move_networks,
    trains_by_itself,
)

__all__ = [
    "AutoencoderTransformer",
    "DeepEstimator",
    "JointAEClassifier",
    "JointAERegressor",
    "MLPClassifier",
    "MLPRegressor",
    "PlannedFit",
    "begin_fit",
    "move_networks",
    "network_rows",
    "trains_by_itself",
]
