"""Scores that skorch's ``EpochScoring`` callbacks record, and that early stopping may monitor."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from skorch import NeuralNet
from skorch.callbacks import EpochScoring

from sklearn_deep._shared import larger_is_better
from sklearn_deep.training import Training


def scorings(callbacks: Sequence[Any] | None) -> dict[str, EpochScoring]:
    """Return the scoring callbacks in ``net_callbacks`` by the name that they record."""
    instances = [one[1] if isinstance(one, list | tuple) else one for one in callbacks or []]
    found = [one for one in instances if isinstance(one, EpochScoring)]
    # Copies, because skorch initializes the callbacks themselves at the start of the fit.
    return {copy.copy(one).initialize().name_: one for one in found}


def hand_over(net: NeuralNet, training: Training) -> None:
    """Pass the scores that callbacks recorded at the end of an epoch to the training."""
    found, epoch = scorings(net.callbacks), net.history[-1]
    scores = {name: float(epoch[name]) for name in found if epoch.get(name) is not None}
    rule = training.plans[0].stopping
    name = "" if rule is None else rule.monitored
    is_theirs = name in scores and name not in training.members[0].epochs[-1]
    monitored = as_monitored(name, found[name], scores[name]) if is_theirs else None
    training.take_scores(scores, monitored)


def as_monitored(name: str, scoring: EpochScoring, value: Any) -> Any:
    """Return scores with the sign that a stopping rule expects, which infers the direction from the name."""
    return value if larger_is_better(name) is not scoring.lower_is_better else -value


def check_direction(name: str, scoring: EpochScoring, *, owner: str) -> None:
    """Raise an error if it is unknown whether larger values of a monitored score are better.

    Raises
    ------
    ValueError
        If ``lower_is_better`` is None.
    """
    if scoring.lower_is_better is None:
        raise ValueError(
            f"The 'early_stopping' parameter of {owner} monitors {name!r}, whose EpochScoring in "
            "net_callbacks must have lower_is_better=True or False, got None."
        )
