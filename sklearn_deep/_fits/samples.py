"""Arrays that many fits share; in-place changes by one fit must not affect another."""

from __future__ import annotations

import copy
from numbers import Number
from typing import Any

import numpy as np
from scipy.sparse import issparse

from sklearn_deep._compat.sklearn import check_method_params
from sklearn_deep._equality import Key


class Samples:
    """An array, or some of its samples, of which each fit gets its own copy.

    Other arguments of a fit, such as a callback, are passed on unchanged.

    Parameters
    ----------
    source : object
        The array, which is never modified.
    key : Key
        Identifies the values.
    index : array-like, optional
        Indices of the samples; None means all.
    pairwise : bool, default=False
        Whether the source is a matrix with a row and a column for each sample.

    Attributes
    ----------
    is_watched : bool
        Whether in-place changes by a fit to its copy are read afterward.
    is_written : bool
        Whether a fit has modified its copy in place.
    """

    def __init__(self, source: Any, key: Key, index: Any = None, pairwise: bool = False) -> None:
        self.source, self.key, self.index, self.pairwise = source, key, index, pairwise
        self.is_watched = True
        self.is_written = False

    def again(self) -> Samples:
        """Return the same samples for a further fit."""
        return Samples(self.source, self.key, self.index, self.pairwise)

    def copy(self) -> Any:
        """Return a copy of the values, which may be modified."""
        if self.index is None:
            return copy.deepcopy(self.source) if _is_array(self.source) else self.source
        taken = self._taken()
        return copy.deepcopy(taken) if _holds_arrays(taken) else taken

    def read(self) -> Any:
        """Return the values, which must not be modified."""
        return self.source if self.index is None else self._taken()

    def _taken(self) -> Any:
        if self.pairwise:
            return self.source[np.ix_(self.index, self.index)]
        return taken(self.source, self.index)

    def let_go(self) -> None:
        """Release the values if they are not read afterward."""
        if not self.is_watched:
            self.source = None

    def became(self, values: Any, key: Key) -> None:
        """Replace the values by those that a fit has modified in place, for later steps of the same fit."""
        self.source, self.key, self.index = values, key, None
        self.is_written = True

    def is_unlike(self, values: Any) -> bool:
        """Return whether a copy was modified."""
        before = self.read()
        if values is before:
            return False
        if type(values) is np.ndarray and not values.dtype.hasobject:
            numeric = values.dtype.kind in "fc"
            return not np.array_equal(values, before, equal_nan=numeric)
        return Key(values) != Key(before)

    def __getstate__(self) -> dict[str, Any]:
        # Workers do not use keys.
        return vars(self) | {"key": None}


def taken(array: Any, index: Any) -> Any:
    """Return a copy of some samples of an array-like, indexed as by scikit-learn."""
    return check_method_params(array, params={"array": array}, indices=index)["array"]


def overwrite(array: Any, values: Any) -> None:
    """Write the values into an array-like, as a fit has done; None means no change."""
    if values is None:
        return
    if issparse(array):
        array.data, array.indices, array.indptr = values.data, values.indices, values.indptr
    elif hasattr(array, "columns") and hasattr(array, "iloc"):
        for name in [name for name in array if name not in values]:
            del array[name]
        for name in values:
            array[name] = values[name]
    else:
        array[:] = values


def _is_array(value: Any) -> bool:
    return hasattr(value, "shape") or hasattr(value, "__array__") or isinstance(value, list)


def _holds_arrays(values: Any) -> bool:
    """Return whether the elements are objects that can be modified."""
    if issparse(values) or not (isinstance(values, list) or _is_of_objects(values)):
        return False
    elements = values if isinstance(values, list) else values.ravel()
    return not all(isinstance(element, str | bytes | Number | None) for element in elements)


def _is_of_objects(values: Any) -> bool:
    return isinstance(values, np.ndarray) and values.dtype.hasobject
