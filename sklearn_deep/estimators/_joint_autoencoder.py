"""What autoencoders with a head share."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral, Real
from typing import Any

import numpy as np
import torch
from scipy.sparse import issparse
from torch import Tensor, nn

from sklearn_deep._shared._sklearn import Interval, StrOptions
from sklearn_deep._shared._unlabeled import is_unlabeled
from sklearn_deep.estimators._autoencoder import BaseAutoencoder, reconstruction_loss
from sklearn_deep.estimators._request import Request
from sklearn_deep.estimators._rows import Rows
from sklearn_deep.losses import Loss
from sklearn_deep.networks import AutoencoderArchitecture


class BaseJointAutoencoder(BaseAutoencoder):
    """Turns the parameters of an autoencoder with a head into a plan."""

    _parameter_constraints = BaseAutoencoder._parameter_constraints | {
        "beta": [Interval(Real, 0, 1, closed="both")],
        "head_layer_sizes": [Interval(Integral, 1, None, closed="left"), "array-like"],
        "head_input": [StrOptions({"code", "reconstruction"})],
    }

    beta: float
    head_layer_sizes: int | Sequence[int]
    head_input: str
    unlabeled_value: Any
    reconstruction_loss: Any

    def _parts(self, request: Request, monitors: list[str], seed: int) -> tuple[Rows, Rows | None]:
        rows, held_out = super()._parts(request, monitors, seed)
        assert rows.unlabeled is not None
        # A part of the rows, as partial_fit is given, may well have no row without label.
        if self._expects_unlabeled() and not request.partial and not rows.unlabeled.any():
            warnings.warn(
                f"No row of y carries unlabeled_value={self.unlabeled_value!r}: {type(self).__name__} "
                "takes all of them as labelled. Give the value that marks rows without label, or "
                "leave unlabeled_value out.",
                UserWarning,
                stacklevel=7,
            )
        return rows, held_out

    def _expects_unlabeled(self) -> bool:
        """Return whether the user said that some rows have no label."""
        return self.unlabeled_value is not None

    def _reconstruction_loss(self) -> Loss:
        owner = type(self).__name__
        return reconstruction_loss(self.reconstruction_loss, "reconstruction_loss", owner=owner)

    def _share_of_predictions(self) -> float:
        if self.beta == 0:
            warnings.warn(
                f"{type(self).__name__} with beta=0 trains the autoencoder alone: the head stays as it "
                "was drawn, and its predictions mean nothing. Give beta > 0 to train it.",
                UserWarning,
                stacklevel=7,
            )
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

    def _with_labels(self, y: Any) -> tuple[Any, np.ndarray]:
        """Return y with some label in the place of the marker, and which rows carry it."""
        owner = type(self).__name__
        values = np.array(y.toarray() if issparse(y) else y)
        if y is None or values.ndim == 0:
            return y, np.zeros(0, dtype=bool)
        unlabeled = is_unlabeled(values, self.unlabeled_value)
        if unlabeled.all():
            raise ValueError(
                f"{owner}.fit needs rows with a label, but all of y is unlabeled_value="
                f"{self.unlabeled_value!r}. For rows without labels use AutoencoderTransformer."
            )
        values[unlabeled] = values[~unlabeled][0]
        # Labels of a subset may be of a simpler type, as whole numbers beside NaN are.
        return (values if unlabeled.any() else y), unlabeled

    def _term_weights(self, rows: Rows, weight: np.ndarray) -> np.ndarray:
        """Return weights in J's two terms ``(n_samples, 2)``: rows without label have none in the first."""
        assert rows.unlabeled is not None
        return np.stack([weight * ~rows.unlabeled, rows.sample_weight], 1)

    def _outputs(self, X: Any) -> np.ndarray:
        def head(module: nn.Module, rows: Tensor) -> Tensor:
            outputs: Tensor = module(rows)[0]
            return outputs

        found: np.ndarray = self._applied(self._new_rows(X), head)
        return found
