"""Searches, the distributions that they draw from, and splitting data for them."""

from scipy.stats import loguniform

from sklearn_deep.model_selection._batched_search import BatchedRandomizedSearchCV
from sklearn_deep.model_selection._hidden_layers import hidden_layers
from sklearn_deep.model_selection._int_loguniform import int_loguniform
from sklearn_deep.model_selection._labeled_fold import LabeledFold
from sklearn_deep.model_selection._one_minus_loguniform import one_minus_loguniform

__all__ = [
    "BatchedRandomizedSearchCV",
    "LabeledFold",
    "hidden_layers",
    "int_loguniform",
    "loguniform",
    "one_minus_loguniform",
]
