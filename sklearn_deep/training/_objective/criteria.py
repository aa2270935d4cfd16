"""The loss of each sample, with the terms of the objective, for each kind of network."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from sklearn_deep.losses import Loss
from sklearn_deep.networks import PluginLayer


class LossLayer(PluginLayer):
    """A loss as a layer whose buffers are the numbers of the loss."""

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Return one loss per sample, ``(n_samples,)``."""
        return self._loss().rows(output, target)

    def predictions(self, output: Tensor) -> Tensor:
        """Return predictions, in the unit of the target, that belong to outputs."""
        return self._loss().predictions(output)

    def _loss(self) -> Loss:
        loss = self._plugin()
        assert isinstance(loss, Loss)
        return loss


class Criterion(nn.Module):
    """The terms of J for each sample.

    A criterion with a single term returns losses ``(n_samples,)``, and ``terms`` is empty. Several terms
    have losses ``(n_samples, n_terms)``, names ``terms`` and weights in J ``factors``.
    """

    terms: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def forward(self, output: Any, x: Tensor, y: Tensor) -> Tensor:
        """Return the losses of samples.

        Parameters
        ----------
        output : Tensor or tuple of Tensor
            Output of the network.
        x : Tensor of shape (n_samples, n_features)
            Samples, without noise.
        y : Tensor of shape (n_samples, n_outputs)
        """

    def scored(self, output: Any, losses: Tensor) -> Tensor:
        """Return the part of the output that the metric scores."""
        scored: Tensor = output
        return scored

    def predictions(self, scored: Tensor) -> Tensor:
        """Return predictions, in the unit of the target, that belong to the scored part."""
        return scored


class Prediction(Criterion):
    """The loss of a network that predicts y."""

    def __init__(self, loss: Loss) -> None:
        super().__init__()
        self.loss = LossLayer(loss)

    def forward(self, output: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return one loss per sample."""
        losses: Tensor = self.loss(output, y)
        return losses

    def predictions(self, scored: Tensor) -> Tensor:
        """Return the inverse link of the outputs."""
        return self.loss.predictions(scored)


class Reconstruction(Criterion):
    """The loss of an autoencoder, whose target is its input without noise."""

    def __init__(self, loss: Loss, shows_outputs: bool) -> None:
        super().__init__()
        self.loss = LossLayer(loss)
        self.shows_outputs = shows_outputs

    def forward(self, output: Tensor, x: Tensor, y: Tensor) -> Tensor:
        """Return one loss per sample."""
        losses: Tensor = self.loss(output, x)
        return losses

    def scored(self, output: Tensor, losses: Tensor) -> Tensor:
        """Return the losses; reconstructions are kept only for callbacks, because there is no metric."""
        return output if self.shows_outputs else losses


class Joint(Criterion):
    """The losses of a prediction and of a reconstruction, each averaged over the samples it applies to."""

    terms: ClassVar[tuple[str, ...]] = ("prediction", "reconstruction")

    factors: Tensor

    def __init__(self, loss: Loss, reconstruction: Loss, factors: Sequence[float]) -> None:
        super().__init__()
        self.loss = LossLayer(loss)
        self.reconstruction = LossLayer(reconstruction)
        weights = torch.tensor(factors, dtype=torch.float64)
        self.register_buffer("factors", weights, persistent=False)

    def forward(self, output: tuple[Tensor, Tensor], x: Tensor, y: Tensor) -> Tensor:
        """Return both losses of each sample, ``(n_samples, 2)``."""
        predicted, reconstructed = output
        return torch.stack([self.loss(predicted, y), self.reconstruction(reconstructed, x)], -1)

    def scored(self, output: tuple[Tensor, Tensor], losses: Tensor) -> Tensor:
        """Return the outputs of the head."""
        return output[0]

    def predictions(self, scored: Tensor) -> Tensor:
        """Return the inverse link of the head's outputs."""
        return self.loss.predictions(scored)
