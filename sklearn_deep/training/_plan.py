"""A plan: everything a fit depends on, with no estimator in it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from math import gcd, lcm

import torch
from torch import nn

from sklearn_deep.initializers import Initializer
from sklearn_deep.losses import Loss
from sklearn_deep.networks import Linear, MLPArchitecture
from sklearn_deep.noise import Noise
from sklearn_deep.optimizers import Optimizer
from sklearn_deep.stopping import EarlyStopping
from sklearn_deep.training._data import Data
from sklearn_deep.training._draws import seeded


@dataclass(frozen=True, eq=False)
class Plan:
    """What network, on what data, with what numbers.

    Two plans of equal ``structure()`` can be trained in one population; all else is numbers.

    Parameters
    ----------
    architecture : MLPArchitecture
    initializer : Initializer
    noise : mapping of str to Noise
        Noise by site (see ``MLPArchitecture.build``); a site left out has none.
    loss : Loss
    weight_decay : tuple of float
        λ of each weight matrix, the input's first.
    optimizer : Optimizer
    learning_rate : float
    stopping : EarlyStopping or None
    metric : str
        ``"accuracy"`` or ``"r2"``.
    data : Data
    validation : Data or None
    batch_size : int
        Rows a step, at most.
    max_epochs : int
    seed : int
        The one source of all randomness of this fit.
    """

    architecture: MLPArchitecture
    initializer: Initializer
    noise: Mapping[str, Noise]
    loss: Loss
    weight_decay: tuple[float, ...]
    optimizer: Optimizer
    learning_rate: float
    stopping: EarlyStopping | None
    metric: str
    data: Data
    validation: Data | None
    batch_size: int
    max_epochs: int
    seed: int

    @property
    def dtype(self) -> torch.dtype:
        """Arithmetic of training."""
        return self.architecture.dtype

    @property
    def device(self) -> torch.device:
        """Where the data lies and the training runs."""
        return self.data.x.device

    @property
    def batch_rows(self) -> int:
        """Rows a step is computed with: ``batch_size`` plus rows of weight zero.

        Vector and scalar code of elementwise functions round differently, so the elements of
        every hidden layer must fill whole vectors (32 elements): then a member has the same bits
        in any company.
        """
        step = lcm(4, *(32 // gcd(32, width) for width in self.architecture.hidden_widths))
        return -(-self.batch_size // step) * step

    def structure(self) -> Hashable:
        """Return the key that members of one population share."""
        return (
            self.architecture.structure(),
            self.loss.structure(),
            self.optimizer.structure(),
            self.metric,
            self.batch_size,
            self.max_epochs,
            self.validation is None,
            self.device,
        )

    def build(self, noise: Mapping[str, Noise]) -> nn.Module:
        """Return the initialised network, with noise layers at the given sites."""
        network = self.architecture.build(noise)
        generator = torch.Generator()
        for name, module in network.named_modules():
            if isinstance(module, Linear):
                seeded(generator, self.seed, f"init.{name}")
                n_out, n_in = module.weight.shape
                with torch.no_grad():
                    module.weight.copy_(self.initializer.draw(n_out, n_in, generator))
        return network.to(self.device)
