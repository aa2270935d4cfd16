"""The skorch net that hosts a single fit."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from skorch import NeuralNet
from skorch.callbacks import PrintLog
from skorch.dataset import Dataset
from torch import Tensor, nn

from sklearn_deep.losses import Loss
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.training import Batch, Computed, Data, Plan, Training


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

    ``module_``, ``history``, callbacks and saving are skorch's. Where the user gives callbacks, the
    training is followed step by step: they get skorch's events, batch-level ones included, see the
    weights while they move, and may change learning rate, gradient and weights.
    """

    @classmethod
    def of(
        cls, plan: Plan, module: nn.Module, callbacks: Sequence[Any] | None, verbose: int
    ) -> TrainingNet:
        """Return an initialised net around the module of a plan."""
        return cls.around(
            module,
            plan.loss,
            plan.optimizer,
            lr=plan.learning_rate,
            max_epochs=plan.max_epochs,
            batch_size=plan.batch_size,
            callbacks=None if callbacks is None else list(callbacks),
            verbose=verbose,
            device=str(plan.device),
        )

    @classmethod
    def around(
        cls, module: nn.Module, loss: Loss, optimizer: Optimizer, **settings: Any
    ) -> TrainingNet:
        """Return an initialised net around a module; the settings are skorch's."""
        kind, options = optimizer.torch_equivalent()
        net = cls(
            module,
            criterion=MeanLoss(loss),
            optimizer=kind,
            train_split=None,
            **{"callbacks": None, "verbose": 0} | settings,
            **{f"optimizer__{name}": value for name, value in options.items()},
        )
        return net.initialize()

    @property
    def _default_callbacks(self) -> list[tuple[str, Any]]:
        return [("print_log", PrintLog())] if self.verbose else []

    def fit_loop(
        self,
        X: Training,
        y: None = None,
        epochs: int | None = None,
        tasks: Any = None,
        fitted: Callable[[], dict[str, Any]] = dict,
        **fit_params: Any,
    ) -> TrainingNet:
        """Run a training, an epoch at a time.

        Parameters
        ----------
        X : Training
            Of one member.
        y : None
            Not used.
        epochs : int, optional
            Where to stop at the latest; None: where the training ends by itself.
        tasks : EpochTasks, optional
            Of scikit-learn's callbacks.
        fitted : callable
            Returns what an estimator would be now, for them.
        """
        plan = X.plans[0]
        self._best = {"train_loss": float("inf"), "valid_loss": float("inf")}
        data = [_dataset(plan.data), _dataset(plan.validation)] if self.callbacks else [None, None]
        sets = dict(zip(("dataset_train", "dataset_valid"), data, strict=True))
        if self.callbacks:
            self._rate = self.optimizer_.param_groups[0]["lr"]
            X.follow(self)
        self.notify("on_train_begin", X=plan.data.x, y=plan.data.y)
        stop, n_epochs = False, 0
        while X.running and not stop and n_epochs != epochs:
            if tasks is not None:
                tasks.begin_epoch()
            self.notify("on_epoch_begin", **sets)
            X.run_epoch()
            n_epochs += 1
            self._record(X.members[0].epochs[-1])
            stop = self._end_epoch(sets)
            if tasks is not None:
                stop |= tasks.end_epoch(fitted)
        X.restore_best()
        self.notify("on_train_end", X=plan.data.x, y=plan.data.y)
        return self

    def _end_epoch(self, sets: dict[str, Any]) -> bool:
        """Tell the callbacks; return whether one asks to stop, which in skorch is this exception."""
        try:
            self.notify("on_epoch_end", **sets)
        except KeyboardInterrupt:
            if not self.callbacks:
                raise
            return True
        return False

    def _record(self, values: dict[str, float]) -> None:
        """Record an epoch, under skorch's names too."""
        for name, value in values.items():
            self.history.record("dur" if name == "seconds" else name, value)
        for name, own in {"train_loss": "loss", "valid_loss": "val_loss"}.items():
            if self.callbacks and own in values:
                self.history.record(name, values[own])
                self.history.record(f"{name}_best", values[own] < self._best[name])
                self._best[name] = min(values[own], self._best[name])
        if self.callbacks:
            self.history.record("train_batch_count", len(self.history[-1]["batches"]))

    def begin_step(self, batch: Batch) -> float:
        """Tell the callbacks; return by what they multiplied the learning rate."""
        self.notify("on_batch_begin", batch=(batch.x[0], batch.y[0]), training=True)
        factor: float = self.optimizer_.param_groups[0]["lr"] / self._rate
        return factor

    def see_gradient(self, batch: Batch, gradients: Sequence[Tensor]) -> None:
        """Show each parameter's gradient to the callbacks, which may change it in place."""
        named = list(self.module_.named_parameters())
        for (_, parameter), gradient in zip(named, gradients, strict=True):
            parameter.grad = gradient
        self.notify(
            "on_grad_computed",
            named_parameters=iter(named),
            X=batch.x[0],
            y=batch.y[0],
            training=True,
        )
        for _, parameter in named:
            if not parameter.requires_grad:
                parameter.grad.zero_()
            parameter.grad = None
        # The step is the training's; this one moves nothing, but schedulers of torch ask for it.
        self.optimizer_.step()

    def end_step(self, batch: Batch, computed: Computed, penalty: Tensor) -> None:
        """Record a finished step and tell the callbacks."""
        share = batch.share[0]
        loss = (share * computed.losses).sum() + penalty[0]
        if computed.penalty is not None:
            loss = loss + computed.penalty
        self.history.record_batch("train_loss", loss.item())
        self.history.record_batch("train_batch_size", int((share > 0).sum()))
        self.notify(
            "on_batch_end",
            batch=(batch.x[0], batch.y[0]),
            training=True,
            loss=loss,
            y_pred=computed.output,
        )


def on_cpu(net: TrainingNet) -> TrainingNet:
    """Return a copy of a net that lies on the CPU, and loads where there is no GPU."""
    twin = copy.deepcopy(net)
    twin.module_.cpu()
    twin.criterion_.cpu()
    twin.device = "cpu"
    return twin


def _dataset(data: Data | None) -> Dataset | None:
    return None if data is None else Dataset(data.x, data.y, length=len(data.x))
