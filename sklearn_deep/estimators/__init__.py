"""The estimators: parameters and data come in, fitted scikit-learn estimators come out."""

from sklearn_deep.estimators._autoencoder_outlier_detector import AutoencoderOutlierDetector
from sklearn_deep.estimators._autoencoder_transformer import AutoencoderTransformer
from sklearn_deep.estimators._base import (
    DIVERGED,
    OUT_OF_TIME,
    UNCONVERGED,
    DeepEstimator,
    PlannedFit,
    begin_fit,
    move_networks,
    network_rows,
    rises_until,
    trains_by_itself,
)
from sklearn_deep.estimators._doubts import OFF_SCALE, OFF_SCALE_SPARSE, off_scale
from sklearn_deep.estimators._joint_ae_classifier import JointAEClassifier
from sklearn_deep.estimators._joint_ae_regressor import JointAERegressor
from sklearn_deep.estimators._mlp_classifier import MLPClassifier
from sklearn_deep.estimators._mlp_regressor import MLPRegressor
from sklearn_deep.estimators._parameters import rule_of_fit
from sklearn_deep.estimators._stored import doubts_of, doubts_to_store

__all__ = [
    "DIVERGED",
    "OFF_SCALE",
    "OFF_SCALE_SPARSE",
    "OUT_OF_TIME",
    "UNCONVERGED",
    "AutoencoderOutlierDetector",
    "AutoencoderTransformer",
    "DeepEstimator",
    "JointAEClassifier",
    "JointAERegressor",
    "MLPClassifier",
    "MLPRegressor",
    "PlannedFit",
    "begin_fit",
    "doubts_of",
    "doubts_to_store",
    "move_networks",
    "network_rows",
    "off_scale",
    "rises_until",
    "rule_of_fit",
    "trains_by_itself",
]
