"""How the parameters of an estimator become a plan."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch

from sklearn_deep._shared import MONITORS, Doubt, TargetScale, known_names
from sklearn_deep.estimators._base.estimator import DeepEstimator
from sklearn_deep.estimators._data import (
    Request,
    Rows,
    Validation,
    held,
    of_largest_one,
    of_mean_one,
    split_off,
    to_tensor,
)
from sklearn_deep.estimators._doubts import scale_doubts
from sklearn_deep.estimators._hosting import check_direction, scorings
from sklearn_deep.estimators._parameters import (
    TRAINING_CONSTRAINTS,
    check_normalized_batches,
    layer_sizes,
    per_layer,
    resolve_augmentation,
    resolve_batch_size,
    resolve_device,
    resolve_early_stopping,
    resolve_initializers,
    resolve_noise,
    resolve_penalties,
    resolve_schedule,
    try_activation,
    try_plugins,
)
from sklearn_deep.losses import Loss
from sklearn_deep.noise import Dropout, Noise
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.plugins import resolve
from sklearn_deep.schedules import Constant, Schedule
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training import Data, LazyRows, Plan


class NetworkEstimator(DeepEstimator):
    """Turns the parameters that all networks share into a plan; a subclass says what network it is."""

    _parameter_constraints = dict(TRAINING_CONSTRAINTS)
    _metric: str | None
    _losses: tuple[str, ...] = ("loss",)

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
    net_callbacks: Sequence[Any] | None

    @abstractmethod
    def _checked(self, request: Request) -> Rows:
        """Return the training rows, y encoded, and set what they say about the estimator."""

    @abstractmethod
    def _checked_validation(self, validation: Validation) -> Rows:
        """Return the validation rows in the encoding of the training rows."""

    @abstractmethod
    def _loss(self) -> Loss | None:
        """Return the loss of predictions; None: there are none."""

    @abstractmethod
    def _targets(self, y: np.ndarray, training: bool) -> np.ndarray:
        """Return encoded y as the loss takes it, ``(n_samples, n_outputs)``."""

    @abstractmethod
    def _architecture(self, n_features: int, n_outputs: int, dtype: torch.dtype) -> Any:
        """Return the structure of the network."""

    @abstractmethod
    def _places(self, architecture: Any) -> tuple[list[str], list[str]]:
        """Return where noise may stand: names of hidden layers, and of weight matrices."""

    def _scale_for_target(self, rows: Rows, request: Request) -> TargetScale | None:
        """Return the scale by which targets are normalized for training; None: they are not."""
        return None

    def _reconstruction_loss(self) -> Loss | None:
        """Return the loss of reconstructions; None: there are none."""
        return None

    def _share_of_predictions(self) -> float:
        """Return beta, the share of the loss of predictions in J."""
        return 1.0

    def _held(self, X: Any, part: str) -> np.ndarray | LazyRows:
        """Return checked samples as training holds them; ``part`` is "" or "_val"."""
        return held(X)

    def _term_weights(self, rows: Rows, weight: np.ndarray) -> np.ndarray:
        """Return weights of rows in the terms of J, from those of labelled rows."""
        return weight

    def _with_labels(self, y: Any, argument: str) -> tuple[Any, np.ndarray | None]:
        """Return y with a label in each row, and which rows have none of their own."""
        return y, None

    def _without_marker(self, classes: Any) -> Any:
        """Return classes without what marks rows that have none."""
        return classes

    def _split(self, rows: Rows, seed: int) -> tuple[Rows, Rows]:
        """Split validation rows off."""
        return split_off(
            rows,
            self.validation_fraction,
            seed,
            labels=self._strata(rows.y),
            owner=type(self).__name__,
        )

    def _class_weight(self, rows: Rows, request: Request) -> np.ndarray | float:
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
        target_scale = self._scale_for_target(rows, request)
        if target_scale is not None:
            rows = rows.normalized(target_scale)
            held_out = None if held_out is None else held_out.normalized(target_scale)
        loss = self._loss()
        data = self._data(rows, self._class_weight(rows, request), "X", absolute=request.partial)
        architecture = self._architecture(data.x.shape[1], data.y.shape[1], data.x.dtype)
        penalties, code_penalties = resolve_penalties(
            self.penalty,
            len(architecture.matrices),
            has_code=self._reconstruction_loss() is not None,
            owner=owner,
        )
        plan = Plan(
            architecture=architecture,
            initializers=resolve_initializers(self.init, architecture.matrices, owner=owner),
            noise=self._noise(architecture),
            loss=loss,
            weight_decay=self._weight_decay(len(architecture.matrices)),
            penalties=penalties,
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
            reconstruction_loss=self._reconstruction_loss(),
            beta=self._share_of_predictions(),
            code_penalties=code_penalties,
            target_scale=target_scale,
            doubts=self._scale_doubts(request, rows, held_out),
            places=rows.places,
            validation_places=None if held_out is None else held_out.places,
        )
        method = "partial_fit" if request.partial else "fit"
        check_normalized_batches(plan, self.batch_size, owner=owner, method=method)
        try_plugins(plan, owner=owner)
        return replace(plan, start=self._start(request, plan))

    def _scale_doubts(
        self, request: Request, rows: Rows, held_out: Rows | None
    ) -> tuple[Doubt, ...]:
        """Return whether samples are on a scale to learn from; later ``partial_fit`` calls do not ask."""
        if request.partial and request.goes_on:
            return ()
        # A part that is split off is like the rest.
        given = None if held_out is None or request.validation.X is None else held_out.X
        names = getattr(self, "feature_names_in_", None)
        return scale_doubts(rows.X, given, names, owner=type(self).__name__)

    def _parts(self, request: Request, monitors: list[str], seed: int) -> tuple[Rows, Rows | None]:
        """Return training and validation rows."""
        owner = type(self).__name__
        rows = self._checked(request)
        held_out = self._validation_rows(request.validation)
        watched = [monitor for monitor in monitors if self._looks_at_validation(monitor)]
        if held_out is not None or not watched:
            return rows, held_out
        if request.partial:
            raise ValueError(
                f"The 'schedule' parameter of {owner} monitors {watched[0]!r}, and partial_fit "
                "has no validation rows. Monitor 'loss', or use fit with warm_start=True."
            )
        return self._split(rows, seed)

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

    def _metric_name(self) -> str | None:
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
        names = [*self._losses, *([] if self._metric is None else [self._metric])]
        own, owner = [*names, *(f"val_{name}" for name in names)], type(self).__name__
        scored = scorings(self.net_callbacks)
        found = []
        for argument, rule in rules.items():
            if rule is None or rule.monitor is None:
                continue
            known = [*own, *(scored if argument == "early_stopping" else ())]
            if rule.monitor not in known:
                raise ValueError(
                    f"The {argument!r} parameter of {owner} monitors {rule.monitor!r}, "
                    f"which is not recorded. {known_names(rule.monitor, known, MONITORS)}"
                )
            if rule.monitor not in own:
                check_direction(rule.monitor, scored[rule.monitor], owner=owner)
            found.append(rule.monitor)
        return found

    def _looks_at_validation(self, monitor: str) -> bool:
        """Return whether a monitored value is one of validation samples."""
        scoring = scorings(self.net_callbacks).get(monitor)
        return monitor.startswith("val_") or (scoring is not None and not scoring.on_train)

    def _data(
        self, rows: Rows, class_weight: np.ndarray | float, argument: str, *, absolute: bool = False
    ) -> Data:
        """Return rows as training takes them; ``absolute`` weights are not divided by their mean."""
        owner, dtype = type(self).__name__, getattr(torch, self.dtype)
        device = resolve_device(self.device, owner=owner)
        part = argument.removeprefix("X")
        relative = of_largest_one(rows.sample_weight)
        weight = self._term_weights(
            rows, (rows.sample_weight if absolute else relative) * class_weight
        )
        values = {
            argument: rows.X,
            f"y{part}": self._targets(rows.y, training=not part),
            f"sample_weight{part}": of_largest_one(self._term_weights(rows, relative)),
            f"sample_weight{part} times class_weight": weight if absolute else of_mean_one(weight),
        }
        x, y, sample_weight, weight = (
            to_tensor(v, dtype, argument=a, owner=owner) for a, v in values.items()
        )
        data = Data(x, y, weight, sample_weight)
        # Each term of J is a mean: it wants a row that counts.
        if not data.weight.any(0).all():
            which = "one row with a label" if data.weight.ndim > 1 else "one row"
            raise ValueError(
                f"sample_weight{part} times class_weight of {owner}.fit must be positive for at least "
                f"{which}, got zeros (in {self.dtype}). Check which classes have rows of positive weight."
            )
        return Data(*(column.to(device) for column in data))

    def _sizes(self, argument: str) -> tuple[int, ...]:
        """Return the widths of the hidden layers that a parameter gives."""
        owner = type(self).__name__
        return layer_sizes(getattr(self, argument), argument=argument, owner=owner)

    def _activation(self, argument: str, widths: Sequence[int], dtype: torch.dtype) -> Any:
        """Return the activation that a parameter stands for, tried on the widths it is for."""
        owner = type(self).__name__
        activation = resolve("activations", getattr(self, argument), argument=argument, owner=owner)
        for width in set(widths):
            try_activation(activation, width, dtype, argument=argument, owner=owner)
        return activation

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

    def _noise(self, architecture: Any) -> dict[str, Noise]:
        owner = type(self).__name__
        hidden, matrices = self._places(architecture)
        at_input, in_layers, on_weights = (
            resolve_noise(getattr(self, name), argument=name, owner=owner)
            for name in ("input_noise", "hidden_noise", "weight_noise")
        )
        sites: dict[str, Noise | None] = {"input_noise.0": at_input}
        sites |= {f"hidden_noise.{place}": in_layers for place in hidden}
        sites |= {f"weight_noise.{place}": on_weights for place in matrices}
        for place, rate in zip(["0", *hidden], self._dropout_rates(len(hidden)), strict=True):
            sites[f"dropout.{place}"] = Dropout(rate=rate) if rate else None
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
