"""Parameter searches, distributions for their search spaces, and a splitter for unlabeled data."""

from scipy.stats import loguniform

from sklearn_deep._spaces import (
    hidden_layers,
    int_loguniform,
    one_minus_loguniform,
)
from sklearn_deep.model_selection._batched_search import BatchedRandomizedSearchCV
from sklearn_deep.model_selection._bias_variance_tuner import BiasVarianceTuner
from sklearn_deep.model_selection._labeled_fold import LabeledFold
from sklearn_deep.model_selection._tuner import TunerStep

__all__ = [
    "BatchedRandomizedSearchCV",
    "BiasVarianceTuner",
    "LabeledFold",
    "TunerStep",
    "hidden_layers",
    "int_loguniform",
    "loguniform",
    "one_minus_loguniform",
]
