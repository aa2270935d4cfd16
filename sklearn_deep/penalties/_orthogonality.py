"""A penalty on units whose incoming weights are similar."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import torch
from torch import Tensor

from sklearn_deep._compat.sklearn import Interval
from sklearn_deep._shared import explained
from sklearn_deep.penalties._penalty import Penalty


@explained
@dataclass(eq=False, repr=False, kw_only=True)
class Orthogonality(Penalty):
    """Deviation of the rows or columns of ``W``, whichever there are fewer of, from orthonormality.

    ``strength / 2 * sum((G - I)²)``, where ``G`` is the smaller of ``W Wᵀ`` and ``Wᵀ W``. It is zero if
    they are orthogonal and of length one, which keeps the norm of the signal from layer to layer.

    Parameters
    ----------
    strength : float >= 0, default=0.01
        Factor of the deviation, in units of the loss.

    References
    ----------
    Bansal et al., "Can we gain more from orthogonality regularizations in training deep CNNs?",
    2018, section 3.1 (soft orthogonality).
    """

    strength: float | Tensor = 0.01

    _parameter_constraints: ClassVar[dict[str, list[Any]]] = {
        "strength": [Interval(Real, 0, None, closed="left")]
    }

    def penalty(self, weight: Tensor) -> Tensor:
        """Return ``strength / 2 * sum((G - I)²)``."""
        n_out, n_in = weight.shape[-2:]
        wide = weight if n_out <= n_in else weight.mT
        gram = wide @ wide.mT
        identity = torch.eye(min(n_out, n_in), dtype=weight.dtype, device=weight.device)
        return self.strength / 2 * (gram - identity).square().sum()
