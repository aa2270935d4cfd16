"""Deep networks as ordinary scikit-learn estimators."""

from sklearn_deep._files import load, save, trusted_types
from sklearn_deep._shared import ScaleWarning
from sklearn_deep.estimators import (
    AutoencoderOutlierDetector,
    AutoencoderTransformer,
    JointAEClassifier,
    JointAERegressor,
    MLPClassifier,
    MLPRegressor,
)
from sklearn_deep.preprocessing import tabular_pipeline

__version__ = "0.1.0.dev0"

__all__ = [
    "AutoencoderOutlierDetector",
    "AutoencoderTransformer",
    "JointAEClassifier",
    "JointAERegressor",
    "MLPClassifier",
    "MLPRegressor",
    "ScaleWarning",
    "load",
    "save",
    "tabular_pipeline",
    "trusted_types",
]
