"""Augmentation by mixtures of two samples."""

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

    The new sample is ``λ·x[i] + (1 - λ)·x[j]`` with the target ``λ·y[i] + (1 - λ)·y[j]``. For each
    sample, ``λ ~ Beta(alpha, alpha)`` is drawn, and ``j`` with a probability proportional to its
    weight.

    Parameters
    ----------
    alpha : float > 0, default=0.2
        Near 0, new samples hardly differ from one of the two; at 1, ``λ`` is uniform on [0, 1].
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
        """Return the mixed samples, and the targets mixed with the same ``λ``."""
        partner = partners(weight, uniform(len(x), generator, x))
        share = beta_shares(float(self.alpha), uniform(len(x), generator, x)).to(x).unsqueeze(-1)
        return share * x + (1 - share) * x[partner], share * y + (1 - share) * y[partner]


def partners(weight: Tensor, draw: Tensor) -> Tensor:
    """Return indices of samples drawn with probabilities proportional to their weights, ``(n_samples,)``.

    Parameters
    ----------
    weight, draw : Tensor of shape (n_samples,)
        Sample weights, and uniform numbers on [0, 1).
    """
    reach = weight.double().cumsum(0)
    # If all weights are zero, every index is out of range. Training skips such a batch, so any valid
    # index will do.
    return torch.searchsorted(reach, draw * reach[-1], right=True).clamp(max=len(weight) - 1)


def beta_shares(alpha: float, draw: Tensor) -> Tensor:
    """Return the quantiles of ``Beta(alpha, alpha)`` at the probabilities ``draw``.

    Parameters
    ----------
    alpha : float
    draw : Tensor of shape (n_samples,)
        Uniform numbers on [0, 1). (torch's own beta sampler would use its global generator.)
    """
    return torch.as_tensor(betaincinv(alpha, alpha, draw.cpu().numpy())).to(draw.device)
