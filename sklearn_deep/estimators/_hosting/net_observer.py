"""What skorch's callbacks are notified of during a fit, and what they may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
from typing import Any

import torch
from skorch.dataset import Dataset
from torch import Tensor

from sklearn_deep.estimators._hosting.lines import last_line, line_of, shown_values
from sklearn_deep.estimators._hosting.net import NetSettings, TrainingNet
from sklearn_deep.estimators._hosting.outputs import scored
from sklearn_deep.estimators._hosting.scores import hand_over
from sklearn_deep.training import Batch, Data, Observer, StepObserver, Training


class FitObserver(Observer):
    """Prints the lines of a verbose fit.

    Parameters
    ----------
    verbose : int
    n_epochs : int
        Epochs of the fit, at most.

    Attributes
    ----------
    net : TrainingNet or None
        Around the network in training; None if there are no callbacks that see it.
    """

    net: TrainingNet | None = None

    def __init__(self, verbose: int, n_epochs: int) -> None:
        self.verbose, self.n_epochs = verbose, n_epochs

    @classmethod
    def of(cls, callbacks: Sequence[Any] | None, verbose: int, n_epochs: int) -> FitObserver:
        """Return an observer that follows steps, too, if there are callbacks."""
        if not callbacks:
            return FitObserver(verbose, n_epochs)
        return CallbackObserver(callbacks, verbose, n_epochs)

    def end_epoch(self, training: Training) -> bool:
        """Print the line of an epoch."""
        epochs = training.members[0].epochs
        self._print({"epoch": len(epochs), **shown_values(epochs[-1])})
        return False

    def end(self, training: Training) -> None:
        """Print why the training ended."""
        if self.verbose:
            print(last_line(training, self.n_epochs, training.stopped), flush=True)

    def _print(self, epoch: Mapping[str, Any]) -> None:
        if self.verbose:
            print(line_of(epoch, self.n_epochs), flush=True)


class CallbackObserver(FitObserver, StepObserver):
    """Passes epochs and steps of a training on as the events of skorch's own loop.

    Callbacks get batch-level events, too, see the weights while they move, and may change learning
    rate, gradient and weights. The net's optimizer moves nothing; it holds the learning rate.

    Parameters
    ----------
    callbacks : sequence of skorch callbacks
        As in ``net_callbacks``.
    verbose, n_epochs : as of ``FitObserver``
    """

    net: TrainingNet

    def __init__(self, callbacks: Sequence[Any], verbose: int, n_epochs: int) -> None:
        super().__init__(verbose, n_epochs)
        self.callbacks = callbacks

    def begin(self, training: Training) -> None:
        """Make the net, and notify the callbacks of the training."""
        settings = NetSettings.of(training.plans[0])
        module = training.population.objectives[0].network
        self.net = TrainingNet.of(settings, module, self.callbacks, self.verbose)
        self.net.stopped_ = False
        numbers = dict(self.net.optimizer_.param_groups[0])
        del numbers["params"]
        self._rate = numbers.pop("lr")
        self._numbers = numbers
        self._best = {"train_loss": inf, "valid_loss": inf}
        plan = training.plans[0]
        self._data = {"X": plan.data.x, "y": self._targets(plan.data)}
        sets = {"dataset_train": plan.data, "dataset_valid": plan.validation}
        self._sets = {n: None if part is None else self._dataset(part) for n, part in sets.items()}
        self.net.notify("on_train_begin", **self._data)

    def begin_epoch(self, training: Training) -> bool:
        """Notify the callbacks; end the training if one of them asks for it."""
        self.net.notify("on_epoch_begin", **self._sets)
        return bool(self.net.stopped_)

    def begin_step(self, batch: Batch) -> float:
        """Notify the callbacks; return the factor by which they changed the learning rate."""
        self._notify("on_batch_begin", batch=self._shown(batch), training=True)
        # A callback that predicts leaves the network in evaluation mode.
        self._set_training_mode()
        group = self.net.optimizer_.param_groups[0]
        for name, value in self._numbers.items():
            if group[name] != value:
                raise ValueError(
                    f"A callback in net_callbacks changed {name!r} of net.optimizer_ from {value!r} to "
                    f"{group[name]!r}, and only its learning rate is followed. Schedulers of torch that "
                    "move momentum take cycle_momentum=False."
                )
        factor: float = group["lr"] / self._rate
        return factor

    def see_gradient(self, batch: Batch, gradients: Sequence[Tensor]) -> list[int]:
        """Show the gradient, which callbacks may change; return which parameters are frozen."""
        parameters = list(self.net.module_.named_parameters())
        for (_, parameter), gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient if parameter.requires_grad else None
        self._notify(
            "on_grad_computed",
            named_parameters=parameters,
            batch=self._shown(batch),
            training=True,
        )
        frozen = []
        for i, (_, parameter) in enumerate(parameters):
            changed, parameter.grad = parameter.grad, None
            if changed is None:
                frozen.append(i)
                gradients[i].zero_()
            elif changed is not gradients[i]:
                gradients[i].copy_(changed)
        self._set_training_mode()
        return frozen

    def end_step(self, batch: Batch, output: Tensor, loss: Tensor) -> bool:
        """Record a step and notify the callbacks; end the epoch if one of them asks for it."""
        # It moves nothing, as there is no gradient; but schedulers of torch expect a step.
        self.net.optimizer_.step(lambda: 0.0)
        self._end_batch("train", batch, output, loss)
        return bool(self.net.stopped_)

    def end_epoch(self, training: Training) -> bool:
        """Show the validation samples, then notify the callbacks of the epoch."""
        self._show_validation(training.plans[0].validation)
        self._record(training.members[0].epochs[-1])
        self.net.notify("on_epoch_end", **self._sets)
        hand_over(self.net, training)
        self._print(self.net.history[-1])
        return bool(self.net.stopped_)

    def end(self, training: Training) -> None:
        """Notify the callbacks of the end.

        Raises
        ------
        KeyboardInterrupt
            If a callback has stopped the training before any step.
        """
        if not training.members[0].epochs:
            raise KeyboardInterrupt("A callback in net_callbacks stopped the fit before it began.")
        self.net.stopped_ |= training.stopped
        super().end(training)
        self.net.notify("on_train_end", **self._data)

    def _dataset(self, data: Data) -> Dataset:
        return Dataset(data.x, self._targets(data), length=len(data.x))

    def _targets(self, data: Data) -> Any:
        return self.net.shown_targets(data.x, data.y, data.sample_weight)

    def _show_validation(self, data: Data | None) -> None:
        """Run the validation samples through the network and notify the callbacks of each batch."""
        starts = range(0, 0 if data is None else len(data.x), self.net.batch_size)
        for start in starts:
            assert data is not None
            rows = torch.arange(start, min(start + self.net.batch_size, len(data.x)))
            x, y, weight = data.x[rows], data.y[rows], data.sample_weight[rows]
            batch = Batch(x, y, weight, weight, (x, y, weight, weight))
            self._notify("on_batch_begin", batch=self._shown(batch), training=False)
            with torch.no_grad():
                output = self.net.evaluation_step((x, None))
                loss = self.net.criterion_.of_batch(output, x, y, weight)
            self._end_batch("valid", batch, scored(output), loss)

    def _end_batch(self, part: str, batch: Batch, output: Tensor, loss: Tensor) -> None:
        self.net.history.record_batch(f"{part}_loss", loss.item())
        self.net.history.record_batch(f"{part}_batch_size", len(batch.x))
        self._notify(
            "on_batch_end",
            batch=self._shown(batch),
            training=part == "train",
            loss=loss,
            y_pred=output,
        )

    def _record(self, values: dict[str, float]) -> None:
        """Record an epoch under skorch's names, too."""
        history = self.net.history
        for name, value in shown_values(values).items():
            history.record(name, value)
        batches = history[-1]["batches"]
        for part, own in {"train": "loss", "valid": "val_loss"}.items():
            if own in values:
                name, value = f"{part}_loss", values[own]
                best = value < self._best[name]
                history.record(name, value)
                history.record(f"{name}_best", best)
                self._best[name] = value if best else self._best[name]
                history.record(f"{part}_batch_count", sum(name in batch for batch in batches))

    def _shown(self, batch: Batch) -> tuple[Tensor, Tensor]:
        return batch.x, self.net.shown_targets(batch.x, batch.y, batch.slope)

    def _notify(self, event: str, **values: Any) -> None:
        # Training itself computes without autograd; in skorch's loop callbacks have it.
        with torch.enable_grad():
            self.net.notify(event, **values)

    def _set_training_mode(self) -> None:
        self.net.module_.train()
        self.net.criterion_.train()
