"""Arguments of ``fit``, checked and converted to tensors.

``call`` holds the arguments of one call of ``fit`` or ``partial_fit``; ``checked_by_sklearn`` validates
samples with scikit-learn; ``rows`` checks sample weights and converts arrays to tensors; ``splits`` holds
out validation samples.
"""

from sklearn_deep.estimators._data.call import FitCall, Validation, without_tensor
from sklearn_deep.estimators._data.checked_by_sklearn import (
    FLOATS,
    checked_by_sklearn,
    dense_blocks,
)
from sklearn_deep.estimators._data.rows import (
    Rows,
    check_range,
    checked_weight,
    dense,
    held,
    n_beyond,
    naming,
    of_largest_one,
    of_mean_one,
    to_tensor,
)
from sklearn_deep.estimators._data.splits import ENOUGH, spared, split_off

__all__ = [
    "ENOUGH",
    "FLOATS",
    "FitCall",
    "Rows",
    "Validation",
    "check_range",
    "checked_by_sklearn",
    "checked_weight",
    "dense",
    "dense_blocks",
    "held",
    "n_beyond",
    "naming",
    "of_largest_one",
    "of_mean_one",
    "spared",
    "split_off",
    "to_tensor",
    "without_tensor",
]
