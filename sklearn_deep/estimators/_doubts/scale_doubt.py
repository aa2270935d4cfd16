"""What a user is told of samples that are off scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse

from sklearn_deep._shared import Doubt, ScaleWarning
from sklearn_deep.estimators._doubts.scale import OffScale, beyond_range, off_scale, some_samples
from sklearn_deep.training import LazyRows

# Kinds of doubts about training samples; those about X_val alone are another.
OFF_SCALE = "scale of X"
OFF_SCALE_SPARSE = "scale of sparse X"

# Columns named, at most.
_MOST_NAMES = 3
SILENCE = 'To silence this: warnings.filterwarnings("ignore", category=ScaleWarning).'


def scale_doubts(
    X: np.ndarray | LazyRows, X_val: np.ndarray | LazyRows | None, names: Any, *, owner: str
) -> tuple[Doubt, ...]:
    """Return at most one doubt about the scale of samples.

    Parameters
    ----------
    X : ndarray or LazyRows of shape (n_samples, n_features)
        Training samples.
    X_val : ndarray or LazyRows of shape (n_validation, n_features), or None
        Validation samples that the user gave.
    names : sequence of str or None
        Names of the features, if they have any.
    owner : str
        Class of the estimator.
    """
    training = some_samples(X)
    found = {"X": _about_training(training, names, owner)}
    if X_val is not None:
        columns = beyond_range(some_samples(X_val), training)
        found["X_val"] = _about_validation(columns, names, owner)
    texts = {argument: text for argument, text in found.items() if text}
    if not texts:
        return ()
    message = " ".join([*texts.values(), SILENCE])
    of_training = OFF_SCALE_SPARSE if issparse(training) else OFF_SCALE
    kind = of_training if "X" in texts else "scale of X_val"
    return (Doubt(kind, ScaleWarning(message)),)


def _about_training(X: Any, names: Any, owner: str) -> str:
    found = off_scale(X)
    if not len(found.columns):
        return ""
    scaler = "StandardScaler(with_mean=False)" if issparse(X) else "StandardScaler()"
    return (
        f"{owner} got X with columns that are off scale: {listed(found, names)}. Networks learn badly "
        f"from such columns; they are used as they are. Put a StandardScaler before the network: "
        f"make_pipeline({scaler}, {owner}(...))."
    )


def _about_validation(columns: np.ndarray, names: Any, owner: str) -> str:
    if not len(columns):
        return ""
    return (
        f"{owner} got X_val far outside the range of X, in column{_s(columns)} "
        f"{_joined_words([_name(i, names) for i in columns[:_MOST_NAMES]], len(columns))}. Give X_val "
        "preprocessed as X is, with the same fitted StandardScaler for example; a Pipeline does that "
        'with transform_input=["X_val"].'
    )


def listed(found: OffScale, names: Any) -> str:
    """Return names of columns with what is off scale about them."""
    moments = zip(found.columns, found.means, found.spreads, strict=True)
    words = [
        f"{_name(i, names)} (mean {mean:.3g}, standard deviation {spread:.3g})"
        for i, mean, spread in list(moments)[:_MOST_NAMES]
    ]
    return _joined_words(words, len(found.columns))


def _joined_words(words: Sequence[str], n_all: int) -> str:
    """Return words with commas, and how many more there are."""
    more = n_all - len(words)
    return f"{', '.join(words)} and {more} more" if more else ", ".join(words)


def _name(column: int, names: Any) -> str:
    return str(int(column)) if names is None else repr(str(names[column]))


def _s(columns: np.ndarray) -> str:
    return "s" * (len(columns) > 1)
