"""Advice against bias."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sklearn_deep.estimators import DeepEstimator
from sklearn_deep.inspection._bias_variance.training_facts import TrainingFacts, stops_on_validation
from sklearn_deep.inspection._common import COMMON, Advice, Learner, advice, saturates, suits, times
from sklearn_deep.stopping import EarlyStopping

_DEEP = 3
_DEEP_ENOUGH = 5
_WIDTHS = ("hidden_layer_sizes", "encoder_layer_sizes")
_DISTURBANCES = ("dropout", "input_noise", "hidden_noise", "weight_noise", "label_smoothing")


def bias_advice(learner: Learner, facts: TrainingFacts) -> list[Advice]:
    """Return changes that may lower the train error, those with the strongest evidence first."""
    if isinstance(learner.estimator, DeepEstimator):
        return [*_training(learner, facts), *_restraints(learner), *_capacity(learner)]
    found = [
        learner.change("BV111", name, new)
        for name, value in learner.params.items()
        if name in COMMON and (new := COMMON[name].looser(value)) is not None
    ]
    general = advice("BV199", "Try a more flexible model, or more informative features.")
    return [*_more_rounds(learner), *found] or [general]


def _training(learner: Learner, facts: TrainingFacts) -> Iterator[Advice]:
    rate = learner.params["learning_rate"]
    if facts.any_diverged:
        yield learner.change("BV101", "learning_rate", times(0.1)(rate), "Or scale X.")
    yield from _signal(learner)
    if facts.ended_while_falling:
        yield learner.change("BV104", "max_epochs", 2 * learner.params["max_epochs"])
        if not facts.any_diverged:
            yield learner.change("BV105", "learning_rate", times(3)(rate))
    if facts.stopped_early and stops_on_validation(learner):
        yield _patience_advice(learner)


def _signal(learner: Learner) -> Iterator[Advice]:
    activation, init = learner.params["activation"], learner.params["init"]
    if suits(init, activation) is False:
        yield learner.change("BV102", "init", "auto")
    if max(map(len, _sizes_of_layers(learner).values())) >= _DEEP and saturates(activation):
        yield learner.change("BV103", "activation", "relu")


def _patience_advice(learner: Learner) -> Advice:
    rule = learner.params["early_stopping"]
    if isinstance(rule, EarlyStopping):
        longer = max(10, 2 * int(rule.patience))
        return learner.change("BV106", "early_stopping__patience", longer)
    new = EarlyStopping(patience=20, restore_best_weights=True)
    return learner.change("BV106", "early_stopping", new)


def _restraints(learner: Learner) -> Iterator[Advice]:
    weaker = times(0.1)(learner.params["weight_decay"])
    if weaker is not None:
        yield learner.change("BV107", "weight_decay", weaker)
    if learner.params["penalty"] is not None:
        yield learner.change("BV107", "penalty", None)
    for name in _DISTURBANCES:
        less = times(0.5)(learner.params.get(name))
        if less is not None:
            yield learner.change("BV108", name, less)


def _capacity(learner: Learner) -> Iterator[Advice]:
    for name, sizes in _sizes_of_layers(learner).items():
        if sizes:
            yield learner.change("BV109", name, tuple(2 * n for n in sizes))
        if len(sizes) < _DEEP_ENOUGH and not _by_layer(learner):
            yield learner.change("BV110", name, (*sizes, *(sizes[-1:] or (100,))))
    if "n_components" in learner.params:
        yield learner.change("BV109", "n_components", 2 * learner.params["n_components"])


def _by_layer(learner: Learner) -> bool:
    """Return whether a parameter has one value per layer, so that the depth cannot be changed alone."""
    names = ("dropout", "weight_decay", "penalty", "init")
    return any(isinstance(learner.params[name], list | tuple | np.ndarray) for name in names)


def _sizes_of_layers(learner: Learner) -> dict[str, tuple[int, ...]]:
    """Return the widths of hidden layers by the name of their parameter."""
    given = {name: learner.params[name] for name in _WIDTHS if name in learner.params}
    return {name: tuple(map(int, np.atleast_1d(sizes))) for name, sizes in given.items()}


def _more_rounds(learner: Learner) -> Iterator[Advice]:
    """Advise more iterations if all folds reached the limit."""
    limit = learner.params.get("max_iter")
    rounds = [np.max(one.n_iter_) for one in learner.fitted if hasattr(one, "n_iter_")]
    if rounds and isinstance(limit, int) and limit > 0 and min(rounds) >= limit:
        yield learner.change("BV104", "max_iter", 2 * limit)
