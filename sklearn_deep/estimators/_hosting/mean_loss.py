"""The loss of a fit, in the form for skorch's callbacks."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn

from sklearn_deep.losses import Loss


class MeanLoss(nn.Module):
    """A loss as a torch criterion: the unweighted mean over samples.

    Parameters
    ----------
    loss : Loss or None
        Loss of the predictions.
    reconstruction : Loss or None, default=None
        Loss of the reconstructions of an autoencoder.
    beta : float, default=1.0
        Weight of ``loss`` if there are both.
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
        """The loss of the output of ``net_.predict``: that of predictions, if there are any."""
        loss = self.reconstruction if self.loss is None else self.loss
        assert loss is not None
        return loss

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Return the mean loss of predictions, or of an autoencoder's reconstructions, a 0-d tensor."""
        return self.main.rows(output, target).mean()

    def of_batch(self, output: Any, x: Tensor, y: Tensor, weight: Tensor) -> Tensor:
        """Return the mean loss of a network's outputs, a 0-d tensor.

        In a joint network, the loss of predictions ignores samples without a label.
        """
        if self.loss is None or self.reconstruction is None:
            return self(output, x if self.loss is None else y)
        predicted, reconstructed = output
        losses = self.loss.rows(predicted, y)[weight[:, 0] > 0]
        prediction = losses.sum() / max(1, len(losses))
        reconstruction = self.reconstruction.rows(reconstructed, x).mean()
        return self.beta * prediction + (1 - self.beta) * reconstruction
