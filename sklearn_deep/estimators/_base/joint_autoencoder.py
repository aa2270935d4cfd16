"""What autoencoders with a head share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from scipy.sparse import issparse
from sklearn.base import is_classifier
from torch import Tensor, nn

from sklearn_deep._compat.sklearn import Interval, StrOptions
from sklearn_deep._shared import Doubt, is_marked, is_unlabeled, of_simple_type
from sklearn_deep.estimators._base.autoencoder import BaseAutoencoder, reconstruction_loss
from sklearn_deep.estimators._data import Request, Rows
from sklearn_deep.losses import Loss
from sklearn_deep.networks import AutoencoderArchitecture


class BaseJointAutoencoder(BaseAutoencoder):
    """Turns the parameters of an autoencoder with a head into a plan."""

    _parameter_constraints = BaseAutoencoder._parameter_constraints | {
        "beta": [Interval(Real, 0, 1, closed="both")],
        "head_layer_sizes": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "head_input": [StrOptions({"code", "reconstruction"})],
    }
    _losses = ("loss", "loss_prediction", "loss_reconstruction")

    beta: float
    head_layer_sizes: int | Sequence[int]
    head_input: str
    unlabeled_value: Any
    reconstruction_loss: Any
    predict: Any

    def _doubts(self, request: Request) -> list[Doubt]:
        owner, doubts = type(self).__name__, super()._doubts(request)
        if self.beta == 0:
            text = (
                f"{owner} with beta=0 trains the autoencoder alone: the head stays as it was drawn, and "
                "its predictions mean nothing. Give beta > 0 to train it."
            )
            doubts.append(Doubt("beta", UserWarning(text)))
        # A part of the rows, as partial_fit is given, may well have no row without label.
        expected = self._expects_unlabeled() and not request.partial
        if expected and not is_unlabeled(request.y, self.unlabeled_value, owner=owner).any():
            text = (
                f"No row of y carries unlabeled_value={self.unlabeled_value!r}: {owner} takes all of "
                f"them as labelled{self._words_for_labels()}. Give the value that marks rows without "
                "label, or leave unlabeled_value out."
            )
            doubts.append(Doubt("unlabeled_value", UserWarning(text)))
        return doubts

    def _words_for_labels(self) -> str:
        """Return what a warning says of the labels that were found."""
        return ""

    def _expects_unlabeled(self) -> bool:
        """Return whether the user said that some rows have no label."""
        return self.unlabeled_value is not None

    def _reconstruction_loss(self) -> Loss:
        owner = type(self).__name__
        return reconstruction_loss(self.reconstruction_loss, "reconstruction_loss", owner=owner)

    def _share_of_predictions(self) -> float:
        return float(self.beta)

    def _architecture(
        self, n_features: int, n_outputs: int, dtype: torch.dtype
    ) -> AutoencoderArchitecture:
        hidden = self._sizes("head_layer_sizes")
        return replace(
            super()._architecture(n_features, n_outputs, dtype),
            head_sizes=(*hidden, n_outputs),
            head_input=self.head_input,
        )

    def _with_labels(self, y: Any, argument: str) -> tuple[Any, np.ndarray]:
        """Return y with some label in the place of the marker, and which rows carry it."""
        owner = type(self).__name__
        values = np.array(y.toarray() if issparse(y) else y)
        if y is None or values.ndim == 0 or not len(values):
            return y, np.zeros(0, dtype=bool)
        unlabeled = is_unlabeled(values, self.unlabeled_value, owner=owner)
        if unlabeled.all():
            raise ValueError(
                f"{owner}.fit needs rows with a label, but all of {argument} is unlabeled_value="
                f"{self.unlabeled_value!r}. For rows without labels use AutoencoderTransformer."
            )
        self._check_labels(values, unlabeled, argument)
        values[unlabeled] = values[~unlabeled][0]
        return (of_simple_type(values) if unlabeled.any() else y), unlabeled

    def _check_labels(self, values: np.ndarray, unlabeled: np.ndarray, argument: str) -> None:
        """Raise where a row has some of its labels, or one is missing that nobody said would be."""
        owner, marker = type(self).__name__, self.unlabeled_value
        in_part = (
            is_marked(values, marker, owner=owner).reshape(len(values), -1).any(1) & ~unlabeled
        )
        # In multilabel targets 0 and 1 are what a label says, too.
        if in_part.any() and not (is_classifier(self) and marker in (0, 1)):
            row = int(in_part.argmax())
            raise ValueError(
                f"{argument} of {owner}.fit must carry unlabeled_value={marker!r} in all columns of a "
                f"row or in none, got {values[row].tolist()!r} in row {row}. Mark the whole row, or "
                "leave it out."
            )
        missing = (
            is_marked(values, np.nan, owner=owner).reshape(len(values), -1).any(1) & ~unlabeled
        )
        if missing.any():
            row = int(missing.argmax())
            raise ValueError(
                f"{argument} of {owner}.fit contains NaN, or another missing value, in row {row}. If "
                "that marks rows without a label, give unlabeled_value=np.nan."
            )

    def _without_marker(self, classes: Any) -> Any:
        """Return the classes that are classes, e.g. of ``np.unique(y)``."""
        known = is_unlabeled(classes, self.unlabeled_value, owner=type(self).__name__)
        return np.asarray(classes)[~known] if known.any() else classes

    def _term_weights(self, rows: Rows, weight: np.ndarray) -> np.ndarray:
        """Return weights in J's two terms ``(n_samples, 2)``: rows without label have none in the first."""
        assert rows.unlabeled is not None
        return np.stack([weight * ~rows.unlabeled, rows.sample_weight], 1)

    def _scored(self, X: Any, y: Any, sample_weight: Any) -> tuple[Any, Any, Any]:
        """Return true labels, predictions and weights of the rows that have a label."""
        rows = ~is_unlabeled(y, self.unlabeled_value, owner=type(self).__name__)
        if not rows.any():
            raise ValueError(
                f"{type(self).__name__}.score needs rows with a label, but all of y is unlabeled_value="
                f"{self.unlabeled_value!r}."
            )
        weight = None if sample_weight is None else np.asarray(sample_weight)[rows]
        true = y[rows] if issparse(y) else of_simple_type(np.asarray(y)[rows])
        return true, self.predict(X)[rows], weight

    def _outputs(self, X: Any) -> np.ndarray:
        def head(module: nn.Module, rows: Tensor) -> Tensor:
            outputs: Tensor = module(rows)[0]
            return outputs

        found: np.ndarray = self._applied(self._new_rows(X), head)
        return found
