"""Advice against variance."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sklearn_deep.estimators import DeepEstimator
from sklearn_deep.inspection._bias_variance.training_facts import stops_on_validation
from sklearn_deep.inspection._common import COMMON, Advice, Learner, advice, times

_MOST_DROPOUT = 0.5
# Methods that return the size of a tree without limit.
_GROWN = {"max_depth": "get_depth", "max_leaf_nodes": "get_n_leaves"}


def variance_advice(learner: Learner) -> list[Advice]:
    """Return changes that may reduce the gap between train and validation error."""
    more = advice("BV201", "Collect more data if possible; this is the most reliable fix.")
    if isinstance(learner.estimator, DeepEstimator):
        return [more, *_of_network(learner)]
    found = [
        learner.change("BV207", name, new)
        for name, value in learner.params.items()
        if name in COMMON
        and (new := COMMON[name].simpler(_grown(learner, name, value))) is not None
    ]
    general = advice(
        "BV299", "Try fewer features, a simpler model, or an average of several models."
    )
    return [more, *(found or [general])]


def _grown(learner: Learner, name: str, value: Any) -> Any:
    """Return the value of a parameter; for a limit that is None, the size of the fitted trees."""
    reached = [getattr(one, _GROWN[name])() for one in learner.fitted if _has_grown(one, name)]
    return max(reached) if value is None and reached else value


def _has_grown(fitted: Any, name: str) -> bool:
    return hasattr(fitted, _GROWN.get(name, ""))


def _of_network(learner: Learner) -> Iterator[Advice]:
    params = learner.params
    stronger = times(10, from_zero=1e-4)(params["weight_decay"])
    if stronger is not None:
        yield learner.change("BV202", "weight_decay", stronger)
    yield from _dropout_advice(learner)
    if params["augmentation"] is None:
        why = 'For images, use "shift" or "rotate_scale".'
        yield learner.change("BV204", "augmentation", "mixup", why)
    if not stops_on_validation(learner):
        yield learner.change("BV205", "early_stopping", True)
    yield from _autoencoder(learner)


def _dropout_advice(learner: Learner) -> Iterator[Advice]:
    present = learner.params["dropout"]
    if np.ndim(present) == 0 and present < _MOST_DROPOUT:
        more = min(_MOST_DROPOUT, round(float(present) + 0.2, 3))
        yield learner.change("BV203", "dropout", more)
    elif np.ndim(present) and max(present) < _MOST_DROPOUT:
        each = tuple(min(_MOST_DROPOUT, round(float(p) + 0.1, 3)) for p in present)
        yield learner.change("BV203", "dropout", each)


def _autoencoder(learner: Learner) -> Iterator[Advice]:
    if "beta" in learner.params:
        less = times(0.5)(learner.params["beta"])
        why = "This gives more weight to the reconstruction, and so to unlabeled samples."
        yield learner.change("BV206", "beta", less, why)
