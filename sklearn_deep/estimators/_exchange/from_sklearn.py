"""Conversion of scikit-learn's MLP: its parameters and, if it is fitted, its weights."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from numbers import Integral
from typing import Any

import numpy as np
import torch
from sklearn.base import clone, is_regressor

from sklearn_deep._compat.sklearn import validate_params
from sklearn_deep.estimators._hosting import FittedNetwork, HostedFit, NetSettings
from sklearn_deep.estimators._parameters import resolve_optimizer
from sklearn_deep.estimators._tasks import Labels
from sklearn_deep.initializers import VarianceScaling
from sklearn_deep.losses import Loss
from sklearn_deep.networks import Linear, MLPArchitecture, target_unit
from sklearn_deep.optimizers import LBFGS, SGD, Adam, Optimizer
from sklearn_deep.plugins import resolve
from sklearn_deep.schedules import Plateau
from sklearn_deep.stopping import EarlyStopping

# batch_size="auto" in scikit-learn, unless there are fewer samples.
_AUTO_ROWS = 200


def check_counterpart(mlp: Any, kind: Any, *, owner: str) -> None:
    """Raise an error unless the argument of ``from_sklearn`` is a valid MLP of scikit-learn.

    Raises
    ------
    TypeError
        If it is not an instance of ``kind``.
    ValueError
        If one of its parameters is invalid.
    """
    if not isinstance(mlp, kind):
        got = f"the class {mlp.__name__}" if isinstance(mlp, type) else f"{type(mlp).__name__}"
        raise TypeError(
            f"{owner}.from_sklearn requires an instance of sklearn.neural_network.{kind.__name__}, got "
            f"{got}. {_hint(mlp, kind)}"
        )
    validate_params(mlp)


def _hint(mlp: Any, kind: Any) -> str:
    """Return advice on what to pass instead."""
    if isinstance(mlp, type) and issubclass(mlp, kind):
        return f"Pass an instance, {mlp.__name__}()."
    if hasattr(mlp, "to_sklearn"):
        return "It is already an estimator of this library: use it, or sklearn.base.clone it."
    if hasattr(mlp, "coefs_") or hasattr(mlp, "nesterovs_momentum"):
        return f"Use {'MLPRegressor' if is_regressor(mlp) else 'MLPClassifier'}.from_sklearn."
    if hasattr(mlp, "steps"):
        return "Pass the MLP inside, e.g. pipeline[-1], and replace it by the result."
    if hasattr(mlp, "estimator"):
        return "Pass the MLP inside, its `best_estimator_` or `estimator`."
    return f"Pass, for example, {kind.__name__}()."


def rows_a_step(mlp: Any, n_samples: int | None, *, owner: str) -> int | None:
    """Return the number of samples by which scikit-learn divides alpha; None if it is unknown.

    Raises
    ------
    ValueError
        If ``n_samples`` is not an integer >= 1.
    """
    if n_samples is not None and not (isinstance(n_samples, Integral) and n_samples >= 1):
        raise ValueError(
            f"n_samples of {owner}.from_sklearn must be an integer >= 1 (number of training samples) or "
            f"None, got {n_samples!r}."
        )
    n = _n_training_rows(mlp) if n_samples is None else int(n_samples)
    if mlp.solver == "lbfgs":
        return n
    if mlp.batch_size == "auto":
        return None if n is None else min(_AUTO_ROWS, n)
    return mlp.batch_size if n is None else min(mlp.batch_size, n)


def _n_training_rows(mlp: Any) -> int | None:
    """Return the number of samples per epoch of a fitted MLP; None if it was fitted with lbfgs."""
    if not getattr(mlp, "t_", 0):
        return None
    # Both accumulate over warm starts and calls of partial_fit, unlike n_iter_.
    return round(mlp.t_ / len(mlp.loss_curve_))


def parameters_of(mlp: Any, rows: int | None, *, metric: str, owner: str) -> dict[str, Any]:
    """Return the parameters for the same network and training, as far as there are counterparts.

    Parameters
    ----------
    mlp : MLP of scikit-learn
    rows : int or None
        Samples per batch; None if unknown.
    metric : str
        Name in ``history_`` of the metric that scikit-learn's ``score`` computes.
    owner : str
    """
    _warn(_without_counterpart(mlp, rows), owner)
    given = clone(mlp)  # so that no mutable object is shared
    parameters = {
        "hidden_layer_sizes": given.hidden_layer_sizes,
        "activation": given.activation,
        "init": _init(given.activation),
        "weight_decay": given.alpha / (rows or _AUTO_ROWS),
        "optimizer": _optimizer(given),
        "learning_rate": given.learning_rate_init,
        "schedule": _schedule(given, metric),
        "batch_size": _samples_per_step(given),
        "max_epochs": given.max_iter,
        "early_stopping": _stopping(given, metric),
        "validation_fraction": given.validation_fraction or 0.1,
        "warm_start": given.warm_start,
        "random_state": given.random_state,
        "verbose": given.verbose,
    }
    if is_regressor(mlp):
        parameters |= {"loss": given.loss, "normalize_y": False}
    if hasattr(mlp, "coefs_"):
        parameters["dtype"] = str(mlp.coefs_[0].dtype)
    return parameters


def _warn(notes: Sequence[str], owner: str) -> None:
    if notes:
        warnings.warn(
            f"{owner}.from_sklearn found no exact counterpart of {'; '.join(notes)}. To silence this, "
            "change these parameters of the MLP first.",
            UserWarning,
            stacklevel=4,
        )


def _without_counterpart(mlp: Any, rows: int | None) -> list[str]:
    """Return the parameters that affect training but have no counterpart, and what is done instead."""
    notes = []
    if rows is None and mlp.alpha > 0:
        notes.append(
            f"alpha={mlp.alpha:g} (scikit-learn divides it by the batch size, which is unknown, so "
            f"weight_decay is alpha / {_AUTO_ROWS}; pass n_samples, the number of training samples)"
        )
    if mlp.solver == "lbfgs":
        if mlp.tol != 1e-4:
            notes.append(f"tol={mlp.tol:g} (of the gradient; here the loss must stop decreasing)")
        if mlp.max_fun != 15000:
            notes.append(f"max_fun={mlp.max_fun} (only max_epochs limits the fit)")
        return notes
    if not mlp.shuffle:
        notes.append("shuffle=False (samples are shuffled in each epoch)")
    if mlp.solver == "sgd" and mlp.learning_rate == "invscaling":
        notes.append(
            f"learning_rate='invscaling', power_t={mlp.power_t:g} (the learning rate is constant; "
            "set a schedule)"
        )
    if _adapts(mlp):
        notes.append(
            "learning_rate='adaptive' (the schedule Plateau is similar, but only max_epochs ends "
            "the fit, not a learning rate of 1e-6)"
        )
    return notes


def _adapts(mlp: Any) -> bool:
    return mlp.solver == "sgd" and mlp.learning_rate == "adaptive"


def _init(activation: str) -> Any:
    """Return the initializer with scikit-learn's distribution of weights (its random biases have no counterpart)."""
    # scikit-learn uses U(±sqrt(2 / (fan_in + fan_out))) for the logistic function.
    return (
        VarianceScaling(scale=1 / 3, mode="fan_avg", distribution="uniform")
        if activation == "logistic"
        else "glorot_uniform"
    )


def _optimizer(mlp: Any) -> Optimizer:
    if mlp.solver == "lbfgs":
        return LBFGS()
    if mlp.solver == "adam":
        return Adam(beta_1=mlp.beta_1, beta_2=mlp.beta_2, epsilon=mlp.epsilon)
    # Scikit-learn allows a momentum of 1, which is invalid here.
    momentum = min(mlp.momentum, float(np.nextafter(1.0, 0.0)))
    return SGD(momentum=momentum, nesterov=bool(mlp.nesterovs_momentum and momentum > 0))


def _patience(mlp: Any) -> int | None:
    """Return the patience in epochs; None if training never stops early."""
    # Scikit-learn waits for n_iter_no_change epochs, and stops after the next one.
    return None if np.isinf(mlp.n_iter_no_change) else int(mlp.n_iter_no_change) + 1


def _samples_per_step(mlp: Any) -> int | str:
    if mlp.solver == "lbfgs":
        return "auto"
    return _AUTO_ROWS if mlp.batch_size == "auto" else int(mlp.batch_size)


def _schedule(mlp: Any, metric: str) -> Plateau | None:
    patience = _patience(mlp)
    if not _adapts(mlp) or patience is None:
        return None
    monitor = f"val_{metric}" if mlp.early_stopping else "loss"
    return Plateau(monitor=monitor, factor=0.2, patience=patience, min_delta=mlp.tol)


def _stopping(mlp: Any, metric: str) -> EarlyStopping | str | None:
    if mlp.solver == "lbfgs":
        return "convergence"
    patience = None if _adapts(mlp) else _patience(mlp)
    if mlp.early_stopping:
        # The best weights are restored, even if the rule never stops.
        return EarlyStopping(
            f"val_{metric}",
            min_delta=mlp.tol,
            patience=patience or mlp.max_iter,
            restore_best_weights=True,
        )
    return None if patience is None else EarlyStopping("loss", min_delta=mlp.tol, patience=patience)


def _labels_of(mlp: Any, *, owner: str) -> Labels:
    """Return the labels of a fitted classifier.

    Raises
    ------
    ValueError
        If it was fitted on only one class.
    """
    multilabel = mlp.n_outputs_ > 1 and mlp.out_activation_ == "logistic"
    if len(mlp.classes_) < 2:
        raise ValueError(
            f"{owner}.from_sklearn requires an MLP that was fitted on at least 2 classes, got 1 class: "
            f"{mlp.classes_.tolist()[0]!r}."
        )
    return Labels(mlp.classes_.copy(), multilabel)


def take_fit(estimator: Any, mlp: Any, rows: int | None) -> None:
    """Set the fitted attributes from those of scikit-learn's fit.

    Parameters
    ----------
    estimator : MLPClassifier or MLPRegressor
        Already has the parameters of ``mlp``.
    mlp : fitted MLP of scikit-learn
    rows : int or None
        Samples per batch; None if unknown.
    """
    _take_outputs(estimator, mlp)
    estimator.n_features_in_ = mlp.n_features_in_
    if hasattr(mlp, "feature_names_in_"):
        estimator.feature_names_in_ = mlp.feature_names_in_.copy()
    monitor = f"val_{estimator._metric}"
    estimator.history_ = _history(mlp, monitor)
    estimator.n_epochs_ = len(estimator.history_["loss"])
    estimator.best_epoch_ = _best_epoch(estimator.history_, monitor)
    estimator.diverged_ = False
    estimator._training_state = None
    estimator._n_rows_seen = int(mlp.t_)
    loss = estimator._task(continues=True).loss
    settings = NetSettings(
        loss=loss,
        reconstruction_loss=None,
        beta=1.0,
        optimizer=resolve_optimizer(estimator.optimizer, owner=type(estimator).__name__),
        learning_rate=estimator.learning_rate,
        max_epochs=estimator.max_epochs,
        batch_size=rows or _AUTO_ROWS,
        n_outputs=mlp.n_outputs_,
        target_scale=None,
    )
    estimator._hosted = HostedFit(_fitted_network(mlp, loss), settings, {})


def _take_outputs(estimator: Any, mlp: Any) -> None:
    """Set the fitted attributes that depend on the targets."""
    if is_regressor(mlp):
        estimator.n_outputs_ = mlp.n_outputs_
        estimator._flat_target = mlp.n_outputs_ == 1
        return
    estimator._labels = _labels_of(mlp, owner=type(estimator).__name__)
    estimator.classes_ = estimator._labels.classes


def _history(mlp: Any, monitor: str) -> dict[str, np.ndarray]:
    """Return the history; lbfgs stores only its last loss, and unknown values are NaN."""
    if not mlp.t_:
        losses = np.full(mlp.n_iter_, np.nan)
        losses[-1:] = mlp.loss_
        return {"loss": losses}
    history = {"loss": np.array(mlp.loss_curve_, dtype=np.float64)}
    if mlp.validation_scores_:
        history[monitor] = np.array(mlp.validation_scores_, dtype=np.float64)
    return history


def _best_epoch(history: dict[str, np.ndarray], monitor: str) -> int:
    values = -history[monitor] if monitor in history else history["loss"]
    return int(np.argmin(np.where(np.isfinite(values), values, np.inf))) if len(values) else 0


def _fitted_network(mlp: Any, loss: Loss) -> FittedNetwork:
    coefs, intercepts = mlp.coefs_, mlp.intercepts_
    sizes = (coefs[0].shape[0], *(coef.shape[1] for coef in coefs))
    activation = resolve("activations", mlp.activation, argument="activation", owner="")
    dtype = torch.from_numpy(np.empty(0, coefs[0].dtype)).dtype
    architecture = MLPArchitecture(sizes, activation, None, dtype)
    network = architecture.build().eval()
    layers = [module for module in network.modules() if isinstance(module, Linear)]
    with torch.no_grad():
        for layer, coef, intercept in zip(layers, coefs, intercepts, strict=True):
            # Copies, because weights in a memory map may be read-only, which torch does not support.
            layer.weight.copy_(torch.from_numpy(np.array(coef.T)))
            layer.bias.copy_(torch.from_numpy(np.array(intercept)))
    return FittedNetwork(architecture, {}, network, target_unit(loss, None))
