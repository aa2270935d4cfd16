"""What skorch's callbacks are told of each batch, and what they may change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from sklearn_deep.estimators._hosting.outputs import scored
from sklearn_deep.training import Batch, Data


class NetListener:
    """Passes the steps of a training on as the events of skorch's own loop.

    Parameters
    ----------
    net : TrainingNet
        Its callbacks are told; its optimizer moves nothing and holds the learning rate.
    """

    def __init__(self, net: Any) -> None:
        self.net = net
        numbers = dict(net.optimizer_.param_groups[0])
        del numbers["params"]
        self._rate = numbers.pop("lr")
        self._numbers = numbers

    @property
    def stops(self) -> bool:
        """Whether a callback asked to stop."""
        return bool(self.net.stopped_)

    def begin_step(self, batch: Batch) -> float:
        """Tell the callbacks; return by what they multiplied the learning rate."""
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

    def end_step(self, batch: Batch, output: Tensor, loss: Tensor) -> None:
        """Record a step that was made and tell the callbacks."""
        # It moves nothing, there is no gradient; but schedulers of torch want to have seen a step.
        self.net.optimizer_.step(lambda: 0.0)
        self._end_batch("train", batch, output, loss)

    def show_validation(self, data: Data | None) -> None:
        """Run the validation rows through the network and tell the callbacks of each batch."""
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

    def _set_training_mode(self) -> None:
        self.net.module_.train()
        self.net.criterion_.train()

    def _shown(self, batch: Batch) -> tuple[Tensor, Tensor]:
        return batch.x, self.net.shown_targets(batch.x, batch.y, batch.slope)

    def _notify(self, event: str, **values: Any) -> None:
        # Training itself computes without autograd; in skorch's loop callbacks have it.
        with torch.enable_grad():
            self.net.notify(event, **values)
