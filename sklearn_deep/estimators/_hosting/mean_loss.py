"""The loss of a fit, for callbacks of skorch."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from sklearn_deep.losses import Loss


class MeanLoss(nn.Module):
    """A loss as a criterion of torch: the plain mean over samples.

    Parameters
    ----------
    loss : Loss or None
        Of predictions.
    reconstruction : Loss or None, default=None
        Of an autoencoder.
    beta : float, default=1.0
        Share of ``loss`` if there are both.
    """

    def __init__(
        self, loss: Loss | None, reconstruction: Loss | None = None, beta: float = 1.0
    ) -> None:
        super().__init__()
        self.loss = loss
        self.reconstruction = reconstruction
        self.beta = beta

    @property
    def main(self) -> Loss:
        """The loss of what ``net_.predict`` returns: of predictions if there are any."""
        loss = self.reconstruction if self.loss is None else self.loss
        assert loss is not None
        return loss

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Return a 0-d tensor: the mean loss of predictions, or of an autoencoder's reconstructions."""
        return self.main.rows(output, target).mean()

    def of_batch(self, output: Any, x: Tensor, y: Tensor, weight: Tensor) -> Tensor:
        """Return the mean loss of a network's outputs, a 0-d tensor.

        Of a joint network, samples without a label do not count in the loss of predictions.
        """
        if self.loss is None or self.reconstruction is None:
            return self(output, x if self.loss is None else y)
        predicted, reconstructed = output
        losses = self.loss.rows(predicted, y)[weight[:, 0] > 0]
        prediction = losses.sum() / max(1, len(losses))
        reconstruction = self.reconstruction.rows(reconstructed, x).mean()
        return self.beta * prediction + (1 - self.beta) * reconstruction
