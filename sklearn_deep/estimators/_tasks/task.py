"""Base class of tasks: the terms of the objective, and the conversion of y to targets."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from sklearn_deep._shared import Doubt, TargetScale
from sklearn_deep.estimators._data import FitCall, Rows
from sklearn_deep.estimators._tasks.unlabeled import LabelMarker
from sklearn_deep.losses import Loss


@dataclass(frozen=True, kw_only=True)
class Task(ABC):
    """The task of a network, defined by the parameters of an estimator.

    ``fitted`` adds the information from y, such as its classes.

    Parameters
    ----------
    owner : str
        Class of the estimator, for messages.
    loss : Loss or None, default=None
        Loss of the predictions; None if there are no predictions.
    reconstruction_loss : Loss or None, default=None
        Loss of the reconstructions; None if there are no reconstructions.
    beta : float in [0, 1], default=1.0
        Weight of the loss of predictions in the objective.
    marker : LabelMarker or None, default=None
        Value that marks samples without a label; None if all samples have one.
    """

    owner: str
    loss: Loss | None = None
    reconstruction_loss: Loss | None = None
    beta: float = 1.0
    marker: LabelMarker | None = None

    # Name in history_ of the metric of predictions, and whether scikit-learn converts y to numbers.
    metric: ClassVar[str | None] = None
    numeric: ClassVar[bool] = False

    @property
    def losses(self) -> tuple[str, ...]:
        """Names of the losses in ``history_``."""
        both = self.loss is not None and self.reconstruction_loss is not None
        return ("loss", "loss_prediction", "loss_reconstruction") if both else ("loss",)

    @property
    def recorded_metric(self) -> str | None:
        """Metric that training records as ``metric``."""
        return self.metric

    def check_type(self, y: Any, argument: str) -> None:
        """Raise an error if y, as passed by the user, has values of a type that the task does not accept."""
        return

    @abstractmethod
    def checked(self, y: Any, argument: str) -> np.ndarray:
        """Return y, validated by scikit-learn, as a dense array in the shape that the task requires."""

    @abstractmethod
    def fitted(self, y: np.ndarray, call: FitCall) -> Self:
        """Return the task with the information from a checked y."""

    @abstractmethod
    def encoded(self, y: np.ndarray, argument: str) -> np.ndarray:
        """Return a checked y in the encoding that ``Rows`` contain."""

    def attributes(self) -> dict[str, Any]:
        """Return the attributes that the fitted task sets on the estimator."""
        return {}

    def targets(self, y: np.ndarray, training: bool, dtype: str) -> np.ndarray:
        """Return encoded y in the form that the loss expects, ``(n_samples, n_outputs)``.

        It is in float64 or already in the ``dtype`` of training.
        """
        return y

    def strata(self, y: np.ndarray) -> np.ndarray | None:
        """Return the classes for the stratification of a validation split, from encoded y."""
        return None

    def class_weight_of(self, rows: Rows, call: FitCall) -> np.ndarray | float:
        """Return the factor of each sample's weight in the objective."""
        return 1.0

    def scale_of(
        self, rows: Rows, earlier: TargetScale | None, call: FitCall
    ) -> TargetScale | None:
        """Return the scale by which targets are normalized; None if they are not normalized."""
        return None

    def doubts(self, call: FitCall) -> list[Doubt]:
        """Return warnings about labels that may have a different meaning."""
        if self.marker is None:
            return []
        doubts = self.marker.doubts(call, self._labels_in_words())
        if self.beta == 0:
            text = (
                f"{self.owner} with beta=0 trains only the autoencoder. The head keeps its random initial "
                "weights, so its predictions are meaningless. Set beta > 0 to train it."
            )
            doubts.insert(0, Doubt("beta", UserWarning(text)))
        return doubts

    def _labels_in_words(self) -> str:
        return ""

    def scale_doubts(
        self, rows: Rows, scale: TargetScale | None, call: FitCall
    ) -> tuple[Doubt, ...]:
        """Return warnings about targets that are not scaled; ``rows`` are already normalized."""
        return ()
