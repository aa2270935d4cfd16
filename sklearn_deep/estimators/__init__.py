"""The estimators: parameters and data in, a fitted scikit-learn estimator out."""

from sklearn_deep.estimators._autoencoder_transformer import AutoencoderTransformer
from sklearn_deep.estimators._convergence import DIVERGED, UNCONVERGED
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
from sklearn_deep.estimators._scale import off_scale
from sklearn_deep.estimators._scale_doubt import OFF_SCALE, OFF_SCALE_SPARSE

__all__ = [
    "DIVERGED",
    "OFF_SCALE",
    "OFF_SCALE_SPARSE",
    "UNCONVERGED",
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
    "off_scale",
    "trains_by_itself",
]
