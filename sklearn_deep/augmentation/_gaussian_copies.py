"""Augmentation by copies of the samples with normal noise."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Generator, Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.augmentation._augmentation import Augmentation


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class GaussianCopies(Augmentation):
    """Copy samples and add independent normal noise; the targets are unchanged.

    The noisy copies are added to the batch, which keeps its original samples. In contrast, the
    parameter ``input_noise`` of the estimators disturbs the samples themselves.

    Parameters
    ----------
    std : float >= 0, default=0.1
        Standard deviation, in the unit of ``X``.
    copies : int >= 1, default=1
        Number of new samples made from each sample in each epoch.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.augmentation import GaussianCopies
    >>> x, y = torch.zeros(1000, 10), torch.ones(1000, 1)
    >>> generator = torch.Generator().manual_seed(0)
    >>> made, target = GaussianCopies(std=0.5).augment(x, y, torch.ones(1000), generator)
    >>> round(made.std().item(), 1), target is y
    (0.5, True)
    """

    std: float | Tensor = 0.1

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Augmentation._parameter_constraints,
        "std": [Interval(Real, 0, None, closed="left")],
    }

    def augment(
        self, x: Tensor, y: Tensor, weight: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor]:
        """Return ``x + std * draw`` and ``y``."""
        draw = torch.randn(x.shape, generator=generator, dtype=x.dtype, device=generator.device)
        return x + self.std * draw.to(x.device), y
