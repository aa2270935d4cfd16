"""The skorch net that hosts a single fit."""

from __future__ import annotations

from typing import Any

from skorch import NeuralNet
from skorch.callbacks import PrintLog
from torch import Tensor, nn

from sklearn_deep.losses import Loss
from sklearn_deep.training import Plan, Training


class MeanLoss(nn.Module):
    """A loss as a criterion of torch: the plain mean over rows."""

    def __init__(self, loss: Loss) -> None:
        super().__init__()
        self.loss = loss

    def forward(self, output: Tensor, target: Tensor) -> Tensor:
        """Return a 0-d tensor."""
        return self.loss.rows(output, target).mean()


class TrainingNet(NeuralNet):
    """A skorch net whose epochs are run by a ``Training``, which records and replays its steps.

    ``module_``, ``history`` and saving are skorch's.
    """

    @classmethod
    def of(cls, plan: Plan, module: nn.Module, verbose: int) -> TrainingNet:
        """Return an initialised net around the module of a plan."""
        optimizer, options = plan.optimizer.torch_equivalent()
        net = cls(
            module,
            criterion=MeanLoss(plan.loss),
            optimizer=optimizer,
            lr=plan.learning_rate,
            max_epochs=plan.max_epochs,
            batch_size=plan.batch_size,
            train_split=None,
            verbose=verbose,
            device=str(plan.device),
            **{f"optimizer__{name}": value for name, value in options.items()},
        )
        return net.initialize()

    @property
    def _default_callbacks(self) -> list[tuple[str, Any]]:
        return [("print_log", PrintLog())] if self.verbose else []

    def fit_loop(
        self, X: Training, y: None = None, epochs: int | None = None, **fit_params: Any
    ) -> TrainingNet:
        """Run a training to its end, an epoch at a time.

        Parameters
        ----------
        X : Training
            Of one member.
        """
        while X.running:
            self.notify("on_epoch_begin", dataset_train=None, dataset_valid=None)
            X.run_epoch()
            for name, value in X.members[0].epochs[-1].items():
                self.history.record("dur" if name == "seconds" else name, value)
            self.notify("on_epoch_end", dataset_train=None, dataset_valid=None)
        return self
