"""Warnings about samples that are not scaled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import issparse

from sklearn_deep._shared import Doubt, ScaleWarning
from sklearn_deep.estimators._doubts.scale import OffScale, beyond_range, off_scale, some_samples
from sklearn_deep.training import LazyRows

# Kinds of warnings about training samples; a warning only about X_val is a separate kind.
OFF_SCALE = "scale of X"
OFF_SCALE_SPARSE = "scale of sparse X"

# Maximum number of columns to name.
_MOST_NAMES = 3
SILENCE = 'To silence this: warnings.filterwarnings("ignore", category=ScaleWarning).'


def scale_doubts(
    X: np.ndarray | LazyRows, X_val: np.ndarray | LazyRows | None, names: Any, *, owner: str
) -> tuple[Doubt, ...]:
    """Return at most one warning about the scale of samples.

    Parameters
    ----------
    X : ndarray or LazyRows of shape (n_samples, n_features)
        Training samples.
    X_val : ndarray or LazyRows of shape (n_validation, n_features), or None
        Validation samples passed by the user.
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
        f"{owner} got X with columns that are not scaled: {listed(found, names)}. They are used unchanged, "
        f"but networks learn poorly from such columns. Place a StandardScaler before the network: "
        f"make_pipeline({scaler}, {owner}(...))."
    )


def _about_validation(columns: np.ndarray, names: Any, owner: str) -> str:
    if not len(columns):
        return ""
    return (
        f"{owner} got X_val far outside the range of X, in column{_s(columns)} "
        f"{_joined_words([_name(i, names) for i in columns[:_MOST_NAMES]], len(columns))}. Preprocess X_val "
        "like X, for example with the same fitted StandardScaler; a Pipeline does that "
        'with transform_input=["X_val"].'
    )


def listed(found: OffScale, names: Any) -> str:
    """Return the names of columns with their means and standard deviations."""
    moments = zip(found.columns, found.means, found.spreads, strict=True)
    words = [
        f"{_name(i, names)} (mean {mean:.3g}, standard deviation {spread:.3g})"
        for i, mean, spread in list(moments)[:_MOST_NAMES]
    ]
    return _joined_words(words, len(found.columns))


def _joined_words(words: Sequence[str], n_all: int) -> str:
    """Return words separated by commas, and the number of further ones."""
    more = n_all - len(words)
    return f"{', '.join(words)} and {more} more" if more else ", ".join(words)


def _name(column: int, names: Any) -> str:
    return str(int(column)) if names is None else repr(str(names[column]))


def _s(columns: np.ndarray) -> str:
    return "s" * (len(columns) > 1)
