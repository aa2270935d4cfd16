"""Validation of samples by scikit-learn, without copying arrays on disk into memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from scipy.sparse import issparse
from sklearn.utils import assert_all_finite
from sklearn.utils.validation import validate_data

from sklearn_deep.training import as_floats

FLOATS = [np.float64, np.float32]
# Sparse samples and samples on disk are read in parts of this many elements.
_BLOCK_ELEMENTS = 2**20


def checked_by_sklearn(estimator: Any, X: Any, *y: Any, reset: bool, **settings: Any) -> Any:
    """Return the result of scikit-learn's ``validate_data``, with X in float32 or float64.

    An array of another type on disk keeps its type, because converting it as a whole needs memory for
    all samples; each part is converted when it is read.

    Raises
    ------
    ValueError, TypeError
        As scikit-learn does.
    """
    settings |= {"accept_sparse": "csr", "reset": reset}
    if not (is_on_disk(X) and X.dtype.kind in "biuf"):
        return validate_data(estimator, X, *y, dtype=FLOATS, **settings)
    # scikit-learn's check copies arrays of some types and orders.
    found = validate_data(estimator, X, *y, dtype=None, ensure_all_finite=False, **settings)
    samples = found[0] if y else found
    # Read in the memory order of the file.
    for block in dense_blocks(samples.T if samples.flags.f_contiguous else samples):
        assert_all_finite(block, estimator_name=type(estimator).__name__, input_name="X")
    return found


def is_on_disk(array: Any) -> bool:
    """Return whether an array is a ``numpy.memmap`` or a view of one."""
    while isinstance(array, np.ndarray):
        if isinstance(array, np.memmap):
            return True
        array = array.base
    return False


def dense_blocks(X: Any) -> Iterator[np.ndarray]:
    """Yield validated samples as dense arrays of floats, one part at a time."""
    n_samples = max(1, _BLOCK_ELEMENTS // X.shape[1])
    for start in range(0, X.shape[0], n_samples):
        part = X[start : start + n_samples]
        yield part.toarray() if issparse(part) else as_floats(np.asarray(part))
