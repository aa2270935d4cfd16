"""Searches, the distributions that they draw from, and splitting data for them."""

from scipy.stats import loguniform

from sklearn_deep.model_selection._batched_search import BatchedRandomizedSearchCV
from sklearn_deep.model_selection._bias_variance_tuner import BiasVarianceTuner
from sklearn_deep.model_selection._hidden_layers import hidden_layers
from sklearn_deep.model_selection._int_loguniform import int_loguniform
from sklearn_deep.model_selection._labeled_fold import LabeledFold
from sklearn_deep.model_selection._one_minus_loguniform import one_minus_loguniform
from sklearn_deep.model_selection._tuner_steps import TunerStep

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
