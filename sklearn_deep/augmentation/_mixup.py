"""Mixtures of two samples."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from scipy.special import betaincinv
from torch import Generator, Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.augmentation._augmentation import Augmentation, uniform


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Mixup(Augmentation):
    """Mix each sample, and its target, with another sample of the batch.

    ``λ·x[i] + (1 - λ)·x[j]`` and ``λ·y[i] + (1 - λ)·y[j]``, where ``λ ~ Beta(alpha, alpha)`` is drawn
    for each sample, and ``j`` with a probability proportional to its weight.

    Parameters
    ----------
    alpha : float > 0, default=0.2
        Near 0 hardly anything is mixed; at 1 ``λ`` is uniform.
    copies : int >= 1, default=1
        Number of new samples made from each sample in each epoch.

    References
    ----------
    Zhang et al., "mixup: beyond empirical risk minimization", 2018, eq. 1. (The paper's own code
    draws one λ per batch.)
    """

    alpha: float | Tensor = 0.2

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        **Augmentation._parameter_constraints,
        "alpha": [Interval(Real, 0, None, closed="neither")],
    }

    def augment(
        self, x: Tensor, y: Tensor, weight: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor]:
        """Return the mixed samples and the targets mixed alike."""
        partner = partners(weight, uniform(len(x), generator, x))
        share = beta_shares(float(self.alpha), uniform(len(x), generator, x)).to(x).unsqueeze(-1)
        return share * x + (1 - share) * x[partner], share * y + (1 - share) * y[partner]


def partners(weight: Tensor, draw: Tensor) -> Tensor:
    """Return indices of samples, ``(n_rows,)``, drawn with probabilities proportional to their weights.

    Parameters
    ----------
    weight, draw : Tensor of shape (n_rows,)
        Weights of the samples; uniform numbers on [0, 1).
    """
    reach = weight.double().cumsum(0)
    # Without any weight there is no row to point at, and no step is made of the batch.
    return torch.searchsorted(reach, draw * reach[-1], right=True).clamp(max=len(weight) - 1)


def beta_shares(alpha: float, draw: Tensor) -> Tensor:
    """Return the quantiles ``draw`` of ``Beta(alpha, alpha)``.

    Parameters
    ----------
    alpha : float
    draw : Tensor of shape (n_rows,)
        Uniform numbers on [0, 1): torch's own beta draws move its global generator.
    """
    return torch.as_tensor(betaincinv(alpha, alpha, draw.cpu().numpy())).to(draw.device)
