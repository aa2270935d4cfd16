"""An upper limit on the norm of each unit's incoming weights."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.penalties._penalty import Penalty


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class MaxNorm(Penalty):
    """Limit the Euclidean norm of each unit's incoming weights; add nothing to the loss.

    After each training step, every row of ``W`` longer than ``max_norm`` is scaled down to that length.
    Works well together with dropout and large learning rates.

    Parameters
    ----------
    max_norm : float in (0, inf], default=3.0
        The largest norm of a row. Infinity means no limit.

    References
    ----------
    Srivastava et al., "Dropout: a simple way to prevent neural networks from overfitting", 2014,
    section 5.1.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deep.penalties import MaxNorm
    >>> MaxNorm(max_norm=1.0).project(torch.tensor([[3.0, 4.0], [0.3, 0.4]]))
    tensor([[0.6000, 0.8000],
            [0.3000, 0.4000]])
    """

    max_norm: float | Tensor = 3.0

    projects: ClassVar[bool] = True
    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "max_norm": [Interval(Real, 0, inf, closed="right")]
    }

    def project(self, weight: Tensor) -> Tensor:
        """Return ``W`` with each row scaled by ``min(1, max_norm / |row|)``."""
        norm = weight.square().sum(-1, keepdim=True).sqrt()
        return torch.where(norm > self.max_norm, weight * (self.max_norm / norm), weight)
