"""Conversion of a fitted MLP to scikit-learn's MLP, which does not need torch."""

from __future__ import annotations

import copy
from math import inf, isfinite, nan
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.preprocessing import LabelBinarizer
from torch import Tensor, nn

from sklearn_deep._compat.sklearn import give_label_binarizer, give_state_of_fit
from sklearn_deep.activations import ActivationFacts
from sklearn_deep.estimators._parameters import (
    is_auto,
    resolve_optimizer,
    resolve_schedule,
    rule_of_fit,
)
from sklearn_deep.estimators._tasks import Labels
from sklearn_deep.losses import CrossEntropy, Loss, Poisson, SquaredError
from sklearn_deep.optimizers import LBFGS, SGD, Adam, Optimizer
from sklearn_deep.schedules import Plateau


def check_expressible(estimator: Any, kind: Any) -> None:
    """Raise an error if scikit-learn's MLP cannot make the same predictions.

    Raises
    ------
    ValueError
        If the network has an activation, normalization or loss that scikit-learn's MLP does not support.
    """
    obstacles = [*_obstacles_in_network(estimator), *_obstacles_in_loss(estimator, kind)]
    if obstacles:
        raise ValueError(
            f"{type(estimator).__name__}.to_sklearn cannot convert {' and '.join(obstacles)}: "
            "scikit-learn's MLP only supports the activations 'identity', 'logistic', 'tanh' and 'relu', "
            "no normalization, and its own losses. Train a network with these, or do not convert it."
        )


def _obstacles_in_network(estimator: Any) -> list[str]:
    blocks = _blocks(estimator)
    obstacles = []
    if any(ActivationFacts(block.activation).sklearn_name is None for block in blocks):
        obstacles.append(f"activation={estimator.activation!r}")
    normalizations = [b.normalization for b in blocks if b.normalization is not None]
    if normalizations:
        name = "batch" if isinstance(normalizations[0], nn.BatchNorm1d) else "layer"
        obstacles.append(f"normalization={name!r}")
    return obstacles


def _obstacles_in_loss(estimator: Any, kind: Any) -> list[str]:
    loss = _loss(estimator)
    if type(loss) not in (CrossEntropy, SquaredError, Poisson):
        return [f"loss={estimator.loss!r}"]
    if isinstance(loss, Poisson) and "loss" not in kind().get_params():
        return [f"loss={estimator.loss!r} (available since scikit-learn 1.7)"]
    return []


def _loss(estimator: Any) -> Loss:
    loss: Loss = estimator._hosted.settings.loss
    return loss


def _blocks(estimator: Any) -> list[Any]:
    """Return the hidden layers of a fitted network."""
    return list(_network(estimator).hidden)


def _network(estimator: Any) -> Any:
    # Not module_, which the user may have changed.
    return estimator._fitted_network.own_predictor


def parameters_for(estimator: Any) -> dict[str, Any]:
    """Return parameters of scikit-learn's MLP; those without a counterpart keep their defaults."""
    owner = type(estimator).__name__
    layers = _linear_layers(estimator)
    given = None if is_auto(estimator.schedule) else estimator.schedule
    schedule = resolve_schedule(given, owner=owner)
    optimizer = resolve_optimizer(estimator.optimizer, owner=owner)
    is_adaptive = isinstance(schedule, Plateau) and isinstance(optimizer, SGD)
    return {
        "hidden_layer_sizes": tuple(len(layer.bias) for layer in layers[:-1]),
        "activation": next(
            (ActivationFacts(block.activation).sklearn_name for block in _blocks(estimator)), "relu"
        ),
        "alpha": _alpha(estimator),
        "batch_size": _batch_size(estimator, optimizer),
        "learning_rate": "adaptive" if is_adaptive else "constant",
        "learning_rate_init": estimator.learning_rate,
        "max_iter": estimator.max_epochs,
        "random_state": copy.deepcopy(estimator.random_state),
        "verbose": estimator.verbose,
        "warm_start": estimator.warm_start,
        "validation_fraction": estimator.validation_fraction,
        **({"loss": "poisson"} if isinstance(_loss(estimator), Poisson) else {}),
        **_solver(optimizer),
        **_stopping_parameters(estimator),
        **(_waiting(schedule) if is_adaptive else {}),
    }


def _batch_size(estimator: Any, optimizer: Optimizer) -> int | str:
    """Return the batch size; "auto" means 200 in scikit-learn, and all samples for lbfgs."""
    size = estimator.batch_size
    if size == "auto" and not isinstance(optimizer, LBFGS):
        size = estimator._hosted.settings.batch_size
    return "auto" if size in ("auto", 200) else int(size)


def _alpha(estimator: Any) -> float:
    """Return λ times the batch size; 0 if λ differs between layers or is decoupled."""
    strengths = np.unique(np.atleast_1d(estimator.weight_decay))
    optimizer = resolve_optimizer(estimator.optimizer, owner=type(estimator).__name__)
    if len(strengths) > 1 or optimizer.decoupled_weight_decay:
        return 0.0
    return float(strengths[0]) * int(estimator._hosted.settings.batch_size)


def _solver(optimizer: Optimizer) -> dict[str, Any]:
    if isinstance(optimizer, LBFGS):
        return {"solver": "lbfgs"}
    if isinstance(optimizer, SGD):
        return {
            "solver": "sgd",
            "momentum": optimizer.momentum,
            "nesterovs_momentum": optimizer.nesterov,
        }
    names = ("beta_1", "beta_2", "epsilon") if isinstance(optimizer, Adam) else ()
    return {"solver": "adam", **{name: getattr(optimizer, name) for name in names}}


def _stopping_parameters(estimator: Any) -> dict[str, Any]:
    rule = rule_of_fit(estimator)
    by_score = rule is not None and rule.monitored.startswith("val_")
    if rule is None or not (by_score or rule.monitored == "loss"):
        return {"n_iter_no_change": inf}
    unit = abs(estimator.history_[rule.monitored][0]) if rule.relative else 1.0
    return {"early_stopping": by_score, **_waiting(rule), "tol": float(rule.min_delta * unit)}


def _waiting(rule: Any) -> dict[str, Any]:
    """Return the tolerance and patience of a stopping rule or ``Plateau``."""
    # Scikit-learn waits for n_iter_no_change epochs, and stops after the next one.
    return {"tol": rule.min_delta, "n_iter_no_change": max(rule.patience - 1, 1)}


def _binarizer_of(labels: Labels) -> LabelBinarizer:
    """Return the binarizer that converts labels to targets in scikit-learn's MLP."""
    n_classes = len(labels.classes)
    return LabelBinarizer().fit(
        np.eye(n_classes, dtype=int) if labels.multilabel else labels.classes
    )


def give_fit(estimator: Any, mlp: Any) -> None:
    """Set the fitted attributes of scikit-learn's MLP, including private ones for its ``partial_fit``.

    Parameters
    ----------
    estimator : fitted MLPClassifier or MLPRegressor
    mlp : MLP of scikit-learn
        Already has the parameters of ``estimator``.
    """
    layers = _linear_layers(estimator)
    mlp.coefs_ = [_array(layer.weight.T) for layer in layers]
    mlp.intercepts_ = [_array(layer.bias) for layer in layers]
    if is_classifier(estimator):
        give_label_binarizer(mlp, _binarizer_of(estimator._labels))
    _fold_target_scale(estimator, mlp)
    give_state_of_fit(mlp)
    mlp.n_features_in_ = estimator.n_features_in_
    if hasattr(estimator, "feature_names_in_"):
        mlp.feature_names_in_ = estimator.feature_names_in_.copy()
    mlp.n_layers_ = len(layers) + 1
    mlp.n_outputs_ = len(mlp.intercepts_[-1])
    mlp.out_activation_ = _out_activation(_loss(estimator))
    mlp.n_iter_ = estimator.n_epochs_
    mlp.t_ = 0
    losses = estimator.history_["loss"].tolist()
    mlp.loss_ = losses[-1] if losses else nan
    if mlp.solver != "lbfgs":
        mlp.t_ = estimator._n_rows_seen
        _give_curves(estimator, mlp, losses)


def _fold_target_scale(estimator: Any, mlp: Any) -> None:
    """Include the target scale in the last layer; for Poisson, its logarithm is added to the intercept."""
    scale = estimator._hosted.settings.target_scale
    if scale is None:
        return
    coef, intercept = mlp.coefs_[-1], mlp.intercepts_[-1]
    if isinstance(_loss(estimator), Poisson):
        mlp.intercepts_[-1] = _as_exact_as_needed(intercept + np.log(scale.scale), 1.0, coef.dtype)
        return
    largest = np.abs(coef).max(0) * scale.scale
    shifted = intercept * scale.scale + scale.shift
    mlp.coefs_[-1] = _as_exact_as_needed(coef * scale.scale, largest, coef.dtype)
    mlp.intercepts_[-1] = _as_exact_as_needed(shifted, scale.scale, coef.dtype)


def _as_exact_as_needed(values: np.ndarray, unit: Any, dtype: Any) -> np.ndarray:
    """Return values in a dtype if rounding errors are at most a millionth of ``unit``, else in float64."""
    with np.errstate(over="ignore"):
        rounded: np.ndarray = values.astype(dtype)
    return rounded if (np.abs(rounded - values) <= 1e-6 * unit).all() else values


def _give_curves(estimator: Any, mlp: Any, losses: list[float]) -> None:
    """Set the curves of a stochastic fit and the best loss or, with early stopping, the best score."""
    scores = estimator.history_.get(f"val_{estimator._metric}", np.empty(0)).tolist()
    stopped_by_score = mlp.early_stopping
    mlp.loss_curve_ = losses
    mlp.best_loss_ = None if stopped_by_score else min(filter(isfinite, losses), default=inf)
    mlp.validation_scores_ = scores if stopped_by_score else None
    best_score = max(filter(isfinite, scores), default=-inf)
    mlp.best_validation_score_ = best_score if stopped_by_score else None


def _out_activation(loss: Loss) -> str:
    if isinstance(loss, CrossEntropy):
        return "logistic" if loss.binary else "softmax"
    return "exp" if isinstance(loss, Poisson) else "identity"


def _linear_layers(estimator: Any) -> list[nn.Linear]:
    network = _network(estimator)
    return [*(block.linear for block in network.hidden), network.output]


def _array(tensor: Tensor) -> np.ndarray:
    return np.array(tensor.detach().cpu().numpy(), order="C")
