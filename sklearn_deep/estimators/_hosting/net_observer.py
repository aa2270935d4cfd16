"""The events of a fit for skorch's callbacks, and the changes that callbacks may make."""

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
        Maximum number of epochs of the fit.

    Attributes
    ----------
    net : TrainingNet or None
        Net with the network in training; None if there are no callbacks.
    """

    net: TrainingNet | None = None

    def __init__(self, verbose: int, n_epochs: int) -> None:
        self.verbose, self.n_epochs = verbose, n_epochs

    @classmethod
    def of(cls, callbacks: Sequence[Any] | None, verbose: int, n_epochs: int) -> FitObserver:
        """Return an observer, which also observes steps if there are callbacks."""
        if not callbacks:
            return FitObserver(verbose, n_epochs)
        return CallbackObserver(callbacks, verbose, n_epochs)

    def end_epoch(self, training: Training) -> bool:
        """Print the line of the epoch."""
        epochs = training.members[0].epochs
        self._print({"epoch": len(epochs), **shown_values(epochs[-1])})
        return False

    def end(self, training: Training) -> None:
        """Print why training ended."""
        if self.verbose:
            print(last_line(training, self.n_epochs, training.stopped), flush=True)

    def _print(self, epoch: Mapping[str, Any]) -> None:
        if self.verbose:
            print(line_of(epoch, self.n_epochs), flush=True)


class CallbackObserver(FitObserver, StepObserver):
    """Passes epochs and steps of training to callbacks as the events of skorch's training loop.

    Callbacks also receive batch-level events, see the current weights, and may change the learning rate,
    gradients and weights. The net's optimizer does not change weights; it only holds the learning rate.

    Parameters
    ----------
    callbacks : sequence of skorch callbacks
        As in ``net_callbacks``.
    verbose, n_epochs : as in ``FitObserver``
    """

    net: TrainingNet

    def __init__(self, callbacks: Sequence[Any], verbose: int, n_epochs: int) -> None:
        super().__init__(verbose, n_epochs)
        self.callbacks = callbacks

    def begin(self, training: Training) -> None:
        """Create the net, and notify the callbacks of the start of training."""
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
        """Notify the callbacks; end training if one of them has stopped it."""
        self.net.notify("on_epoch_begin", **self._sets)
        return bool(self.net.stopped_)

    def begin_step(self, batch: Batch) -> float:
        """Notify the callbacks; return the factor by which they changed the learning rate."""
        self._notify("on_batch_begin", batch=self._shown(batch), training=True)
        # A callback that predicts sets the network to evaluation mode.
        self._set_training_mode()
        group = self.net.optimizer_.param_groups[0]
        for name, value in self._numbers.items():
            if group[name] != value:
                raise ValueError(
                    f"A callback in net_callbacks changed {name!r} of net.optimizer_ from {value!r} to "
                    f"{group[name]!r}, but callbacks may only change its learning rate. For torch schedulers "
                    "that change momentum, set cycle_momentum=False."
                )
        factor: float = group["lr"] / self._rate
        return factor

    def see_gradient(self, batch: Batch, gradients: Sequence[Tensor]) -> list[int]:
        """Pass the gradient to callbacks, which may change it; return the indices of frozen parameters."""
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
        """Record a step and notify the callbacks; end the epoch if one of them has stopped training."""
        # Without a gradient it changes nothing, but torch schedulers expect a step.
        self.net.optimizer_.step(lambda: 0.0)
        self._end_batch("train", batch, output, loss)
        return bool(self.net.stopped_)

    def end_epoch(self, training: Training) -> bool:
        """Run the validation batches, then notify the callbacks of the end of the epoch."""
        self._show_validation(training.plans[0].validation)
        self._record(training.members[0].epochs[-1])
        self.net.notify("on_epoch_end", **self._sets)
        hand_over(self.net, training)
        self._print(self.net.history[-1])
        return bool(self.net.stopped_)

    def end(self, training: Training) -> None:
        """Notify the callbacks of the end of training.

        Raises
        ------
        KeyboardInterrupt
            If a callback stopped training before the first step.
        """
        if not training.members[0].epochs:
            raise KeyboardInterrupt(
                "A callback in net_callbacks stopped the fit before its first step."
            )
        self.net.stopped_ |= training.stopped
        super().end(training)
        self.net.notify("on_train_end", **self._data)

    def _dataset(self, data: Data) -> Dataset:
        return Dataset(data.x, self._targets(data), length=len(data.x))

    def _targets(self, data: Data) -> Any:
        return self.net.shown_targets(data.x, data.y, data.sample_weight)

    def _show_validation(self, data: Data | None) -> None:
        """Compute the outputs for validation samples, and notify the callbacks of each batch."""
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
        """Record the values of an epoch, also under skorch's names."""
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
        # Training runs without autograd, but callbacks may use it in skorch's loop.
        with torch.enable_grad():
            self.net.notify(event, **values)

    def _set_training_mode(self) -> None:
        self.net.module_.train()
        self.net.criterion_.train()
