"""What the MLP classifier and regressor share."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from sklearn_deep._shared._words import known_names
from sklearn_deep.activations import suitable_init
from sklearn_deep.estimators._deep_estimator import DeepEstimator
from sklearn_deep.estimators._parameters import (
    TRAINING_CONSTRAINTS,
    layer_sizes,
    per_layer,
    resolve_batch_size,
    resolve_device,
)
from sklearn_deep.estimators._plugin_parameters import (
    resolve_augmentation,
    resolve_early_stopping,
    resolve_noise,
    resolve_penalties,
    resolve_schedule,
)
from sklearn_deep.estimators._request import Request, Validation
from sklearn_deep.estimators._rows import Rows, split_off, to_tensor
from sklearn_deep.estimators._trials import try_activation, try_plugins
from sklearn_deep.losses import Loss
from sklearn_deep.networks import MLPArchitecture
from sklearn_deep.noise import Dropout, Noise
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.plugins import resolve
from sklearn_deep.schedules import Constant, Schedule
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import Data, Plan


class BaseMLP(DeepEstimator):
    """Turns the parameters of an MLP into a plan."""

    _parameter_constraints = dict(TRAINING_CONSTRAINTS)
    _metric: str

    hidden_layer_sizes: int | Sequence[int]
    activation: Any
    init: Any
    normalization: str | None
    dropout: float | Sequence[float]
    input_noise: Any
    hidden_noise: Any
    weight_noise: Any
    weight_decay: float | Sequence[float]
    penalty: Any
    augmentation: Any
    optimizer: Any
    learning_rate: float
    schedule: Any
    batch_size: int | str
    max_epochs: int
    early_stopping: Any
    validation_fraction: float
    warm_start: bool
    dtype: str
    device: str

    @abstractmethod
    def _checked(self, request: Request) -> Rows:
        """Return the training rows, y encoded, and set what they say about the estimator."""

    @abstractmethod
    def _checked_validation(self, validation: Validation) -> Rows:
        """Return the validation rows in the encoding of the training rows."""

    @abstractmethod
    def _loss(self) -> Loss:
        """Return the loss."""

    @abstractmethod
    def _targets(self, y: np.ndarray, training: bool) -> np.ndarray:
        """Return encoded y as the loss takes it, ``(n_samples, n_outputs)``."""

    def _class_weight(self, rows: Rows) -> np.ndarray | float:
        """Return the factor of each row's weight in the objective."""
        return 1.0

    def _strata(self, y: np.ndarray) -> np.ndarray | None:
        """Return what a validation split is stratified by."""
        return None

    def _plan(self, request: Request, seed: int) -> Plan:
        owner = type(self).__name__
        optimizer = self._optimizer()
        stopping, schedule = self._stopping(request), self._schedule(optimizer)
        monitors = self._monitors(early_stopping=stopping, schedule=schedule)
        rows, held_out = self._parts(request, monitors, seed)
        loss = self._loss()
        data = self._data(rows, self._class_weight(rows), "X")
        architecture = self._architecture(data)
        n_matrices = len(architecture.sizes) - 1
        plan = Plan(
            architecture=architecture,
            initializer=self._initializer(architecture),
            noise=self._noise(architecture),
            loss=loss,
            weight_decay=self._weight_decay(n_matrices),
            penalties=resolve_penalties(self.penalty, n_matrices, owner=owner),
            augmentation=resolve_augmentation(self.augmentation, data.x.shape[1], owner=owner),
            optimizer=optimizer,
            learning_rate=1.0 if optimizer.full_batch else float(self.learning_rate),
            schedule=schedule,
            stopping=stopping,
            metric=self._metric_name(),
            data=data,
            validation=None if held_out is None else self._data(held_out, 1.0, "X_val"),
            batch_size=resolve_batch_size(self.batch_size, len(rows.y), optimizer, owner=owner),
            max_epochs=int(self.max_epochs),
            seed=seed,
        )
        try_plugins(plan, owner=owner)
        return replace(plan, start=self._start(request, plan))

    def _parts(self, request: Request, monitors: list[str], seed: int) -> tuple[Rows, Rows | None]:
        """Return training and validation rows."""
        owner = type(self).__name__
        rows = self._checked(request)
        held_out = self._validation_rows(request.validation)
        watched = [monitor for monitor in monitors if monitor.startswith("val_")]
        if held_out is not None or not watched:
            return rows, held_out
        if request.partial:
            raise ValueError(
                f"The 'schedule' parameter of {owner} monitors {watched[0]!r}, and partial_fit "
                "has no validation rows. Monitor 'loss', or use fit with warm_start=True."
            )
        strata = self._strata(rows.y)
        return split_off(rows, self.validation_fraction, seed, labels=strata, owner=owner)

    def _stopping(self, request: Request) -> EarlyStopping | None:
        rule = resolve_early_stopping(self.early_stopping, owner=type(self).__name__)
        return None if request.partial else rule

    def _optimizer(self) -> Optimizer:
        owner = type(self).__name__
        optimizer: Optimizer = resolve(
            "optimizers", self.optimizer, argument="optimizer", owner=owner
        )
        return optimizer

    def _schedule(self, optimizer: Optimizer) -> Schedule:
        schedule = resolve_schedule(self.schedule, owner=type(self).__name__)
        # What chooses its own step size has no use for another.
        return Constant() if optimizer.full_batch else schedule

    def _metric_name(self) -> str:
        return self._metric

    def _validation_rows(self, validation: Validation) -> Rows | None:
        owner = type(self).__name__
        if (validation.X is None) != (validation.y is None):
            missing, given = ("y_val", "X_val") if validation.y is None else ("X_val", "y_val")
            raise ValueError(f"{owner}.fit got {given} but no {missing}. Give both, or neither.")
        if validation.X is not None:
            return self._checked_validation(validation)
        if validation.sample_weight is not None:
            raise ValueError(
                f"{owner}.fit got sample_weight_val but no X_val and y_val, whose rows it weights. Give "
                "all three; a validation part that is split off takes its weights from sample_weight."
            )
        return None

    def _monitors(self, **rules: EarlyStopping | Schedule | None) -> list[str]:
        """Return the names in ``history_`` that the rules look at, if they will be there."""
        known = ["loss", self._metric, "val_loss", f"val_{self._metric}"]
        found = []
        for argument, rule in rules.items():
            if rule is None or rule.monitor is None:
                continue
            if rule.monitor not in known:
                raise ValueError(
                    f"The {argument!r} parameter of {type(self).__name__} monitors {rule.monitor!r}, "
                    f"which is not recorded. {known_names(rule.monitor, known)}"
                )
            found.append(rule.monitor)
        return found

    def _data(self, rows: Rows, class_weight: np.ndarray | float, argument: str) -> Data:
        owner, dtype = type(self).__name__, getattr(torch, self.dtype)
        device = resolve_device(self.device, owner=owner)
        part = argument.removeprefix("X")
        values = {
            argument: rows.X,
            f"y{part}": self._targets(rows.y, training=not part),
            f"sample_weight{part}": rows.sample_weight,
            f"sample_weight{part} times class_weight": rows.sample_weight * class_weight,
        }
        x, y, sample_weight, weight = (
            to_tensor(v, dtype, argument=a, owner=owner) for a, v in values.items()
        )
        data = Data(x, y, weight, sample_weight)
        if not data.weight.any():
            raise ValueError(
                f"sample_weight{part} times class_weight of {owner}.fit must be positive for at least "
                f"one row, got zeros (in {self.dtype}). Check which classes have rows of positive weight."
            )
        return Data(*(column.to(device) for column in data))

    def _architecture(self, data: Data) -> MLPArchitecture:
        owner = type(self).__name__
        hidden = layer_sizes(self.hidden_layer_sizes, argument="hidden_layer_sizes", owner=owner)
        activation = resolve("activations", self.activation, argument="activation", owner=owner)
        for width in set(hidden):
            try_activation(activation, width, data.x.dtype, owner=owner)
        sizes = (data.x.shape[1], *hidden, data.y.shape[1])
        return MLPArchitecture(sizes, activation, self.normalization, data.x.dtype)

    def _initializer(self, architecture: MLPArchitecture) -> Any:
        init = suitable_init(architecture.activation) if self.init == "auto" else self.init
        return resolve("initializers", init, argument="init", owner=type(self).__name__)

    def _weight_decay(self, n_matrices: int) -> tuple[float, ...]:
        one_for_all = np.ndim(self.weight_decay) == 0
        return per_layer(
            [self.weight_decay] * n_matrices if one_for_all else self.weight_decay,
            n_matrices,
            argument="weight_decay",
            owner=type(self).__name__,
            below=np.inf,
            what="one for each weight matrix, from the input on",
        )

    def _noise(self, architecture: MLPArchitecture) -> dict[str, Noise]:
        owner, n_hidden = type(self).__name__, len(architecture.hidden_widths)
        given = {
            name: resolve_noise(getattr(self, name), argument=name, owner=owner)
            for name in ("input_noise", "hidden_noise", "weight_noise")
        }
        sites: dict[str, Noise | None] = {"input_noise.0": given["input_noise"]}
        for layer in range(1, n_hidden + 1):
            sites[f"hidden_noise.{layer}"] = given["hidden_noise"]
        for layer in range(n_hidden + 1):
            sites[f"weight_noise.{layer}"] = given["weight_noise"]
        for layer, rate in enumerate(self._dropout_rates(n_hidden)):
            sites[f"dropout.{layer}"] = Dropout(rate) if rate else None
        return {site: noise for site, noise in sites.items() if noise is not None}

    def _dropout_rates(self, n_hidden: int) -> tuple[float, ...]:
        if np.ndim(self.dropout) == 0:
            return (0.0, *[float(self.dropout)] * n_hidden)  # type: ignore[arg-type]
        return per_layer(
            self.dropout,
            n_hidden + 1,
            argument="dropout",
            owner=type(self).__name__,
            below=1,
            what="the input first, then each hidden layer",
        )
