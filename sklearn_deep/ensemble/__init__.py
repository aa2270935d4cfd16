"""Ensembles of networks that are trained together."""

from sklearn_deep.ensemble._deep_ensemble_classifier import DeepEnsembleClassifier
from sklearn_deep.ensemble._deep_ensemble_regressor import DeepEnsembleRegressor

__all__ = ["DeepEnsembleClassifier", "DeepEnsembleRegressor"]
