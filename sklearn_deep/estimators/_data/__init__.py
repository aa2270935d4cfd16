"""What a user passes to ``fit``, checked and as tensors.

``rows`` validates samples and sample weights and makes tensors of them; ``request`` carries the
arguments of one call of ``fit`` or ``partial_fit``.
"""

from sklearn_deep.estimators._data.request import Request, Validation
from sklearn_deep.estimators._data.rows import (
    FLOATS,
    Rows,
    check_range,
    checked_weight,
    dense,
    dense_blocks,
    held,
    n_beyond,
    naming,
    of_largest_one,
    of_mean_one,
    split_off,
    to_tensor,
)

__all__ = [
    "FLOATS",
    "Request",
    "Rows",
    "Validation",
    "check_range",
    "checked_weight",
    "dense",
    "dense_blocks",
    "held",
    "n_beyond",
    "naming",
    "of_largest_one",
    "of_mean_one",
    "split_off",
    "to_tensor",
]
