"""A plan: everything that a fit depends on, without the estimator."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import nn

from sklearn_deep._shared import Doubt, TargetScale
from sklearn_deep.augmentation import Augmentation
from sklearn_deep.initializers import Initializer
from sklearn_deep.losses import Loss
from sklearn_deep.networks import AutoencoderArchitecture, Linear, MLPArchitecture
from sklearn_deep.noise import Noise
from sklearn_deep.optimizers import Optimizer, SingleOptimizer
from sklearn_deep.penalties import CodePenalty, Penalty
from sklearn_deep.schedules import Schedule
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training._data import Data, seeded
from sklearn_deep.training._objective import Criterion, Joint, Prediction, Reconstruction
from sklearn_deep.training._plan.company import ignores_zeros, trains_alone
from sklearn_deep.training._plan.start import Start, TrainingState


@dataclass(frozen=True, eq=False)
class Plan:
    """The network, data and hyperparameters of one fit.

    Plans of equal ``structure()`` differ only in numbers and can be trained in one population. If both have
    ``pads``, their widths may differ, too.

    Parameters
    ----------
    architecture : MLPArchitecture or AutoencoderArchitecture
    initializers : tuple of Initializer
        One per weight matrix, in the order of ``architecture.matrices``.
    noise : mapping of str to Noise
        Noise by site (see ``MLPArchitecture.build``); sites without noise are left out.
    loss : Loss or None
        Loss of predictions; None for an autoencoder without a head.
    weight_decay : tuple of float
        λ of each weight matrix, in the same order.
    penalties : tuple of Penalty or None
        One per weight matrix, in the same order.
    augmentation : Augmentation or None
    optimizer : Optimizer
    learning_rate : float
    schedule : Schedule
    stopping : EarlyStopping or None
    metric : str or None
        A name in ``METRICS``.
    data : Data
    validation : Data or None
    batch_size : int
        Maximum number of samples per step; one more in the last step if ``joins_last_row``.
    max_epochs : int
    seed : int
        Determines all random numbers of this fit.
    start : Start or None, default=None
        Weights and state to resume from; None: initial weights are drawn.
    reconstruction_loss : Loss or None
        Loss of an autoencoder's reconstructions; if there is a ``loss``, both are trained jointly.
    beta : float
        Weight of ``loss`` in a joint objective, in [0, 1].
    code_penalties : tuple of CodePenalty
    shows_outputs : bool, default=False
        Whether a step returns the network's outputs even if no metric needs them.
    target_scale : TargetScale or None
        Shift and scale by which the targets in ``data`` and ``validation`` have been normalized.
    doubts : tuple of Doubt
        Warnings for the user.
    places : ndarray of int or None, default=None
        Positions of ``data`` among the samples passed to ``fit``; None: all of them.
    validation_places : ndarray of int or None, default=None
        Positions of ``validation`` among them; None: ``X_val`` was passed, or there is no validation.
    scoring : callable or None, default=None
        Computes further values of an epoch, by name, for the current network.
    max_seconds : float or None, default=None
        Time after which no further epoch begins; None if there is no limit.
    """

    architecture: MLPArchitecture | AutoencoderArchitecture
    initializers: tuple[Initializer, ...]
    noise: Mapping[str, Noise]
    loss: Loss | None
    weight_decay: tuple[float, ...]
    penalties: tuple[Penalty | None, ...]
    augmentation: Augmentation | None
    optimizer: Optimizer
    learning_rate: float
    schedule: Schedule
    stopping: EarlyStopping | None
    metric: str | None
    data: Data
    validation: Data | None
    batch_size: int
    max_epochs: int
    seed: int
    start: Start | None = None
    reconstruction_loss: Loss | None = None
    beta: float = 1.0
    code_penalties: tuple[CodePenalty, ...] = ()
    shows_outputs: bool = False
    target_scale: TargetScale | None = None
    doubts: tuple[Doubt, ...] = ()
    places: np.ndarray | None = None
    validation_places: np.ndarray | None = None
    scoring: Callable[[nn.Module], dict[str, float]] | None = None
    max_seconds: float | None = None

    @property
    def dtype(self) -> torch.dtype:
        """The dtype of all numbers in training."""
        return self.architecture.dtype

    @property
    def device(self) -> torch.device:
        """Device of the data and of training."""
        device: torch.device = self.data.x.device
        return device

    @property
    def state(self) -> TrainingState | None:
        """State of an earlier training that this one resumes, without the weights."""
        return None if self.start is None else self.start.state

    @property
    def first_epoch(self) -> int:
        """Number of epochs trained by earlier fits."""
        return 0 if self.state is None else self.state.epoch

    @property
    def schedule_epoch(self) -> int:
        """Number of the epoch in which the schedule started."""
        return 0 if self.state is None else self.state.schedule_epoch

    @property
    def copies(self) -> int:
        """Number of augmented copies of each sample."""
        return 0 if self.augmentation is None else self.augmentation.copies

    @property
    def joins_last_row(self) -> bool:
        """Whether a last batch of one sample is merged with the one before: one sample has no variance."""
        n_rows = len(self.data.x) * (1 + self.copies)
        alone = self.batch_size > 1 and n_rows > 1 and n_rows % self.batch_size == 1
        return alone and self.architecture.normalizes_batches

    @property
    def batch_rows(self) -> int:
        """Number of samples per step, including padding: that of the largest batch."""
        return self.batch_size + self.joins_last_row

    def structure(self, widths: bool = True) -> Hashable:
        """Return the key that all members of a population share; with or without hidden ``widths``."""
        return (
            self.step_structure(widths),
            self.optimizer.structure(),
            None if self.augmentation is None else self.augmentation.structure(),
            self.metric,
            self.batch_size,
            self.joins_last_row,
            self.max_epochs,
            self.first_epoch,
            self.validation is None,
            self.device,
        )

    def step_structure(self, widths: bool = True) -> Hashable:
        """Return a key of the formula of a step, without noise. Steps with equal keys can share a recording.

        It does not depend on the epoch, the optimizer or anything else outside the step, so that all calls of
        ``partial_fit`` replay the recording of the first call.
        """
        return (
            self.architecture.structure(widths),
            None if self.loss is None else self.loss.structure(),
            None if self.reconstruction_loss is None else self.reconstruction_loss.structure(),
            tuple(None if p is None else p.structure() for p in self.penalties),
            tuple(p.structure() for p in self.code_penalties),
            self.shows_outputs,
        )

    def trains_alone(self) -> bool:
        """Return whether this plan cannot share a population."""
        single = isinstance(self.optimizer, SingleOptimizer)
        return single or any(map(trains_alone, self._all_penalties))

    @property
    def pads(self) -> bool:
        """Whether this plan can share a population with plans of other widths."""
        ignore = all(ignores_zeros(p) for p in self._all_penalties)
        return self.architecture.pads and ignore and not self.trains_alone()

    @property
    def _all_penalties(self) -> list[Penalty]:
        return [p for p in (*self.penalties, *self.code_penalties) if p is not None]

    @property
    def factors(self) -> tuple[float, ...]:
        """Weight of each term of the objective in J."""
        joint = self.loss is not None and self.reconstruction_loss is not None
        return (self.beta, 1 - self.beta) if joint else (1.0,)

    def criterion(self) -> Criterion:
        """Return the terms of the objective."""
        if self.reconstruction_loss is None:
            assert self.loss is not None
            return Prediction(self.loss)
        if self.loss is None:
            return Reconstruction(self.reconstruction_loss, self.shows_outputs)
        return Joint(self.loss, self.reconstruction_loss, self.factors)

    def build(self, noise: Mapping[str, Noise]) -> nn.Module:
        """Return a network with initial weights, on the CPU, with noise layers at the given sites."""
        network = self.architecture.build(noise)
        if self.start is not None:
            network.load_state_dict(self.start.weights)
            return network
        generator = torch.Generator()
        linears = [(n, m) for n, m in network.named_modules() if isinstance(m, Linear)]
        for (name, linear), initializer in zip(linears, self.initializers, strict=True):
            # One stream per layer, so that its weights do not depend on the other layers.
            seeded(generator, self.seed, f"init.{name}")
            n_out, n_in = linear.weight.shape
            with torch.no_grad():
                linear.weight.copy_(initializer.draw(n_out, n_in, generator))
        return network


def common_plan(plans: Sequence[Plan]) -> Plan:
    """Return the first plan, widened to the structure of the population if the widths differ."""
    first = plans[0]
    if len({plan.architecture.structure() for plan in plans}) == 1:
        return first
    widened: Callable[[Any], Any] = first.architecture.widened
    return replace(first, architecture=widened([plan.architecture for plan in plans[1:]]))
