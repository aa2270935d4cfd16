"""What the autoencoders share: how their parameters become a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np
import torch
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from sklearn_deep._compat.sklearn import Interval, check_feature_names_in
from sklearn_deep._shared import Doubt
from sklearn_deep.estimators._base.planning import NetworkEstimator
from sklearn_deep.estimators._data import FLOATS, Request, clipped, dense_blocks, n_beyond
from sklearn_deep.estimators._parameters import of_task, range_of
from sklearn_deep.estimators._tasks import Encoding
from sklearn_deep.losses import BinaryCrossEntropy, Loss, SquaredError
from sklearn_deep.networks import AutoencoderArchitecture
from sklearn_deep.plugins import resolve
from sklearn_deep.training import LazyRows

_SIZES = [Interval(Integral, 1, None, closed="left"), "array-like"]


class BaseAutoencoder(Encoding, NetworkEstimator):
    """Turns the parameters of an autoencoder into a plan."""

    _parameter_constraints = NetworkEstimator._parameter_constraints | {
        "n_components": [Interval(Integral, 1, None, closed="left")],
        "encoder_layer_sizes": _SIZES,
        "decoder_layer_sizes": [*_SIZES, None],
        "tied_weights": ["boolean"],
    }
    _metric: str | None = None

    encoder_layer_sizes: int | Sequence[int]
    decoder_layer_sizes: int | Sequence[int] | None
    output: str
    code_activation: Any
    output_activation: Any
    tied_weights: bool
    loss: Any

    def _reconstruction_loss(self) -> Loss:
        return reconstruction_loss(self.loss, "loss", owner=type(self).__name__)

    def _held(self, X: Any, part: str) -> np.ndarray | LazyRows:
        """Return checked samples in the range of the loss, whose targets they are."""
        loss = self._reconstruction_loss()
        has_check = type(loss).check_target is not Loss.check_target
        for block in dense_blocks(X) if has_check and not part else ():
            loss.check_target(block, argument="X", owner=type(self).__name__)
        return clipped(X, *loss.target_range)

    def _doubts(self, request: Request) -> list[Doubt]:
        X_val, doubts = request.validation.X, super()._doubts(request)
        if X_val is None:
            return doubts
        low, high = self._reconstruction_loss().target_range
        X_val = validate_data(self, X_val, dtype=FLOATS, accept_sparse="csr", reset=False)
        n_outside = n_beyond(X_val, low, high)
        if n_outside:
            text = (
                f"{n_outside} of {X_val.shape[0] * X_val.shape[1]} values of X_val of "
                f"{type(self).__name__}.fit are outside [{low:g}, {high:g}], the range of the "
                "reconstruction loss, and were clipped. A scaler that is fitted on X alone leaves "
                "such values; use MinMaxScaler(clip=True) to clip them there and silence this warning."
            )
            doubts.append(Doubt("clipped X_val", UserWarning(text)))
        return doubts

    def _architecture(
        self, n_features: int, n_outputs: int, dtype: torch.dtype
    ) -> AutoencoderArchitecture:
        owner = type(self).__name__
        hidden = self._sizes("encoder_layer_sizes")
        mirrored = self.decoder_layer_sizes is None
        decoder = hidden[::-1] if mirrored else self._sizes("decoder_layer_sizes")
        if self.tied_weights and decoder != hidden[::-1]:
            raise ValueError(
                f"The 'decoder_layer_sizes' parameter of {owner} must be None or {hidden[::-1]!r} with "
                f"tied_weights=True, the encoder's layers mirrored; got {self.decoder_layer_sizes!r}."
            )
        if self.n_components is True:  # a whole number for scikit-learn
            raise ValueError(
                f"The 'n_components' parameter of {owner} must be an int >= 1, the width of the code; got "
                "True."
            )
        n_components = int(self.n_components)
        to_output = self._activation("output_activation", (n_features,), dtype)
        self._check_logits(to_output, n_features, dtype)
        return AutoencoderArchitecture(
            encoder_sizes=(n_features, *hidden, n_components),
            decoder_sizes=(n_components, *decoder, n_features),
            activation=self._activation("activation", (*hidden, *decoder), dtype),
            code_activation=self._activation("code_activation", (n_components,), dtype),
            output_activation=to_output,
            tied=self.tied_weights,
            normalization=self.normalization,
            dtype=dtype,
        )

    def _check_logits(self, activation: Any, width: int, dtype: torch.dtype) -> None:
        if not isinstance(self._reconstruction_loss(), BinaryCrossEntropy):
            return
        least, most = range_of(activation, width, dtype)
        if least >= 0 and most <= 1:
            raise ValueError(
                f"The 'output_activation' parameter of {type(self).__name__} must be 'identity' with the "
                "loss 'binary_cross_entropy', which takes logits and has the logistic function inside; "
                f"got {self.output_activation!r}."
            )

    def _places(self, architecture: Any) -> tuple[list[str], list[str]]:
        n_encoder, n_decoder, n_head = (
            len(architecture.encoder_sizes) - 1,
            len(architecture.decoder_sizes) - 1,
            len(architecture.head_sizes),
        )
        head = [str(n_encoder + i) for i in range(n_head)]
        hidden = [
            *map(str, range(1, n_encoder)),
            *(f"decoder.{i}" for i in range(1, n_decoder)),
            *(str(n_encoder + i + 1) for i in range(n_head - 1)),
        ]
        matrices = [
            *map(str, range(n_encoder)),
            *head,
            *(f"decoder.{i}" for i in range(n_decoder)),
        ]
        return hidden, matrices

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Return the names of what ``transform`` returns.

        Parameters
        ----------
        input_features : array-like of str or None, default=None
            Names of the features of X, where ``transform`` returns reconstructions.

        Returns
        -------
        ndarray of str
            Class name and number of the component, or the features' names.
        """
        check_is_fitted(self)
        if getattr(self, "output", "code") == "reconstruction":
            names: np.ndarray = check_feature_names_in(self, input_features)
            return names
        prefix = type(self).__name__.lower()
        return np.array([f"{prefix}{i}" for i in range(self.n_components_)], dtype=object)

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def reconstruction_loss(value: Any, argument: str, *, owner: str) -> Loss:
    """Return the loss of a reconstruction; "squared_error" is the whole square, the mean squared error."""
    loss: Loss = resolve(
        "losses",
        value,
        argument=argument,
        owner=owner,
        accepts=of_task("regression"),
    )
    if loss.task != "regression":
        raise ValueError(
            f"The {argument!r} parameter of {owner} must be a loss for numbers, got {value!r}, which is "
            "for classes. Use 'squared_error', or 'binary_cross_entropy' for rows in [0, 1]."
        )
    return replace(loss, half=False) if isinstance(loss, SquaredError) else loss
