"""The estimators: parameters and data in, a fitted scikit-learn estimator out."""

from sklearn_deep.estimators._mlp_classifier import MLPClassifier
from sklearn_deep.estimators._mlp_regressor import MLPRegressor

__all__ = ["MLPClassifier", "MLPRegressor"]
